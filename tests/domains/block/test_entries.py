"""What is blocked and what is left out, and why."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tocsin.domains import Judge
from tocsin.domains.block import BlockList, Entry, block_list, read_entries, remember
from tocsin.domains.block.entries import KeptError

TODAY = date(2026, 11, 27)
BEFORE = date(2026, 11, 1)


def entry(name: str, listed: date = BEFORE, until: date | None = None) -> Entry:
    return Entry(name=name, listed=listed, until=until)


def blocked(judge: Judge, names: str, allowed: str = "", expire: int | None = None) -> BlockList:
    listed = dict.fromkeys(names.split(), BEFORE)
    return block_list(listed, judge.vocabulary, today=TODAY, expire=expire, allowed=allowed.split())


def test_a_hoster_a_suffix_and_a_brands_own_are_never_blocked(judge: Judge) -> None:
    assert blocked(judge, "github.io co.uk google.com mail.google.com bad.github.io bad.info") == BlockList(
        entries=(entry("bad.github.io"), entry("bad.info")),
        exceptions=(),
        left_out=(
            ("co.uk", "a public suffix or a hoster: others have their names below it"),
            ("github.io", "a public suffix or a hoster: others have their names below it"),
            ("google.com", "belongs to Google"),
            ("mail.google.com", "belongs to Google"),
        ),
    )


def test_a_name_below_a_blocked_one_needs_no_line_of_its_own(judge: Judge) -> None:
    assert blocked(judge, "a.bad.info bad.info b.a.bad.info").entries == (entry("bad.info"),)


def test_an_allowed_name_takes_out_itself_and_what_is_below_but_not_what_is_above(judge: Judge) -> None:
    found = blocked(judge, "bad.info login.ok.info ok.info deep.good.worse.info worse.info", "ok.info good.worse.info")
    assert found == BlockList(
        entries=(entry("bad.info"), entry("worse.info")),
        exceptions=("good.worse.info",),
        left_out=(
            ("deep.good.worse.info", "allowed with good.worse.info"),
            ("login.ok.info", "allowed with ok.info"),
            ("ok.info", "allowed"),
        ),
    )


def test_an_allowed_name_that_only_ends_alike_allows_nothing(judge: Judge) -> None:
    assert blocked(judge, "notok.info", "ok.info").entries == (entry("notok.info"),)


def test_a_name_expires_the_given_days_after_it_was_listed(judge: Judge) -> None:
    listed = {"old.info": date(2026, 10, 28), "young.info": date(2026, 10, 29)}
    assert block_list(listed, judge.vocabulary, today=TODAY, expire=30) == BlockList(
        entries=(entry("young.info", date(2026, 10, 29), date(2026, 11, 28)),),
        exceptions=(),
        left_out=(("old.info", "expired on 2026-11-27"),),
    )


def test_names_come_from_lists_records_and_hits_with_their_days(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("Bad.Info.\nbad..info\n# a remark\n")
    (tmp_path / "feed.jsonl").write_text('{"domain": "fed.info", "first_seen": "2026-11-20T01:00:00+03:00"}\n')
    hits = {"schema": "tocsin.domains/1", "hits": [{"domain": "x.hit.info", "judged": "hit.info"}]}
    (tmp_path / "hits.json").write_text(json.dumps(hits))
    paths = [(tmp_path / name, name) for name in ("list.txt", "feed.jsonl", "hits.json")]
    assert read_entries(paths, today=TODAY) == (
        {"bad.info": TODAY, "fed.info": date(2026, 11, 19), "hit.info": TODAY},
        [("list.txt:2", "an empty label: two dots in a row")],
    )


def test_the_day_of_the_first_listing_is_remembered(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    assert remember(kept, {"a.info": BEFORE}) == {"a.info": BEFORE}
    assert remember(kept, {"a.info": TODAY, "b.info": TODAY}) == {"a.info": BEFORE, "b.info": TODAY}
    assert json.loads(kept.read_text()) == {"a.info": "2026-11-01", "b.info": "2026-11-27"}
    kept.write_text("[]")
    with pytest.raises(KeptError):
        remember(kept, {})
