"""The store keeps every event once, however and however often its file arrives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from hypothesis import given, settings
from hypothesis import strategies as st

from bad_disk import failing_after
from okta_records import lines, record
from stores import covered, ids, numbered, scan
from tocsin.errors import NoLogsFound, StoreError
from tocsin.lake import Lake, log_files
from tocsin.lake.store import COMPACT_FILES_A_DAY
from tocsin.sources import containers


def test_what_was_scanned_once_is_not_read_again(tmp_path: Path) -> None:
    log = tmp_path / "okta.jsonl"
    log.write_text(lines(0, 50))
    first, second = scan(tmp_path / "store", log), scan(tmp_path / "store", log)
    assert (first.events, first.files_known) == (50, 0)
    assert (second.events, second.duplicates, second.files_known) == (0, 0, 1)
    assert ids(tmp_path / "store") == numbered((0, 50))


def test_overlapping_exports_give_each_event_once(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(0, 60))
    (tmp_path / "b.jsonl").write_text(lines(40, 100) + lines(90, 100))
    intake = scan(tmp_path / "store", tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert (intake.events, intake.duplicates) == (100, 30)
    assert ids(tmp_path / "store") == numbered((0, 100))
    assert [one.duplicates for one in covered(tmp_path / "store")] == [30]


def test_late_and_unordered_events_find_their_place(tmp_path: Path) -> None:
    log = tmp_path / "okta.jsonl"
    log.write_text("".join(record(number) + "\n" for number in (5, 3, 9_000, 4)))
    scan(tmp_path / "store", log)
    late = tmp_path / "late.jsonl"
    late.write_text("".join(record(number) + "\n" for number in (2, 9_000, 4, 8_000, -60_000)))
    assert scan(tmp_path / "store", late).events == 3
    assert ids(tmp_path / "store") == sorted(f"okta-{number:07}" for number in (2, 3, 4, 5, 8_000, 9_000, -60_000))


def test_many_small_files_of_a_day_become_one(tmp_path: Path) -> None:
    """Whoever scans every few minutes does not open hundreds of files at each scan."""
    for number in range(COMPACT_FILES_A_DAY + 1):
        (tmp_path / f"{number}.jsonl").write_text(lines(10 * number, 10 * number + 10))
        scan(tmp_path / "store", tmp_path / f"{number}.jsonl")
        files = Lake(tmp_path / "store").event_files()
        assert len(files) == (number + 1 if number < COMPACT_FILES_A_DAY else 1)
    assert ids(tmp_path / "store") == numbered((0, 10 * COMPACT_FILES_A_DAY + 10))
    assert scan(tmp_path / "store", tmp_path / "0.jsonl").events == 0


def test_files_that_are_not_small_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.lake.store.SMALL_BYTES", 1)
    for number in range(COMPACT_FILES_A_DAY + 1):
        (tmp_path / f"{number}.jsonl").write_text(lines(10 * number, 10 * number + 10))
        scan(tmp_path / "store", tmp_path / f"{number}.jsonl")
    assert len(Lake(tmp_path / "store").event_files()) == COMPACT_FILES_A_DAY + 1


def test_the_same_file_under_two_names_adds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(0, 20) + "broken\n")
    shutil.copy2(tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    intake = scan(tmp_path / "store", tmp_path)
    assert (intake.events, intake.duplicates, intake.rejected) == (20, 0, 1)


def test_a_file_that_grew_adds_what_is_new_and_calls_nothing_a_duplicate(tmp_path: Path) -> None:
    log = tmp_path / "okta.jsonl"
    whole = "broken\n" + lines(0, 60)
    log.write_text(whole[:-200])  # the writer was at work: its last line is half there
    scan(tmp_path / "store", log)
    assert Lake(tmp_path / "store").rejected().num_rows == 2
    log.write_text(whole + lines(60, 80))
    assert scan(tmp_path / "store", log).events == 21
    assert ids(tmp_path / "store") == numbered((0, 80))
    (one,) = covered(tmp_path / "store")
    assert (one.files, one.events, one.duplicates, one.rejected) == (1, 80, 0, 1)
    (rejected,) = Lake(tmp_path / "store").rejected().to_pylist()
    assert (rejected["line"], rejected["excerpt"].strip()) == (1, "broken")


def test_what_was_refused_is_told_by_reason_with_the_first_of_each(tmp_path: Path) -> None:
    """Damage gives records reasons of their own: places in them are left out, and the rarest are told as one."""
    log, store = tmp_path / "okta.jsonl", tmp_path / "store"
    assert Lake(store).refusals().num_rows == 0
    log.write_text(lines(0, 2) + '{"a": x}\n{"abc": x}\n{"known": 0}\n{"a":\n{"b": x}\n{"c": x}\n{"known": 1}\n')
    scan(store, log)
    told = Lake(store).refusals().to_pylist()
    assert [(row["records"], row["line"], row["excerpt"]) for row in told] == [
        (4, 3, '{"a": x}'),
        (2, 5, '{"known": 0}'),
        (1, 6, '{"a":'),
    ]
    assert {row["file"] for row in told} == {str(log)}
    assert "byte" not in told[0]["reason"]
    first, rest = Lake(store).refusals(1).to_pylist()
    assert first == told[0]
    assert (rest["reason"], rest["records"], rest["file"]) == ("other reasons (2)", 3, None)
    log.write_text(lines(0, 4))
    scan(store, log, mirror=True)
    assert Lake(store).refusals().num_rows == 0


def test_refusals_without_number_are_told_in_little_memory(tmp_path: Path) -> None:
    """They are counted where they lie."""
    log, store = tmp_path / "other.log", tmp_path / "store"
    log.write_text(lines(0, 1) + "some other program's line that nobody asked for\n" * 200_000)
    scan(store, log)
    lake = Lake(store)
    before = pa.total_allocated_bytes()
    assert [row["records"] for row in lake.refusals().to_pylist()] == [200_000]
    assert lake.rejected().num_rows == 1000
    assert pa.total_allocated_bytes() - before < 1 << 20


def test_a_rotated_file_keeps_what_was_refused_in_the_one_before(tmp_path: Path) -> None:
    log = tmp_path / "okta.jsonl"
    log.write_text(lines(0, 10) + "broken\n")
    scan(tmp_path / "store", log)
    log.write_text(lines(10, 40) + "broken too\n")
    scan(tmp_path / "store", log)
    (one,) = covered(tmp_path / "store")
    assert (one.files, one.events, one.duplicates, one.rejected) == (1, 40, 0, 2)


def test_a_file_touched_but_unchanged_adds_nothing_and_doubles_no_refusal(tmp_path: Path) -> None:
    log = tmp_path / "okta.jsonl"
    log.write_text(lines(0, 10) + "broken\n")
    scan(tmp_path / "store", log)
    os.utime(log, (1_800_000_000, 1_800_000_000))
    assert scan(tmp_path / "store", log).events == 0
    (one,) = covered(tmp_path / "store")
    assert (one.events, one.duplicates, one.rejected) == (10, 0, 1)
    assert Lake(tmp_path / "store").rejected().num_rows == 1


@pytest.mark.parametrize("mirror", [False, True], ids=["named", "mirror"])
def test_a_file_that_could_not_be_read_on_is_taken_up_where_it_failed(
    mirror: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stood before is kept, the failure is told once for as long as it lasts, and nothing is read twice."""
    for size, value in (("BLOCK_BYTES", 20_000), ("READ_BYTES", 4_096)):
        monkeypatch.setattr(containers, size, value)
    log, store = tmp_path / "okta.jsonl", tmp_path / "store"
    log.write_text(lines(0, 1000))
    half, whole = log.stat().st_size // 2, log.stat().st_size
    failing_after(half, monkeypatch)
    first = scan(store, log, mirror=mirror)
    assert 100 < first.events < 600
    assert scan(store, log, mirror=mirror).events == 0
    failing_after(whole - 10_000, monkeypatch)
    assert scan(store, log, mirror=mirror).events > 100
    assert [row["reason"] for row in Lake(store).rejected().to_pylist()] == ["Input/output error"]
    assert [(one.provider, one.files, one.rejected) for one in covered(store)] == [("okta", 1, 1)]
    failing_after(2 * whole, monkeypatch)
    last = scan(store, log, mirror=mirror)
    assert (last.files_known, last.duplicates) == (0, 0)
    assert ids(store) == numbered((0, 1000))
    assert Lake(store).rejected().num_rows == 0
    assert [(one.files, one.events, one.rejected) for one in covered(store)] == [(1, 1000, 0)]
    assert scan(store, log, mirror=mirror).files_known == 1


def test_a_named_store_says_whose_times_stay_in_another_zone(tmp_path: Path) -> None:
    """An event that is held keeps its time, however its file is read again."""
    line = '2026-03-02 08:00:0{},000 INFO  [org.keycloak.events] (t) type="LOGIN", realmId="r", userId="u-{}"\n'
    old, new, store = tmp_path / "old.log", tmp_path / "new.log", tmp_path / "store"
    old.write_text("".join(line.format(number, number) for number in range(3)))
    new.write_text("".join(line.format(number, number) for number in range(3, 6)))
    assert scan(store, old).notes == ()
    again = scan(store, old, new, timezone="Europe/Berlin")
    assert (again.events, again.duplicates) == (3, 3)
    assert again.zones == {"UTC": 1}
    (note,) = again.notes
    assert "in UTC, for 1 of the files" in note
    assert "another store" in note
    assert scan(store, old, new, timezone="Europe/Berlin").zones == {"UTC": 1}
    assert scan(store, old).zones == {}
    assert scan(store, old, new).zones == {"Europe/Berlin": 1}
    mirror = tmp_path / "mirror"
    scan(mirror, old, mirror=True)
    assert scan(mirror, old, mirror=True, timezone="Europe/Berlin").notes == ()


def test_a_store_that_mirrors_its_files_forgets_those_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.jsonl").write_text(lines(0, 10))
    (tmp_path / "logs/b.jsonl").write_text(lines(5, 20))
    scan(tmp_path / "store", tmp_path / "logs", mirror=True)
    (tmp_path / "logs/a.jsonl").unlink()
    assert scan(tmp_path / "store", tmp_path / "logs", mirror=True).events == 15
    assert ids(tmp_path / "store") == numbered((5, 20))
    (one,) = covered(tmp_path / "store")
    assert (one.files, one.duplicates) == (1, 0)


def test_a_store_that_mirrors_reads_again_in_another_time_zone(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(0, 5))
    scan(tmp_path / "store", tmp_path / "a.jsonl", mirror=True)
    again = scan(tmp_path / "store", tmp_path / "a.jsonl", mirror=True, timezone="Europe/Berlin")
    assert (again.events, again.files_known) == (5, 0)


def test_a_named_store_gathers_what_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(0, 10))
    scan(tmp_path / "store", tmp_path / "a.jsonl")
    (tmp_path / "a.jsonl").unlink()
    (tmp_path / "b.jsonl").write_text(lines(10, 20))
    scan(tmp_path / "store", tmp_path / "b.jsonl")
    assert ids(tmp_path / "store") == numbered((0, 20))


def test_a_wiped_store_leaves_its_files_to_those_who_are_reading_them(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(0, 10))
    scan(tmp_path / "store", tmp_path / "a.jsonl")
    lake = Lake(tmp_path / "store")
    held = lake.event_files()
    with lake.writing():
        lake.wipe()
    assert lake.event_files() == []
    assert lake.reads().num_rows == 0
    assert all(Path(file).is_file() for file in held)
    assert ids(tmp_path / "store") == []


def test_a_store_that_lost_a_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(0, 10))
    scan(tmp_path / "store", tmp_path / "a.jsonl")
    Path(Lake(tmp_path / "store").event_files()[0]).unlink()
    with pytest.raises(StoreError, match=r"is missing"):
        Lake(tmp_path / "store").event_files()


def test_a_store_whose_log_is_damaged_is_said_to_be(tmp_path: Path) -> None:
    Lake(tmp_path / "store")
    (tmp_path / "store/events/_delta_log/00000000000000000000.json").write_text("{")
    with pytest.raises(StoreError, match=r"cannot be used"):
        Lake(tmp_path / "store")


def test_a_store_of_another_version_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "okta.jsonl").write_text(lines(0, 3))
    scan(tmp_path / "store", tmp_path / "okta.jsonl")
    reads = tmp_path / "store" / "reads"
    fewer = DeltaTable(str(reads)).to_pyarrow_table().drop_columns(["content"])
    shutil.rmtree(reads)
    write_deltalake(str(reads), fewer)
    with pytest.raises(StoreError, match=r"another version of Tocsin \(its reads lack content\)") as told:
        Lake(tmp_path / "store")
    assert "scan the logs again" in told.value.remedy


def test_many_small_files_are_merged_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    lake = Lake(tmp_path / "store")
    for number in range(12):
        (tmp_path / f"logs/{number}.jsonl").write_text(lines(number, number + 1))
        scan(tmp_path / "store", tmp_path / "logs")
    assert len(Lake(tmp_path / "store").event_files()) < 12
    assert ids(tmp_path / "store") == numbered((0, 12))
    assert lake.event_files() == []  # opened before: it still shows what it saw


@pytest.mark.parametrize("year", ["0001", "1970", "2201", "9999", "12026"])
def test_a_record_of_an_impossible_year_is_refused_with_its_place(tmp_path: Path, year: str) -> None:
    log = tmp_path / "okta.jsonl"
    log.write_text(record(1) + "\n" + record(2).replace("2026-03", f"{year}-03") + "\n")
    scan(tmp_path / "store", log)
    assert ids(tmp_path / "store") == numbered((1, 2))
    (refused,) = Lake(tmp_path / "store").rejected().to_pylist()
    assert (refused["file"], refused["line"]) == (str(log), 2)


def test_a_store_inside_the_folder_is_not_read_as_a_log(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(0, 5))
    scan(tmp_path / "deep/store", tmp_path)
    assert log_files([tmp_path]) == [tmp_path / "a.jsonl"]


def test_a_folder_without_logs_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("nothing here")
    (tmp_path / ".hidden").write_text("nor here")
    with pytest.raises(NoLogsFound, match=r"no log file"):
        log_files([tmp_path])


def test_two_processes_scan_into_one_store_and_each_event_is_there_once(tmp_path: Path) -> None:
    for name, span in (("a", (0, 3_000)), ("b", (1_500, 4_500))):
        (tmp_path / name).mkdir()
        for start in range(*span, 500):
            (tmp_path / name / f"{start}.jsonl").write_text(lines(start, start + 500) + "broken\n")
    program = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[3:]\n"
        "from stores import scan\n"
        "print(scan(Path(sys.argv[1]), Path(sys.argv[2])).events)\n"
    )
    roots = [str(Path(__file__).parents[1])]
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "store"), str(tmp_path / name), *roots],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    said = [json.loads(process.communicate(timeout=100)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(said) == 4_500
    assert ids(tmp_path / "store") == numbered((0, 4_500))
    assert Lake(tmp_path / "store").rejected().num_rows == 12


@settings(max_examples=6, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), max_size=12), min_size=1, max_size=4), st.randoms())
def test_neither_order_nor_repetition_of_files_changes_what_is_held(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[int]], random: object
) -> None:
    folder = tmp_path_factory.mktemp("any")
    paths = []
    for number, held in enumerate(files):
        path = folder / f"{number}.jsonl"
        path.write_text("".join(record(one) + "\n" for one in held))
        paths.append(path)
    random.shuffle(paths)  # type: ignore[attr-defined]
    for path in [*paths, *paths]:
        scan(folder / "store", path)
    assert ids(folder / "store") == sorted({f"okta-{one:07}" for held in files for one in held})
    rows = sum(map(len, files))
    assert sum(one.events + one.duplicates for one in covered(folder / "store")) == rows


def signed_in(folder: Path, name: str, *states: tuple[str, int]) -> Path:
    """An export of Entra sign-ins: id and code, one a minute."""
    lines = [
        json.dumps(
            {
                "id": uid,
                "createdDateTime": f"2026-03-02T08:{number:02}:00Z",
                "userPrincipalName": "ada@example.org",
                "appId": "c44b4083",
                "ipAddress": "203.0.113.7",
                "clientAppUsed": "Browser",
                "status": {"errorCode": code},
            }
        )
        for number, (uid, code) in enumerate(states)
    ]
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


def states(store: Path) -> list[tuple[str, str, str | None]]:
    files = [pq.read_table(file, partitioning=None) for file in Lake(store).event_files()]
    names = ("event_uid", "outcome", "request_uid")
    return sorted(zip(*(pa.concat_tables(files)[name].to_pylist() for name in names), strict=True))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_of_a_sign_ins_states_that_come_together_the_last_is_kept(order: tuple[int, ...], tmp_path: Path) -> None:
    told = [("a", 50074), ("a", 500121), ("a", 0)]
    scan(tmp_path / "store", signed_in(tmp_path, "log", *(told[number] for number in order), ("b", 50074)))
    assert states(tmp_path / "store") == [("a", "success", None), ("b", "unknown", None)]


def test_a_sign_ins_later_state_that_comes_later_takes_the_place_of_the_one_held(tmp_path: Path) -> None:
    """One that is no later than what is held is nothing new."""
    store = tmp_path / "store"
    scan(store, signed_in(tmp_path, "1", ("a", 50074), ("b", 0)))
    again = scan(store, signed_in(tmp_path, "2", ("a", 0), ("b", 50074)))
    assert (again.events, again.duplicates) == (0, 2)
    assert states(store) == [("a", "success", None), ("b", "success", None)]
    for name, told in (("3", [("a", 0), ("b", 0)]), ("4", [("a", 500121), ("a", 50074), ("c", 0)])):
        scan(store, signed_in(tmp_path, name, *told))
    assert states(store) == [("a", "success", None), ("b", "success", None), ("c", "success", None)]


def test_a_mirror_whose_file_has_grown_keeps_what_it_knew(tmp_path: Path) -> None:
    """It is the same file: what came when stays known. One that was cut short or written anew is another one."""
    file = tmp_path / "okta.jsonl"
    file.write_text(lines(0, 30))
    scan(tmp_path / "store", file, mirror=True)
    file.write_text(lines(0, 40))
    grown = scan(tmp_path / "store", file, mirror=True)
    assert (grown.events, grown.duplicates) == (10, 30)
    again = scan(tmp_path / "store", file, mirror=True)
    assert (again.events, again.duplicates, again.files_known) == (0, 0, 1)
    file.write_text(lines(5, 40))
    anew = scan(tmp_path / "store", file, mirror=True)
    assert (anew.events, ids(tmp_path / "store")) == (35, numbered((5, 40)))
