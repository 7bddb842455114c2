"""A case comes in (domains, what was seen, whom it hit), and out goes a package for those who can take the domains
away: JSON and PDF with victims under pseudonyms, the attachments with their hashes, and a chain of custody."""

from tocsin.domains.evidence.case import Case, Observation, Victim, read_case, victims_of
from tocsin.domains.evidence.custody import Custody, problems
from tocsin.domains.evidence.package import Package, build, keyed

__all__ = [
    "Case",
    "Custody",
    "Observation",
    "Package",
    "Victim",
    "build",
    "keyed",
    "problems",
    "read_case",
    "victims_of",
]
