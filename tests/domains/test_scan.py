"""Files of every shape give their names; a bad line costs that line."""

from __future__ import annotations

import gc
import gzip
import json
import time
from pathlib import Path

import pytest
import zstandard

from tocsin.domains import Judge, Scanned, scan

HIT = "confirm-account-session.info"


def scanned(judge: Judge, path: Path) -> Scanned:
    return scan([(path, path.name)], judge, above=judge.model.above)


def places(found: Scanned) -> dict[str, list[str]]:
    return {hit.verdict.name: hit.places for hit in found.ranked()}


RECORDS = {
    "certstream": {
        "message_type": "certificate_update",
        "data": {"leaf_cert": {"all_domains": [f"*.{HIT}", "a.example"]}},
    },
    "certstream, names only": {"message_type": "dns_entries", "data": ["a.example", HIT]},
    "crt.sh": {"issuer_name": "C=US", "common_name": HIT, "name_value": f"{HIT}\nwww.{HIT}"},
    "Zeek dns.log": {"ts": 1.0, "uid": "C1", "query": HIT, "qtype_name": "A"},
    "Zeek ssl.log": {"ts": 1.0, "server_name": HIT},
    "Suricata": {"event_type": "dns", "dns": {"type": "query", "rrname": HIT}},
    "passive DNS": {"rrname": f"{HIT}.", "rrtype": "A", "rdata": "192.0.2.1"},
    "registrations": {"domain": HIT, "created": "2026-01-01"},
    "mail log": {"sender": f"security@{HIT}", "subject": "x"},
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_the_names_of_a_record_are_found(judge: Judge, tmp_path: Path, record: dict[str, object]) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps({"query": "harmless.example"}) + "\n" + json.dumps(record) + "\n")
    assert places(scanned(judge, path))[HIT] == ["log.jsonl:2"]


def test_an_array_of_records_is_read(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "crtsh.json"
    path.write_text(json.dumps([{"name_value": "a.example"}, {"name_value": HIT}]))
    assert list(places(scanned(judge, path))) == [HIT]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"domain,created\na.example,2026\n{HIT},2026\n", "names.txt:3"),
        (f"id,domain,created,registrar\n1,a.example,2026,x\n2,{HIT},2026,y\n", "names.txt:2"),
        (f"#separator \\x09\n#fields\tts\tquery\tqtype\n1.0\t{HIT}\tA\n", "names.txt:3"),
        (f"a.example\r\n{HIT}\r\n", "names.txt:2"),
        (f"a.example\n{HIT}", "names.txt:2"),
        (f"{HIT.upper()}\n", "names.txt:1"),
        (f"1,a.example\n2,{HIT}\n", "names.txt:2"),
        (f"# blocked\n0.0.0.0 a.example\n127.0.0.1\t{HIT} # {HIT}\n", "names.txt:3"),
        (f"||a.example^\n||{HIT}^$important\n", "names.txt:2"),
        (f"a.example. 3600 IN A 192.0.2.1\n{HIT}. 3600 IN NS ns1.example.net.\n", "names.txt:2"),
    ],
    ids=[
        *("two columns", "csv", "zeek", "windows lines", "no last line feed", "upper case", "ranks without a header"),
        *("hosts file", "filter list", "zone file"),
    ],
)
def test_lists_and_tables_are_read(judge: Judge, tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(text.encode())
    assert places(scanned(judge, path)) == {HIT: [place]}


def test_packed_lists_are_read(judge: Judge, tmp_path: Path) -> None:
    text = f"a.example\n{HIT}\n".encode()
    (tmp_path / "n.gz").write_bytes(gzip.compress(text))
    (tmp_path / "n.zst").write_bytes(zstandard.compress(text))
    for name in ("n.gz", "n.zst"):
        assert places(scanned(judge, tmp_path / name)) == {HIT: [f"{name}:2"]}


def test_bad_lines_are_refused_with_place_and_reason_and_cost_no_other(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "hostile.txt"
    lines = [
        b"a..example.org",
        HIT.encode(),
        "\u202egoogle.com".encode(),
        b"exa\x00mple.org",
        b"xn--999999999.com",
        b"\xff\xfe.example.org",
        b'{"no": "name"}',
        b'{"broken": ',
        b"192.0.2.7",
        b"www." + HIT.encode(),
    ]
    path.write_bytes(b"\n".join(lines) + b"\n")
    found = scanned(judge, path)
    assert places(found) == {HIT: ["hostile.txt:2"], f"www.{HIT}": ["hostile.txt:10"]}
    assert sorted((one.line, one.reason) for one in found.refusals) == [
        (1, "an empty label: two dots in a row"),
        (3, "holds U+202E, which no name can hold"),
        (4, "holds U+0000, which no name can hold"),
        (5, "invalid punycode"),
        (6, "not UTF-8 text at byte 0 of the record"),
        (7, "no field that names a domain"),
        (8, "no JSON: Input data was truncated"),
        (9, "an address or a number, not a name"),
    ]
    assert found.refused == 8
    assert found.names == 2


def test_lines_of_ten_megabytes_are_refused_in_little_time(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    long = [b"a" * 10_000_000, b"account-" * 1_250_000, b"a." * 5_000_000, b"xn--" * 2_500_000, b"[" * 10_000_000]
    path.write_bytes(b"\n".join([HIT.encode(), *long, HIT.encode()]) + b"\n")
    start = time.perf_counter()
    found = scanned(judge, path)
    assert time.perf_counter() - start < 20
    assert found.hits[HIT].times == 2
    assert found.refused == len(long)
    assert all(len(one.excerpt) <= 200 for one in found.refusals)


def test_heartbeats_of_a_stream_are_no_refused_lines(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "ct.jsonl"
    path.write_text('{"message_type":"heartbeat","timestamp":1.0}\n' + json.dumps(RECORDS["certstream"]) + "\n")
    found = scanned(judge, path)
    assert (list(places(found)), found.names, found.refused) == ([HIT], 2, 0)


def test_a_line_of_text_without_a_name_is_refused_for_what_stands_in_it(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(f"at 10.30 nothing happened\nlogin \u202e{HIT[::-1]} now\n{'a.b ' * 30}{HIT}\n")
    found = scanned(judge, path)
    assert not found.hits
    assert [one.line for one in found.refusals] == [1, 2]
    assert found.names == 1  # of many cells the first that is a name: a.b


def test_a_scan_leaves_the_search_for_cycles_as_it_was(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text(f"{HIT}\n")
    scanned(judge, tmp_path / "names.txt")
    assert gc.isenabled()


def test_a_name_seen_often_is_one_hit_that_is_counted(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "dns.txt"
    path.write_text(f"{HIT}\n" * 12)
    (hit,) = scanned(judge, path).ranked()
    assert hit.times == 12
    assert hit.places == [f"dns.txt:{number}" for number in range(1, 6)]
