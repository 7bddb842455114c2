"""Clients that sign in with a password alone, as the logs name them.

Microsoft Entra writes the protocol into `clientAppUsed` (the values, "legacy authentication clients":
https://learn.microsoft.com/entra/identity/monitoring-health/workbook-legacy-authentication and
https://learn.microsoft.com/entra/identity/conditional-access/policy-block-legacy-authentication) and into the
user agent of what Exchange hands over for mail programs ("BAV2ROPC", "CBAInPROD", "CBAInTAR":
https://learn.microsoft.com/microsoft-365/security/defender/ and Entra's sign-in logs).
"""

from __future__ import annotations

import ibis

LEGACY_CLIENTS = (
    "Authenticated SMTP",
    "AutoDiscover",
    "Autodiscover",
    "BAV2ROPC",
    "CBAInPROD",
    "CBAInTAR",
    "Exchange ActiveSync",
    "Exchange Online PowerShell",
    "Exchange Web Services",
    "IMAP",
    "IMAP4",
    "MAPI Over HTTP",
    "Offline Address Book",
    "Other clients",
    "Outlook Anywhere (RPC over HTTP)",
    "POP",
    "POP3",
    "Reporting Web Services",
    "SMTP",
    "Universal Outlook",
)


def is_legacy(client: ibis.Value) -> ibis.Value:
    """Is the client a legacy protocol, by its user agent or the name that the provider gives it?"""
    return client.isin(LEGACY_CLIENTS)
