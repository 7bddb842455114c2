"""What goes to other people. An `Assessment` and somebody's choices come in; what may leave (`Shareable`) goes out, and
from it STIX 2.1, MISP events, OCSF findings, CSV and what a TAXII 2.1 server is sent.

Redaction is the only way out: no exporter sees an assessment. Formats are loaded only when one is asked for.
"""

from tocsin.share.choices import Choices, Claim, ClaimKind, Part
from tocsin.share.ledger import Entry, entries, noted
from tocsin.share.redaction import redact, unclaimed
from tocsin.share.shareable import Shareable

__all__ = ["Choices", "Claim", "ClaimKind", "Entry", "Part", "Shareable", "entries", "noted", "redact", "unclaimed"]
