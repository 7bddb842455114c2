"""Kinds of lure words, by what they say of a name."""

from __future__ import annotations

import re

STRONG = frozenset({"account", "credential", "verify", "session", "recovery", "identity"})
"""What pages are about that ask for a password or bring one back."""
CHANNEL = frozenset({"mail", "mailserver", "message", "document"})
"""What messages are about that lead there. Meetings and stored files are, too, but half of all sites that are about
them are nothing else: words about them are loose."""

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

BEGINNING = STRONG - {"recovery"} | {"mail"}
"""What a name begins with that poses as an organisation's server or page: mail-lanternhill, verify-lanternhill. Those
who save data and those who heal call themselves recovery-something."""

DOCUMENTS = frozenset(
    """
    drive drives share shares shared docs document documents file files pdf folder folders
    """.split()  # noqa: SIM905
)
"""What names that pose as a place for shared documents begin or end with: docs-lanternhill, lanternhill-drive. Of 9,164
harmless names one does."""

CODES = frozenset({"uk", "us", "eu", "de", "fr", "ru"})
"""Countries' codes that are joining words, too."""

WRITTEN = ("gov", "gob", "gouv", "gub", "mil", "edu", "com", "org", "net", "co")

WRITTEN_SUFFIX = re.compile(
    r"-(?:gov|gob|gouv|gub|mil|edu|com|org|net)-[a-z]{2}$|-(?:gov|mil)$|-co-(?:uk|il|kr|za|jp|nz|th|id|in|ke)$"
)
"""The suffix of a country's authorities, schools or companies at the end of a label."""

MOST_JOINING = 6
"""Letters of joining words, digits and hyphens that may stand beside a single word about accounts."""

PRAISE = frozenset(
    {"best", "top", "free", "easy", "smart", "quick", "fast", "premium", "plus", "pro", "vip", "express"}
)
"""Joining words that products are praised with; who poses as a provider does not."""

SAYING_WHY = frozenset({"security", "service", "change", "trouble"})
"""What a message says that it is about, beside an account and somebody's name. Words of sites (`app`, `online`) are
none: gambling sites call themselves NAME-login-app."""
