"""Attackers' domains: names come in (lists, certificate transparency, DNS and mail logs), and out goes which of them
were made to take passwords, with reasons; block lists of them, evidence for those who can take them down, and who still
visits what was taken down. Names are judged as text: nothing is resolved, fetched or probed."""

from tocsin.domains.judge import Judge, Verdict
from tocsin.domains.protect import read_organisations
from tocsin.domains.scan import Scanned, scan

__all__ = ["Judge", "Scanned", "Verdict", "read_organisations", "scan"]
