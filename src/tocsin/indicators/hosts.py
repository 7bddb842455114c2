"""Names of hosts and mailboxes in one form of writing, or none."""

from __future__ import annotations

import ipaddress
import re

OWN_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("0.0.0.0/8", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
)
"""Addresses inside a site: they name nobody to others."""

LONGEST_DOMAIN = 253  # RFC 1035, 2.3.4
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?")


def domain_named(text: str) -> str | None:
    """The domain in lower case and ASCII (`xn--`), without a final dot; None where it is none."""
    plain = text.strip().rstrip(".").lower()
    if not plain or len(plain) > LONGEST_DOMAIN:
        return None
    if not plain.isascii():
        try:
            plain = plain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    labels = plain.split(".")
    if len(labels) < 2 or len(plain) > LONGEST_DOMAIN or labels[-1].isdigit():
        return None
    return plain if all(LABEL.fullmatch(label) for label in labels) else None


def account_named(text: str) -> str | None:
    """The account in lower case, as events name it; None where it is no mailbox."""
    plain = text.strip().lower()
    local, at, domain = plain.rpartition("@")
    if not at or not local or len(plain) > 320 or not plain.isprintable() or re.search(r"\s", plain):
        return None
    named = domain_named(domain)
    return f"{local}@{named}" if named else None
