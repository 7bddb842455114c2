"""Names to block come in, with the day on which each was listed and what is allowed all the same; out go block lists in
the form that resolvers, filters and mail services take."""

from tocsin.domains.block.entries import BlockList, Entry, block_list, read_entries, remember
from tocsin.domains.block.formats import FORMATS, How, written

__all__ = ["FORMATS", "BlockList", "Entry", "How", "block_list", "read_entries", "remember", "written"]
