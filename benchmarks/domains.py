"""What `tocsin domains scan` finds on names that its model was not trained on, beside others, and its cost.

    .venv/bin/python benchmarks/domains.py ../shared/data/domains [--dnstwist VENV/bin/dnstwist]

For each split (`tools/domain_measures.py`: each actor held back, each fifth of all families held back) the model is
trained on the rest and asked about what is held back; each harmless name is scored by a model that it did not train,
and none helps to choose the threshold that it is held against. *Nested* are the figures where the settings of the fit
were chosen without the actor, too. Two baselines are asked the same:

- *permutations*: a name is a hit if its registrable part is a permutation of a brand's domain, as dnstwist makes them
  (omission, repetition, transposition, replacement, insertion, homoglyphs, hyphenation, bit squatting, added letters)
  or a combination with a dictionary of lure words, under the suffixes of both;
- *keywords*: how many of 40 words that guides for hunting list (login, verify, account, ...) and brands stand in the
  name, a hyphen counting half; the threshold is the one that gives 0.5 % of false alarms on harmless names with words,
  the best case for it.

With `--dnstwist` the real dnstwist makes its permutations of twelve brands' domains in the same run, without and with
a dictionary, and their number, the time and how many of the actors' names are among them are shown. Names are neither
resolved nor fetched by it: only its generator runs (`--format list`).
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.domains import Judge, scan
from tocsin.domains.registered import registered
from tocsin.domains.spellings import edits, lookalikes

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import train_domains as training
from domain_measures import LEFT_OUT, SHARES, nested, splits, threshold
from train_domains import Material

BRANDS = (
    *("google.com", "gmail.com", "microsoft.com", "outlook.com", "live.com", "yahoo.com", "apple.com", "icloud.com"),
    *("facebook.com", "linkedin.com", "dropbox.com", "protonmail.com"),
)
SUFFIXES = ("com", "net", "org", "info", "pro", "icu", "club", "mobi", "site", "online", "live")
DICTIONARY = (
    *("account", "accounts", "login", "signin", "verify", "verification", "confirm", "security", "secure", "service"),
    *("services", "support", "session", "recovery", "identity", "identifier", "mail", "inbox", "email", "notification"),
    *("notifications", "activity", "user", "users", "customer", "customers", "profile", "password", "reset", "update"),
    *("settings", "privacy", "document", "documents", "share", "drive", "message", "manager", "help", "center"),
)

Names = Sequence[str]


def permutations() -> frozenset[str]:
    """Permutations of the brands' labels and combinations with the dictionary, under all suffixes."""
    labels: set[str] = set()
    for domain in BRANDS:
        label = domain.split(".")[0]
        labels |= edits(label) | lookalikes(label)
        labels |= {f"{label[:place]}-{label[place:]}" for place in range(1, len(label))}
        labels |= {
            label[:place] + chr(ord(label[place]) ^ 1 << bit) + label[place + 1 :]
            for place in range(len(label))
            for bit in range(7)
        }
        for word in DICTIONARY:
            labels |= {f"{label}-{word}", f"{word}-{label}", label + word, word + label}
    return frozenset(f"{label}.{suffix}" for label in labels for suffix in SUFFIXES)


def keyword_scores(names: Names) -> np.ndarray:
    """How many keywords and brands stand in the label; a hyphen counts half."""
    words = (*DICTIONARY, *(domain.split(".")[0] for domain in BRANDS))
    labels = [registered(name).label for name in names]
    return np.array([sum(word in label for word in words) + 0.5 * ("-" in label) for label in labels])


def compare(title: str, test: Names, ours: dict[str, Any], material: Material, generated: frozenset[str]) -> str:
    """One row: recall and false alarms of each."""
    shaped = [name for name in test if name not in LEFT_OUT]
    wordy = np.array(material.harmless)[material.wordy]
    found = np.mean([registered(name).registrable in generated for name in shaped])
    alarms = np.mean([registered(name).registrable in generated for name in wordy])
    scores = keyword_scores(material.harmless)
    at = threshold(scores, material.wordy, 0.005)
    keywords = np.mean(keyword_scores(shaped) > at)
    cells = (
        f"{ours['recall']:.3f} ({ours['false_alarms_with_words']:.2%}, {ours['false_alarms_without_words']:.3%})",
        f"{ours['recall_of_all']:.3f}",
        *(f"{recall:.3f}" for recall in ours["recall_at"].values()),
        f"{found:.3f} ({alarms:.2%})",
        f"{keywords:.3f} ({np.mean(scores[material.wordy] > at):.2%})",
    )
    return f"| {title} | {len(shaped)} | {' | '.join(cells)} |"


def speed(material: Material, count: int, with_words: float, folder: Path, *, records: bool = False) -> str:
    """Names a second of processor time, on so many names of which so many hold words."""
    chance = random.Random(5)
    wordy = [name for name, words in zip(material.harmless, material.wordy, strict=True) if words]
    other = [name for name, words in zip(material.harmless, material.wordy, strict=True) if not words]
    path = folder / "names.txt"
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            label, _, suffix = chance.choice(wordy if chance.random() < with_words else other).partition(".")
            name = f"{label}{number % 997}.{suffix}" if number % 2 else f"www{number % 991}.{label}.{suffix}"
            if records:
                leaf = {"subject": {"CN": name}, "all_domains": [name, f"*.{name}"]}
                name = json.dumps({"message_type": "certificate_update", "data": {"leaf_cert": leaf}})
            file.write(f"{name}\n")
    judge = Judge()
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        found = scan([(path, "names")], judge, above=judge.model.above)
        best = max(best, found.names / (time.process_time() - start))
    shape = "certstream records, two names each" if records else "names, one a line"
    return f"{best:,.0f} names a second of processor time ({count:,} {shape}, {with_words:.0%} with words or brands)"


def dnstwist(program: Path, actors: Names, folder: Path) -> list[str]:
    """What the real dnstwist generates, how long that takes, and what of the actors' names is among it."""
    dictionary, suffixes = folder / "words.txt", folder / "suffixes.txt"
    dictionary.write_text("\n".join(DICTIONARY) + "\n")
    suffixes.write_text("\n".join(SUFFIXES) + "\n")
    names = set(actors)
    labels = {registered(name).label for name in actors}
    rows: list[str] = []
    for title, options in (("", []), (", dictionary and suffixes", ["-d", str(dictionary), "--tld", str(suffixes)])):
        start = time.perf_counter()
        generated: set[str] = set()
        for brand in BRANDS:
            done = subprocess.run(
                [str(program), "--format", "list", *options, brand], capture_output=True, text=True, check=True
            )
            generated |= set(done.stdout.split())
        took = time.perf_counter() - start
        same = {name.split(".")[0] for name in generated} & labels
        rows.append(
            f"dnstwist{title}: {len(generated):,} permutations of {len(BRANDS)} brands in {took:.1f} s; "
            f"{len(names & generated)} of {len(names)} actors' names among them, {len(same)} if the suffix is ignored"
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dnstwist", type=Path, help="the dnstwist program, in a virtual environment of its own")
    parser.add_argument("--names", type=int, default=1_000_000, help="how many names the measure of speed reads")
    given = parser.parse_args()
    material = training.gather(given.folder)
    parts = material.parts()
    generated = permutations()
    tests: dict[str, Names] = {split.title: split.test for split in splits(material.lists)}
    tests["random fifths of the families held back"] = material.lures
    curve = [f"at {share:.1%}" for share in SHARES]
    titles = ("held back", "names", "Tocsin (false alarms: with words, without)", "of all names", *curve)
    print(f"| {' | '.join((*titles, 'permutations', 'keywords'))} |")
    print("|---" * (len(titles) + 2) + "|")
    for title, ours in training.measure(material, parts).items():
        print(compare(title, tests[title], ours, material, generated))
    for actor, ours in nested(material.lists, parts, material.wordy, training.FALSE_ALARMS).items():
        chosen = f"nested: {actor} (prior {ours['prior_strength']:g}, share {ours['lures_share']:g})"
        print(compare(chosen, material.lists[actor], ours, material, generated))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for share in (0.08, 0.42):
            print(speed(material, given.names, share, folder))
        print(speed(material, given.names // 4, 0.08, folder, records=True))
        if given.dnstwist:
            print(*dnstwist(given.dnstwist, material.lures, folder), sep="\n")


if __name__ == "__main__":
    main()
