"""Files of every kind give their records, and what breaks costs that record only."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
import zstandard

from tocsin.sources import containers, tables
from tocsin.sources.containers import NotALog, Refused, read_blocks

RECORDS: list[dict[str, Any]] = [
    {"id": number, "name": f"Zoë {number}", "in": {"list": [1, {}]}} for number in range(40)
]


class Contents:
    def __init__(self, path: Path) -> None:
        self.texts: list[str] = []
        self.lines: list[int] = []
        self.ordinals: list[int] = []
        self.refused: list[Refused] = []
        self.kinds: set[str] = set()
        self.end = 0
        for block in read_blocks(path):
            assert len(block.records) == len(block.lines) == len(block.ordinals)
            for text, line, ordinal in zip(block.records.to_pylist(), block.lines, block.ordinals, strict=True):
                if text is not None and text.strip():
                    self.texts.append(text)
                    self.lines.append(int(line))
                    self.ordinals.append(int(ordinal))
            self.refused += block.refused
            self.kinds.add(block.kind)
            self.end = block.end

    @property
    def records(self) -> list[Any]:
        return [json.loads(text) for text in self.texts]

    @property
    def reasons(self) -> list[str]:
        return [refusal.reason for refusal in self.refused]


@pytest.fixture
def contents(tmp_path: Path) -> Callable[[bytes], Contents]:
    def written(data: bytes) -> Contents:
        path = tmp_path / "log"
        path.write_bytes(data)
        return Contents(path)

    return written


Written = Callable[[bytes], Contents]


def as_lines(records: list[Any] = RECORDS, end: str = "\n") -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + end for record in records).encode()


SHAPES = {
    "lines": as_lines(),
    "lines_crlf": as_lines(end="\r\n"),
    "lines_without_last_newline": as_lines().rstrip(),
    "lines_with_blank_ones": as_lines(end="\n\n"),
    "array": json.dumps(RECORDS).encode(),
    "array_pretty": json.dumps(RECORDS, indent=2).encode(),
    "array_a_record_a_line": b"[\n" + b",\n".join(as_lines().splitlines()) + b"\n]",
    "objects_pretty": b"\n".join(json.dumps(record, indent=4).encode() for record in RECORDS),
    "page_value": json.dumps({"@odata.context": "x", "value": RECORDS}).encode(),
    "page_items_pretty": json.dumps({"kind": "audit", "items": RECORDS, "etag": "y"}, indent=1).encode(),
    "page_records": json.dumps({"records": RECORDS}).encode(),
    "page_a_record_a_line": b'{\n"value":[\n' + b",\n".join(as_lines().splitlines()) + b"\n]}",
    "pages_in_a_row": json.dumps({"value": RECORDS[:20]}).encode() + json.dumps({"value": RECORDS[20:]}).encode(),
    "page_a_line": b"\n".join(json.dumps({"items": [record]}).encode() for record in RECORDS),
    "array_of_pages": json.dumps([{"@odata.context": "x", "value": RECORDS[:20]}, {"value": RECORDS[20:]}]).encode(),
    "array_of_pages_slurped": json.dumps([{"value": []}, {"value": RECORDS, "next": "[]"}], indent=2).encode() + b"\n",
    "array_of_arrays": json.dumps([RECORDS[:20], [], RECORDS[20:]]).encode(),
    "array_of_arrays_slurped": b"\n" + json.dumps([RECORDS[:1], RECORDS[1:]], indent=1).encode() + b"\n\n",
    "array_a_line": b"\n".join(json.dumps(RECORDS[at : at + 20]).encode() for at in (0, 20)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_its_records(shape: str, contents: Written) -> None:
    found = contents(SHAPES[shape])
    assert found.records == RECORDS
    assert found.refused == []
    assert found.ordinals == sorted(found.ordinals)


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip_in_members": lambda data: gzip.compress(data[:700]) + gzip.compress(data[700:]),
    "gzip_padded": lambda data: gzip.compress(data) + b"\0" * 512,
    "zstd": zstandard.ZstdCompressor().compress,
    "zstd_in_frames": lambda data: zstandard.compress(data[:700]) + zstandard.compress(data[700:]),
    "bom": lambda data: b"\xef\xbb\xbf" + data,
    "bom_in_gzip": lambda data: gzip.compress(b"\xef\xbb\xbf" + data),
    "utf16_powershell": lambda data: data.decode().encode("utf-16"),
    "utf16_big_endian": lambda data: b"\xfe\xff" + data.decode().encode("utf-16-be"),
}


@pytest.mark.parametrize("shape", ["lines", "array_pretty", "page_value"])
@pytest.mark.parametrize("packing", PACKED)
def test_every_packing_gives_its_records(packing: str, shape: str, contents: Written) -> None:
    found = contents(PACKED[packing](SHAPES[shape]))
    assert found.records == RECORDS
    assert found.refused == []


def test_lines_carry_their_number(contents: Written) -> None:
    found = contents(b'\n{"a": 1}\n\n{"b": 2}\n')
    assert (found.lines, found.kinds) == ([2, 4], {"lines"})


def test_pretty_printed_records_carry_the_line_they_begin_on(contents: Written) -> None:
    found = contents(json.dumps([{"a": 1}, {"b": 2}], indent=2).encode())
    assert (found.lines, found.kinds) == ([2, 5], {"json"})


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "gzip"), (zstandard.compress, "zstd")])
def test_a_download_cut_short_keeps_what_it_held(pack: Callable[[bytes], bytes], name: str, contents: Written) -> None:
    records = [{"id": number, "hash": f"{number * 7919 % 99991:05d}" * 9} for number in range(20_000)]
    packed = pack(as_lines(records))
    found = contents(packed[: len(packed) * 2 // 3])
    good = [json.loads(text) for text in found.texts[:-1]]
    assert good == records[: len(good)]
    assert len(good) > 5_000, name
    assert any("ends early" in reason for reason in found.reasons)


@pytest.mark.parametrize("shape", ["lines", "array", "page"])
def test_a_download_cut_short_is_told_once_with_how_much_it_held(shape: str, contents: Written) -> None:
    """The record that was cut off is no second fault."""
    records = [{"id": number, "hash": f"{number * 7919 % 99991:05d}" * 9} for number in range(3_000)]
    text = {"array": json.dumps(records), "page": json.dumps({"value": records})}.get(shape)
    packed = gzip.compress(text.encode() if text else as_lines(records))
    found = contents(packed[: len(packed) * 2 // 3])
    assert found.reasons == [
        f"the compressed file ends early, after {len(found.texts):,} records, which were read: get the file again and"
        " scan that"
    ]
    assert found.records == records[: len(found.texts)]
    assert len(found.texts) > 500


def test_damage_inside_a_gzip_file_keeps_what_stood_before(contents: Written) -> None:
    packed = bytearray(gzip.compress(as_lines([{"id": n * 7919 % 99991} for n in range(50_000)])))
    packed[len(packed) // 2] ^= 0xFF
    found = contents(bytes(packed))
    assert len(found.texts) > 1_000
    assert any("damaged" in reason for reason in found.reasons)


def test_an_empty_file_holds_nothing(contents: Written) -> None:
    for data in (b"", b"\n \n", gzip.compress(b""), b"\xef\xbb\xbf", b"[]", b'{"value": []}'):
        found = contents(data)
        assert (found.texts, found.refused) == ([], []), data


def test_blank_lines_longer_than_the_head_hide_nothing(contents: Written) -> None:
    assert contents(b"\n" * 100_000 + as_lines()).records == RECORDS


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 40, b"%PDF-1.7\n\x00\x01" + b"x" * 100, b"PK\x03\x04" + b"\0" * 99]
)
def test_a_binary_file_is_no_log(data: bytes, contents: Written) -> None:
    with pytest.raises(NotALog, match="binary"):
        contents(data)


def test_zero_bytes_of_a_power_cut_cost_their_line(contents: Written) -> None:
    found = contents(as_lines() + b"\0" * 20 + b"\n" + as_lines())
    assert [json.loads(text) for text in found.texts if "\0" not in text] == RECORDS * 2


def test_a_bad_line_is_one_record_of_its_own(contents: Written) -> None:
    found = contents(b'{"broken": \n' + as_lines())
    assert found.texts[0] == '{"broken": \n'
    assert [json.loads(text) for text in found.texts[1:]] == RECORDS


def test_a_line_that_is_no_utf8_is_refused_and_its_neighbours_live(contents: Written) -> None:
    found = contents(b'{"a": 1}\n{"b": "\xff\xfe"}\n{"c": "\xc3\xa9"}\n')
    assert found.records == [{"a": 1}, {"c": "é"}]
    assert [(refusal.line, refusal.reason) for refusal in found.refused] == [
        (2, "not UTF-8 text at byte 7 of the record")
    ]


def test_a_first_line_that_is_no_utf8_is_refused_like_any_other(contents: Written) -> None:
    found = contents(b'{"b": "\xff"}\n{"a": 1}\n{"c": 3}\n')
    assert found.records == [{"a": 1}, {"c": 3}]
    assert [(refusal.line, refusal.reason) for refusal in found.refused] == [
        (1, "not UTF-8 text at byte 7 of the record")
    ]


def test_a_page_with_a_record_that_is_no_utf8_loses_that_record_only(contents: Written) -> None:
    found = contents(b'{"value": [{"a": 1}, {"b": "\xff"}, {"c": 3}]}\n')
    assert found.records == [{"a": 1}, {"c": 3}]
    assert [refusal.line for refusal in found.refused] == [1]


def test_a_record_in_an_array_that_is_no_utf8_is_refused_and_its_neighbours_live(contents: Written) -> None:
    found = contents(b'[{"a": 1},\n{"b": "\xff"},\n{"c": 3}]')
    assert found.records == [{"a": 1}, {"c": 3}]
    assert [refusal.line for refusal in found.refused] == [2]


@pytest.mark.parametrize("start", [b'{"a": 1}\n{"b": "', b'[{"a": 1},\n{"b": "'])
def test_a_line_of_100_megabytes_is_refused_without_holding_it(
    start: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is sparse: the long record holds blanks that the disk never stored."""
    monkeypatch.setattr(containers, "READ_BYTES", 1 << 20)
    path = tmp_path / "log"
    close = b"]" if start[:1] == b"[" else b""
    with path.open("wb") as file:
        file.write(start)
        file.write(b" " * 70_000)  # past the head, where zero bytes would say "binary"
        file.seek(100 << 20)
        file.write(b'"}' + (b"," if close else b"") + b'\n{"c": 3}' + close + b"\n")
    found = Contents(path)
    assert found.records == [{"a": 1}, {"c": 3}]
    assert [(refusal.line, "longer than 16 MiB" in refusal.reason) for refusal in found.refused] == [(2, True)]


def test_deeply_nested_json_is_a_record_like_any_other(contents: Written) -> None:
    deep = b'{"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    assert contents(as_lines() + deep + b"\n" + as_lines()).texts[40].strip() == deep.decode()
    assert contents(b"[" + deep + b', {"b": 2}]').texts == [deep.decode(), '{"b": 2}']


@pytest.mark.parametrize(
    "line",
    [
        "[INFO] 2026-03-02 08:00:01 server started, all is well, go on",
        "2026-03-02 08:00:00,001 INFO  [io.quarkus] (main) Keycloak on JVM, powered by Quarkus, started",
        '2026-03-02 08:00:01,123 WARN  [org.keycloak.events] type="LOGIN", realmId="r", clientId="c"',
    ],
)
def test_text_logs_are_lines(line: str, contents: Written) -> None:
    found = contents(f"{line}\n{line}\n".encode())
    assert (found.kinds, len(found.texts)) == ({"lines"}, 2)


CSV = 'Date (UTC),Request ID,User,"Note"\n2026-03-02,1,Zoë,"two\nlines, one ""cell"""\n2026-03-03,2,Bo,\n'
CSV_ROWS = [
    {"Date (UTC)": "2026-03-02", "Request ID": "1", "User": "Zoë", "Note": 'two\nlines, one "cell"'},
    {"Date (UTC)": "2026-03-03", "Request ID": "2", "User": "Bo"},
]
WITH_TABS = (
    'Date (UTC)\tRequest ID\tUser\t"Note"\n2026-03-02\t1\tZoë\t"two\nlines, one ""cell"""\n2026-03-03\t2\tBo\t\n'
)
WITH_SEMICOLONS = 'Date (UTC);Request ID;User;"Note"\n2026-03-02;1;Zoë;"two\nlines, one ""cell"""\n2026-03-03;2;Bo;\n'


@pytest.mark.parametrize(
    "data",
    [
        CSV.encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        ("#TYPE Selected.System.Management.Automation.PSCustomObject\r\n" + CSV).encode(),
        ("#TYPE Deserialized.Object\n" + CSV).encode("utf-16"),
        gzip.compress(CSV.replace("\n2", "\r\n2").encode()),
        b"\xef\xbb\xbf" + WITH_SEMICOLONS.encode(),
        ("sep=;\r\n" + WITH_SEMICOLONS).encode(),
        ("#TYPE Deserialized.Object\n" + WITH_SEMICOLONS).encode("utf-16"),
        WITH_TABS.encode("utf-16"),
    ],
    ids=[
        *("plain", "bom", "type_line", "powershell_utf16", "gzip_crlf"),
        *("excel_semicolons", "excel_sep_line", "powershell_use_culture", "excel_unicode_text"),
    ],
)
def test_csv_rows_are_records_of_texts(data: bytes, contents: Written) -> None:
    found = contents(data)
    assert (found.records, found.refused, found.kinds) == (CSV_ROWS, [], {"csv"})


def test_a_csv_row_of_another_width_is_refused_and_its_neighbours_live(contents: Written) -> None:
    found = contents(b"a,b,c\n1,2,3\n4,5\n6,7,8\n")
    assert found.ordinals == [1, 3]  # by which the row is found again
    assert found.records == [{"a": "1", "b": "2", "c": "3"}, {"a": "6", "b": "7", "c": "8"}]
    assert found.refused == [Refused(line=None, record=2, reason="2 columns where the header has 3", excerpt="4,5")]


def test_a_csv_cell_that_is_no_utf8_costs_its_row(contents: Written) -> None:
    found = contents(b"a,b,c\n1,\xff,3\n4,5,6\n")
    assert found.records == [{"a": "4", "b": "5", "c": "6"}]
    assert found.reasons == ["not UTF-8 text"]


def test_a_log_line_with_semicolons_is_no_csv_header(contents: Written) -> None:
    found = contents(b"2026-03-02 08:00:00; INFO; started\n2026-03-02 08:00:01; INFO; ready\n")
    assert (found.kinds, len(found.texts)) == ({"lines"}, 2)


def test_a_log_line_with_tabs_is_no_csv_header(contents: Written) -> None:
    found = contents(b"08:00:00\tINFO\tstarted\n08:00:01\tINFO\tready\n")
    assert (found.kinds, len(found.texts)) == ({"lines"}, 2)


@pytest.mark.parametrize("header", ["_time,_raw", "AuditData", "@timestamp;@message"])
def test_json_in_a_cell_tells_a_csv_of_few_columns(header: str, contents: Written) -> None:
    sign = ";" if ";" in header else ","
    *before, last = header.split(sign)
    row = sign.join([*("x" for _ in before), '"{""a"":1}"'])
    found = contents(f"{header}\r\n{row}\r\n".encode())
    assert (found.records, found.kinds) == ([{**dict.fromkeys(before, "x"), last: '{"a":1}'}], {"csv"})


def test_a_csv_row_that_is_broken_in_two_ways_costs_itself_only(contents: Written) -> None:
    """Of another width and no UTF-8: the rows around it are read."""
    found = contents(b"a,b,c\n1,2,3\n\xff\xfe,5\n6,\xc3\xa9,8\n")
    assert found.records == [{"a": "1", "b": "2", "c": "3"}, {"a": "6", "b": "é", "c": "8"}]
    assert [(one.reason, one.excerpt) for one in found.refused] == [
        ("2 columns where the header has 3", "\ufffd\ufffd,5")
    ]


def test_csv_rows_keep_their_numbers_beside_broken_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From block to block."""
    monkeypatch.setattr(tables, "MAX_RECORD_BYTES", 1 << 12)
    rows = [f"{number},x" if number % 7 == 0 else f"{number},x,y" for number in range(1, 5001)]
    path = tmp_path / "log.csv"
    path.write_text("a,b,c\n" + "\n".join(rows) + "\n")
    found = Contents(path)
    assert [int(record["a"]) for record in found.records] == found.ordinals
    assert [one.record for one in found.refused] == list(range(7, 5001, 7))


def test_a_csv_that_ends_inside_a_letter_loses_that_cell_only(contents: Written) -> None:
    found = contents(b"a,b,c\n1,2,3\n4,5,\xc3")
    assert found.records == [{"a": "1", "b": "2", "c": "3"}]
    assert found.reasons == ["not UTF-8 text"]


def test_a_csv_of_excel_in_the_code_page_of_windows_is_read(contents: Written) -> None:
    found = contents("Date;User;Note\r\n1;Jörg Müller;„x“ – €\r\n2;Ada;\r\n".encode("cp1252"))
    assert found.records == [{"Date": "1", "User": "Jörg Müller", "Note": "„x“ – €"}, {"Date": "2", "User": "Ada"}]
    assert found.refused == []


def test_a_csv_header_alone_holds_nothing(contents: Written) -> None:
    found = contents(b"a,b,c\n")
    assert (found.texts, found.refused) == ([], [])


def test_parquet_rows_are_records(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    table = pa.table(
        {
            "id": ["a", "b"],
            "time": pa.array([datetime(2026, 3, 2, 8), None], pa.timestamp("ns")),  # noqa: DTZ001
            "properties": ['{"status": {"code": 1}}', "{not json"],
            "names": pa.array([[("k", b"v")], None], pa.map_(pa.string(), pa.binary())),
            "nested": [{"list": [1, 2], "nothing": None}, None],
        }
    )
    pa.parquet.write_table(table, path)
    found = Contents(path)
    assert found.kinds == {"parquet"}
    assert found.records == [
        {
            "id": "a",
            "time": "2026-03-02T08:00:00",
            "properties": {"status": {"code": 1}},
            "names": {"k": "v"},
            "nested": {"list": [1, 2], "nothing": None},
        },
        {"id": "b", "properties": "{not json"},
    ]


def test_damaged_parquet_is_told(contents: Written) -> None:
    with pytest.raises(NotALog, match="damaged Parquet"):
        contents(b"PAR1" + b"x" * 100)


def test_blocks_stay_small_however_large_the_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "BLOCK_BYTES", 10_000)
    monkeypatch.setattr(containers, "READ_BYTES", 4_096)
    monkeypatch.setattr(containers, "JSON_READ_BYTES", 4_096)
    for shape in (as_lines(RECORDS * 200), json.dumps(RECORDS * 200).encode()):
        path = tmp_path / "log"
        path.write_bytes(shape)
        blocks = list(read_blocks(path))
        assert len(blocks) > 10
        assert [block.end for block in blocks] == sorted(block.end for block in blocks)
        assert blocks[-1].end == len(shape)
        ordinals = [int(ordinal) for block in blocks for ordinal in block.ordinals]
        assert ordinals == list(range(1, len(RECORDS) * 200 + 1))


@pytest.mark.parametrize("place", [1, 2, 3000, 6000], ids="row_{}".format)
def test_a_csv_row_longer_than_what_is_read_at_a_time_is_read_like_any_other(place: int, contents: Written) -> None:
    """And nothing before it is given twice, neither rows nor what was refused."""
    rows = [f'{number},"x\n{"y" * (3 << 20 if number == place else 400)}",z' for number in range(1, 6001)]
    rows[9] = "10,x"
    found = contents(("a,b,c\n" + "\n".join(rows) + "\n").encode())
    assert found.ordinals == [number for number in range(1, 6001) if number != 10]
    assert [int(record["a"]) for record in found.records] == found.ordinals
    assert {record["a"]: len(record["b"]) for record in found.records}[str(place)] == 2 + (3 << 20)
    assert [(one.record, one.excerpt) for one in found.refused] == [(10, "10,x")]


def test_a_csv_row_longer_than_any_provider_writes_ends_the_file(contents: Written) -> None:
    found = contents(b"a,b,c\n1,2,3\n4,5," + b"x" * (40 << 20) + b"\n6,7,8\n")
    assert [record["a"] for record in found.records] == ["1"]
    assert [one.reason.split(":")[0] for one in found.refused] == ["the CSV cannot be read on from here"]


def test_csv_cells_are_json_texts_whatever_stands_in_them(contents: Written) -> None:
    """Quotes, backslashes, line ends, control characters, letters of any alphabet; an empty cell is left out."""
    cell = "".join(map(chr, [*range(1, 32), 34, 92, 127, 0xE9, 0x4E2D, 0x1F600])) + '\\" \\n'
    row = '"{}",,"\u00e4"\n'.format(cell.replace('"', '""'))
    found = contents(("a,b,c\n" + row + "1,2,3\n").encode())
    assert found.records == [{"a": cell, "c": "\u00e4"}, {"a": "1", "b": "2", "c": "3"}]


def test_of_csv_columns_with_one_name_the_last_that_is_filled_counts(contents: Written) -> None:
    found = contents(b"a,b,a\n1,2,3\n4,5,\n,6,\n")
    assert found.records == [{"a": "3", "b": "2"}, {"a": "4", "b": "5"}, {"b": "6"}]


def test_a_packed_csv_with_a_long_row_that_ends_early_is_told(contents: Written) -> None:
    rows = "".join(f"{number},{'y' * (3 << 20 if number == 5 else 400)},z\n" for number in range(1, 4001))
    whole = gzip.compress(("a,b,c\n" + rows).encode())
    found = contents(whole[: len(whole) - 500])
    assert found.ordinals == list(range(1, len(found.ordinals) + 1))
    assert len(found.ordinals) > 100
    assert [reason.split(",")[0] for reason in found.reasons][-1] == "the compressed file ends early"
