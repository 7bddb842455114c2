"""Public suffixes are found as tldextract finds them, with the rules that it ships."""

from __future__ import annotations

import idna
import tldextract

from tocsin.domains.suffixes import suffix_at


def test_every_rule_of_the_list_is_met_as_tldextract_meets_it() -> None:
    """Each rule by itself, with a label less and with up to three more, and a suffix that nobody runs."""
    extract = tldextract.TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)
    for rule in [*sorted(extract.tlds), "unknownsuffix"]:
        labels = [label if label.isascii() else idna.encode(label, uts46=True).decode() for label in rule.split(".")]
        written = ["any" if label == "*" else label.lstrip("!") for label in labels]
        for labels in (written[1:], written, ["a", *written], ["b", "a", *written], ["c", "b", "a", *written]):
            if len(labels) > 1:
                met = extract.extract_str(".".join(labels))
                at, private = suffix_at(labels)
                assert (".".join(labels[at:]), private) == (met.suffix, met.is_private), labels
