"""A pattern for lines of an unknown text log: the time in front, the words for what was done, then what is named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tocsin.inspect.guess import SECRET, TIMES, WORD

ENTRY = re.compile(r"""(?<![\w.])([A-Za-z_]\w{0,30})=("[^"]*"|[^\s,;"]+)""")
ADDRESS = r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}"
NAMED = re.compile(r"""(?i)(?:\b(?:user|account|for|login|name)[ :='"]+)+([^\s,'"]+)""")
NAMED_IN_PATTERN = r"""(?:\b(?i:user|account|for|login|name)[ :='"]+)+"""
LEVEL = re.compile(
    r"(?i)^(?:[\[(]?(?:trace|debug|info|notice|warn|warning|error|critical|fatal)[\])]?[:\s]+|[-|:]\s+)+"
)
PHRASES = 24
PLACE = 60
"""Where in a line a time begins, at the latest."""


def line_pattern(lines: Sequence[str]) -> tuple[str, list[dict[str, str]]] | None:
    """The pattern, and what its groups hold in the lines that it fits. None when no time stands in front."""
    time = _time(lines)
    if time is None:
        return None
    rests = [line[found.end() :] for line in lines if (found := re.search(time, line[: PLACE + 40]))]
    names = _entry_names(rests)
    phrases = _phrases(rests)
    pattern = f"^.{{0,{PLACE}}}?(?P<time>{time})"
    if phrases:
        words = "|".join(re.sub(r"\\([ -])", r"\1", re.escape(one)) for one in phrases)
        pattern += f".*?(?P<what>{words})"
    for name, quoted in names:
        value = rf'"(?P<{name}>[^"]*)"' if quoted else rf'(?P<{name}>[^\s,;"]+)'
        pattern += rf"(?:.*?\b{name}={value})?"
    if not names:
        if sum(bool(NAMED.search(rest)) for rest in rests) * 3 >= len(rests):
            pattern += rf"""(?:.*?{NAMED_IN_PATTERN}(?P<user>[^\s,'"]+))?"""
        if sum(bool(re.search(ADDRESS, rest)) for rest in rests) * 3 >= len(rests):
            pattern += rf"(?:.*?(?P<ip>{ADDRESS}))?"
    pattern = pattern.replace("'", r"\x27")  # a literal string of TOML holds none
    compiled = re.compile(pattern)
    groups = [
        {name: value for name, value in found.groupdict().items() if value}
        for line in lines
        if (found := compiled.search(line))
    ]
    return (pattern, groups) if groups else None


def _time(lines: Sequence[str]) -> str | None:
    """What the time in front of most lines looks like."""
    counts = Counter(
        pattern
        for line in lines
        for pattern, name in TIMES
        if name not in ("seconds", "milliseconds", "microseconds", "nanoseconds")
        if (found := re.search(pattern, line)) and found.start() <= PLACE
    )
    if not counts:
        return None
    # The first of those that fit equally many: it takes most of the time.
    order = [pattern for pattern, _ in TIMES]
    best = min(counts, key=lambda one: (-counts[one], order.index(one)))
    return best if counts[best] * 2 > len(lines) else None


def _entry_names(rests: Sequence[str]) -> list[tuple[str, bool]]:
    """Names of `name=value` entries in the order in which they stand, and whether their values are quoted."""
    places: dict[str, list[int]] = {}
    quoted: Counter[str] = Counter()
    for rest in rests:
        for place, (name, value) in enumerate(ENTRY.findall(rest)):
            places.setdefault(name, []).append(place)
            quoted[name] += value.startswith('"')
    common = [name for name in places if len(places[name]) * 20 >= len(rests) and not SECRET.search(name)]
    common = [name for name in common if name not in ("time", "what")]
    common.sort(key=lambda name: sum(places[name]) / len(places[name]))
    return [(name, quoted[name] * 2 > len(places[name])) for name in common]


def _phrases(rests: Sequence[str]) -> list[str]:
    """The words that stand in front of whatever differs from line to line, the longest first."""
    counts: Counter[str] = Counter()
    for rest in rests:
        differs = re.search(rf"[A-Za-z_]\w*=|{ADDRESS}|\S+@\S+|['\"]|\d{{3,}}", rest)
        words = rest[: differs.start()] if differs else rest
        words = re.split(r"\s-\s|[:\]]\s+", words.strip())[-1]
        words = LEVEL.sub("", words.strip(" :-[]|"))
        # Behind such a word stands a name.
        words = re.split(r"\s+(?:for|of|from|by|user|account|name|to|as)(?:\s|$)", words)[0].strip(" :-[]|,(")
        if WORD.match(words):
            counts[words] += 1
    if not counts or len(counts) > max(PHRASES, len(rests) // 3):
        return []
    chosen = [one for one, _ in counts.most_common(PHRASES)]
    return sorted(chosen, key=lambda one: (-len(one), one))
