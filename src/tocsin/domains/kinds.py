"""Kinds of lure words, by what they say of a name."""

from __future__ import annotations

STRONG = frozenset({"account", "credential", "verify", "session", "recovery", "identity"})
"""What pages are about that ask for a password or bring one back."""
CHANNEL = frozenset({"mail", "mailserver", "message", "document", "meeting"})
"""What messages are about that lead there."""

BUSINESS = frozenset({"money", "hosting"})
"""What shops and hosters are called by."""

POINTED = frozenset({"mail", "message", "security", "trouble"})

POINTING = frozenset(
    """
    info net id ids log logs sign key keys pass list request requests response send sent receive received complete
    completed process enable enabled active my your
    """.split()  # noqa: SIM905
)
"""Joining words that, set apart by hyphens, make an address of a single lure word: files-request, passport-log."""

SERVERS = frozenset({"webmail", "owa", "adfs", "sso", "autodiscover"})
"""What organisations call the servers on which their people sign in; hardly a company is called so."""
DOORS = frozenset({"vpn", "portal", "remote", "intranet", "extranet"})
"""Others, which companies are called by, too."""
