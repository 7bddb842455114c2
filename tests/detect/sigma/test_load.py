"""Rules are other people's files: a bad one is left with file, title and reason, and costs no good one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tocsin.detect.sigma import NoRules, RuleSet, read_rules
from tocsin.sources import SOURCES

GOOD = "title: good\nlogsource: {product: okta}\ndetection: {it: {eventType: 'user.*'}, condition: it}\n"


def brought(folder: Path, **files: str | bytes) -> RuleSet:
    """The rules of the files (name without ending -> content)."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.yml").write_bytes(data)
    return read_rules([folder], SOURCES)


def left(rules: RuleSet) -> list[tuple[str, str, str]]:
    return [(one.file.name, one.title, one.reason) for one in rules.left]


ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "title", "reason"),
    [
        ("title: [x\n", "", "no YAML ("),
        ("\x00\x01\x02", "", "no YAML ("),
        (b"title: \xff\xfe", "", "no UTF-8 text"),
        ("title: x\n" + "#" * (1 << 20), "", "larger than 1024 KiB: no rule is"),
        ("[" * 100_000, "", "no YAML ("),
        ("- " * 20_000 + "x", "", "no YAML ("),
        (f"{ALIASES}title: bomb\nlogsource: {{product: okta}}\ndetection: *i\n", "bomb", "no Sigma rule (YAML aliases"),
        ("&a [*a]", "", "a rule is a mapping, this is none"),
        ("just text", "", "a rule is a mapping, this is none"),
        ("title: x\n", "x", "no Sigma rule ("),
        ("title: x\nlogsource: {product: okta}\ndetection: text\n", "x", "no Sigma rule ("),
        ("title: x\nlogsource: okta\ndetection: {it: {a: b}, condition: it}\n", "x", "no Sigma rule ("),
        ("title: x\nlogsource: {product: okta}\ndetection: {it: {a: b}, condition: 5}\n", "x", ""),
        ("title: x\nlogsource: {product: okta}\ndetection: {it: {a: {b: c}}, condition: it}\n", "x", "no Sigma rule ("),
        (
            "title: x\nlogsource: {product: okta}\ndetection: {it: [], condition: it}\n",
            "x",
            "Null value must be bound to a field",
        ),
        ("title: !!python/object/apply:os.system ['true']\n", "", "no YAML (could not determine a constructor"),
        (f"title: x\nid: 5\n{GOOD.partition(chr(10))[2]}", "x", "no Sigma rule ("),
        (GOOD.replace("good", "x").replace("it}", f"{'not ' * 2_000}it}}"), "x", "nested too deeply"),
    ],
    ids=range(18),
)
def test_a_bad_file_is_left_with_its_reason_and_the_others_run(
    content: str | bytes, title: str, reason: str, tmp_path: Path
) -> None:
    """And none takes long."""
    began = time.monotonic()
    rules = brought(tmp_path, bad=content, good=GOOD)
    assert time.monotonic() - began < 10
    assert [one.about.title for one in rules.rules] == ["good"]
    assert [(name, said, why[: len(reason)]) for name, said, why in left(rules)] == [("bad.yml", title, reason)]
    assert all(why and why.isprintable() for _, _, why in left(rules))


def test_a_bad_document_costs_no_other_of_its_file(tmp_path: Path) -> None:
    bad = "title: bad\nlogsource: {product: okta}\ndetection: {it: {a|re: '('}, condition: it}\n"
    rules = brought(tmp_path, both=f"{bad}---\n{GOOD}---\n")
    assert [one.about.title for one in rules.rules] == ["good"]
    assert [title for _, title, _ in left(rules)] == ["bad"]


def test_the_second_of_two_rules_with_one_id_is_left(tmp_path: Path) -> None:
    one = f"id: 11111111-2222-4333-8444-555555555555\n{GOOD}"
    rules = brought(tmp_path, a=one, b=one.replace("good", "other"))
    assert [rule.about.name for rule in rules.rules] == ["sigma/11111111-2222-4333-8444-555555555555"]
    assert left(rules) == [
        ("b.yml", "other", "another rule has the same id or name: 11111111-2222-4333-8444-555555555555")
    ]


def test_what_a_rule_says_of_itself_carries_over(tmp_path: Path) -> None:
    """Level, techniques, false positives, and a role by its tactics. What does not show in a title is written out."""
    text = (
        'title: "Reset\\u202e of\\tfactors"\nname: factors\nlevel: critical\n'
        "tags: [attack.persistence, attack.t1556.006, attack.T1098, cve.2026-1, attack.g0059]\n"
        "falsepositives: [Lost phones]\n" + GOOD.partition("\n")[2]
    )
    (rule,) = brought(tmp_path, a=text).rules
    about = rule.about
    assert (about.name, about.level, about.techniques, about.false_positives, about.role) == (
        "sigma/factors", "critical", ("T1556.006", "T1098"), ("Lost phones",), "persistence",
    )  # fmt: skip
    assert about.title == "Reset\\u202e of\\tfactors"
    assert about.tags == ("attack.persistence", "attack.t1556.006", "attack.t1098", "cve.2026-1", "attack.g0059")


def test_what_a_file_says_for_all_its_documents_holds_for_each(tmp_path: Path) -> None:
    shared = "action: global\nlogsource: {product: okta}\nlevel: low\n---\n"
    parts = [f"title: {name}\ndetection: {{it: {{eventType: {name}}}, condition: it}}\n" for name in ("a", "b")]
    rules = brought(tmp_path, all=shared + "---\n".join(parts))
    assert [(one.about.title, one.about.level) for one in rules.rules] == [("a", "low"), ("b", "low")]


def test_a_filter_narrows_the_rules_that_it_names(tmp_path: Path) -> None:
    """The rule then asks for the filter's field, too."""
    narrowing = (
        "title: not ours\nlogsource: {product: okta}\n"
        "filter: {rules: [good], ours: {client.ipAddress|cidr: 192.0.2.0/24}, condition: not ours}\n"
    )
    rules = brought(tmp_path, a="name: good\n" + GOOD, b=narrowing)
    assert [sorted(one.names) for one in rules.rules] == [["client.ipAddress", "eventType"]]
    assert left(rules) == []


def test_folders_are_walked_in_order_and_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / ".git").mkdir()
    for place in ("b/two.yaml", "a.yml", ".git/hidden.yml", "readme.md"):
        (tmp_path / place).write_text(GOOD.replace("good", place), encoding="utf-8")
    assert [one.about.title for one in read_rules([tmp_path], SOURCES).rules] == ["a.yml", "b/two.yaml"]


def test_no_rule_at_all_is_a_mistake_of_the_call(tmp_path: Path) -> None:
    with pytest.raises(NoRules, match="no Sigma rule in"):
        read_rules([tmp_path], SOURCES)
    with pytest.raises(NoRules, match="does not exist"):
        read_rules([tmp_path / "nowhere"], SOURCES)


@pytest.mark.parametrize(
    ("pattern", "repeats"),
    [
        ("(a+)+$", True), ("(a|aa)+$", True), ("(?:a*)*b", True), ("((a+)b?)*", True), ("(a+){2,}", True),
        ("([^)+]+)+", True), ("(a+){10,20}", True), ("(a+)?b", False), ("a+b+c*", False), ("(abc)+", False),
        (r"(\(a\+\))+", False), ("[(a+)]+", False), ("(a{1,3})?", False), ("[]+)]+x", False), ("(a+)(b+)", False),
        (r"(^0oa.*|[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,10})", False),
    ],
)  # fmt: skip
def test_a_pattern_that_repeats_a_repetition_is_told(pattern: str, repeats: bool) -> None:
    from tocsin.detect.sigma.regexes import repeats_a_repetition

    assert repeats_a_repetition(pattern) is repeats
