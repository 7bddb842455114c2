"""Provider logs to event rows. Files come in; `EVENT` tables and rejected records go out.

`SOURCES` lists every format, the first that recognises a record takes it. A new format is one new file and one
line here.
"""

from tocsin.sources.read import Normalised, Reader
from tocsin.sources.source import Source

SOURCES: tuple[Source, ...] = ()

__all__ = ["SOURCES", "Normalised", "Reader", "Source"]
