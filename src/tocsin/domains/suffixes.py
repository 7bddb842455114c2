"""Where the public suffix of a name begins: the rules of the public suffix list, as a tree of labels.

The rules are those of the snapshot that tldextract ships; nothing is fetched. tldextract's own way from a name to its
parts takes links, addresses and several scripts and costs five times as much; names here are clean already.
"""

from __future__ import annotations

from functools import cache

import idna
import tldextract


class _Node:
    """A label of rules: what may stand before it, and whether a rule ends here."""

    __slots__ = ("before", "ends", "private")

    def __init__(self) -> None:
        self.before: dict[str, _Node] = {}
        self.ends = False
        self.private = False


def suffix_at(labels: list[str]) -> tuple[int, bool]:
    """Number of the first label of the public suffix and whether its rule is of the list's private section; the number
    of labels where no rule is met."""
    node = _rules()
    place = end = len(labels)
    private = False
    while place:
        before = node.before
        label = labels[place - 1]
        following = before.get(label)
        if following is not None:
            place -= 1
            node = following
            if node.ends:
                end, private = place, node.private
            continue
        wild = before.get("*")
        if wild is not None:
            return (place if f"!{label}" in before else place - 1), wild.private
        break
    return end, private


@cache
def _rules() -> _Node:
    everyone = _snapshot(private=True)
    public = _snapshot(private=False)
    root = _Node()
    for rule in everyone:
        for written in {rule, _ascii(rule)}:
            node = root
            for label in reversed(written.split(".")):
                node = node.before.setdefault(label, _Node())
            node.ends = True
            node.private = rule not in public
    return root


def _snapshot(*, private: bool) -> frozenset[str]:
    extract = tldextract.TLDExtract(suffix_list_urls=(), include_psl_private_domains=private, cache_dir=None)
    return frozenset(extract.tlds)


def _ascii(rule: str) -> str:
    if rule.isascii():
        return rule
    return ".".join(label if label.isascii() else idna.encode(label, uts46=True).decode() for label in rule.split("."))
