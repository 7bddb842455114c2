"""The same question gets the same answer on every engine, from a single expression to a whole scan."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import ibis
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from conftest import in_order
from tocsin.campaigns.acts import weighable
from tocsin.campaigns.population import owners_by_source, population
from tocsin.detect import detected, habits
from tocsin.engines import DuckEngine, Engine, duck, opened, require
from tocsin.enrich import account_names, clients, enriched, networks, owner_days
from tocsin.errors import SettingError, StoreError
from tocsin.events import EVENT
from tocsin.lake import Lake
from tocsin.pipeline import Case, run
from tocsin.report.json import to_json
from tocsin.settings import ScanSettings
from tocsin.simulate import simulate


@pytest.fixture(params=["duckdb", "spark"])
def name(request: pytest.FixtureRequest) -> str:
    """An engine's name; Spark's session is that of the other tests, which is small and already running."""
    if request.param == "spark":
        request.getfixturevalue("spark_engine")
    return str(request.param)


@pytest.fixture
def engine(name: str, tmp_path: Path) -> Iterator[Engine]:
    engine = opened(name, scratch=tmp_path / "scratch")
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def fortnight(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """What DuckDB found in a world small enough for a Spark on one core."""
    out = tmp_path_factory.mktemp("fortnight")
    simulate("phosphorus", seed=3, out=out, accounts=300, days=14)
    settings = ScanSettings(paths=(out / "logs",), store=out / "store", roster=out / "roster.csv")
    return run(Case(settings=settings, now=datetime(2026, 4, 1)))  # noqa: DTZ001 - naive UTC, as everywhere inside


ROWS = pa.table(
    {
        "word": pa.array(["b", None, "ä'; DROP TABLE"], pa.string()),
        "number": pa.array([2**40, None, -1], pa.int64()),
        "time": pa.array([datetime(2026, 3, 29, 2, 30), None, datetime(1999, 1, 1)], pa.timestamp("us")),  # noqa: DTZ001
    }
)


def test_rows_go_through_an_engine_unchanged(engine: Engine) -> None:
    assert in_order(engine.rows(engine.table("some", ROWS))).to_pylist() == in_order(ROWS).to_pylist()


def test_a_name_used_again_stands_for_the_new_rows(engine: Engine) -> None:
    engine.table("some", ROWS)
    assert len(engine.rows(engine.table("some", ROWS.slice(0, 1)))) == 1


def test_what_is_kept_is_not_computed_again(engine: Engine) -> None:
    table = engine.table("some", ROWS)
    kept = engine.kept("chance", table.mutate(chance=ibis.random()))
    assert in_order(engine.rows(kept)).equals(in_order(engine.rows(kept)))


def test_what_is_forgotten_is_gone_and_the_rest_stays(engine: Engine) -> None:
    table = engine.table("some", ROWS)
    stays, goes = engine.kept("stays", table), engine.kept("goes", table)
    engine.forget(goes, table)
    assert len(engine.rows(stays)) == len(engine.rows(table)) == len(ROWS)
    with pytest.raises(Exception, match="goes"):
        engine.rows(goes)


def test_what_is_kept_in_passing_is_forgotten_at_the_end(engine: Engine) -> None:
    table = engine.table("some", ROWS)
    stays = engine.kept("stays", table)
    with engine.passing():
        passes = engine.kept("passes", table)
        assert len(engine.rows(passes)) == len(ROWS)
    assert len(engine.rows(stays)) == len(ROWS)
    with pytest.raises(Exception, match="passes"):
        engine.rows(passes)


def test_what_is_forgotten_takes_no_memory(tmp_path: Path) -> None:
    engine = DuckEngine(scratch=tmp_path)
    numbers = ibis.range(2_000_000).unnest().name("n").as_table()

    def held() -> int:
        used = "SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
        return int(engine._connection.execute(used).fetchall()[0][0])

    before = held()
    kept = engine.kept("numbers", numbers.select(text=numbers.n.cast("string").hash().cast("string")))
    assert held() > before + 10_000_000
    engine.forget(kept)
    assert held() <= before
    engine.close()


def test_coded_columns_hold_the_same_texts_in_the_same_order(engine: Engine) -> None:
    words = ["b", None, "Z", "", "ä'; DROP TABLE", "b", "a" * 300]
    told = pa.table({"word": pa.array(words, pa.string()), "n": range(7), "empty": pa.nulls(7, pa.string())})
    table = engine.table("told", told)
    kept = engine.kept("coded_words", table, coded=["word", "empty"])
    assert in_order(engine.rows(kept)).equals(in_order(engine.rows(table)))
    assert kept.schema() == table.schema()
    ends = kept.aggregate(least=kept.word.min(), most=kept.word.max(), kinds=kept.word.nunique())
    assert engine.rows(ends).to_pylist() == [{"least": "", "most": "ä'; DROP TABLE", "kinds": 5}]
    some = engine.kept("coded_again", table.filter(table.n > 3), coded=["word"])
    met = kept.semi_join(some, "word").select("n")
    assert sorted(engine.rows(met)["n"].to_pylist()) == [0, 4, 5, 6]
    asked = engine.table("asked", pa.table({"word": ["b", "in no row"]}))
    assert sorted(engine.rows(kept.semi_join(asked, "word"))["n"].to_pylist()) == [0, 5]
    assert engine.rows(kept.filter(kept.word.isin(["Z", "in no row"])))["n"].to_pylist() == [2]
    assert engine.rows(kept.filter(kept.word.concat("!") == "Z!"))["n"].to_pylist() == [2]


def test_a_coded_column_may_come_again_with_other_values(engine: Engine) -> None:
    first = engine.table("coded_first", pa.table({"letter": ["a", "b"], "n": [1, 2]}))
    engine.kept("coded_first_kept", first, coded=["letter"])
    other = engine.table("coded_other", pa.table({"letter": ["b", "c"], "n": [3, 4]}))
    kept = engine.kept("coded_other_kept", other, coded=["letter"])
    assert in_order(engine.rows(kept)).to_pylist() == [{"letter": "b", "n": 3}, {"letter": "c", "n": 4}]
    met = engine.rows(kept.inner_join(engine.table("coded_more", pa.table({"letter": ["c"]})), "letter"))
    assert met["n"].to_pylist() == [4]


def test_ids_come_back_as_they_were_written(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duck, "MANY_BYTES", 0)
    uuid = "6a9b1323-b75c-4f9f-8034-7eeeb16710f7"
    ids = [uuid, uuid.upper(), uuid.replace("-", ""), "{" + uuid + "}", "-1001305992957152650", "", None, uuid[:-1]]
    told = engine.table(
        "told_ids", pa.table({"uid": pa.array(ids, pa.string()), "n": range(len(ids)), "word": ["a"] * len(ids)})
    )
    kept = engine.kept("kept_ids", told, coded=["word"], ids=["uid"])
    assert kept.schema() == told.schema()
    assert in_order(engine.rows(kept)).equals(in_order(engine.rows(told)))
    met = kept.semi_join(engine.table("asked_ids", pa.table({"uid": [uuid, ids[4]]})), "uid")
    assert sorted(engine.rows(met)["n"].to_pylist()) == [0, 4]
    engine.forget(kept)
    again = engine.kept("kept_ids", told.filter(told.n < 2), ids=["uid"])
    assert sorted(engine.rows(again)["n"].to_pylist()) == [0, 1]


def test_what_is_named_is_computed_anew_from_what_it_builds_on(engine: Engine) -> None:
    numbers = engine.table("counted", pa.table({"n": [1, 2, 3]}))
    named = engine.named("doubled", numbers.mutate(twice=numbers.n * 2))
    assert sorted(engine.rows(named.filter(named.twice > 2))["twice"].to_pylist()) == [4, 6]


def test_events_are_read_from_their_files_and_there_may_be_none(engine: Engine, fortnight: Case) -> None:
    assert engine.rows(engine.events([])).schema.names == EVENT.names
    files = fortnight.lake.event_files()[:3]
    held = pa.concat_tables([pq.read_table(file, partitioning=None).select(EVENT.names) for file in files])
    events = engine.rows(engine.events(files))
    order = [("provider", "ascending"), ("event_uid", "ascending")]
    assert events.sort_by(order).to_pylist() == held.sort_by(order).to_pylist()


def test_events_read_as_codes_are_the_same_rows(engine: Engine, fortnight: Case) -> None:
    """Some columns have values, some none, and some no code."""
    events = engine.events(fortnight.lake.event_files())
    before = in_order(engine.rows(events))
    coded = ["provider", "account", "activity", "reason", "source_ip", "user_agent", "client_key"]
    engine.codes(events.select(*coded))
    assert in_order(engine.rows(events)).equals(before)
    kept = engine.kept("coded_events", events.select("event_uid", *coded), coded=coded)
    assert in_order(engine.rows(kept)).equals(in_order(before.select(["event_uid", *coded])))
    named = engine.named("signed_in", events.filter(events.activity == "sign_in", events.reason.isnull()))
    signed_in = pc.and_(pc.equal(before["activity"], "sign_in"), pc.is_null(before["reason"]))
    assert in_order(engine.rows(named)).equals(in_order(before.filter(signed_in)))


def weighed(engine: Engine, lake: Lake) -> dict[str, Any]:
    """What a scan asks of its engine, up to the point where the work is small."""
    events = engine.events(lake.event_files())
    addresses = (
        events.filter(events.source_ip.notnull())
        .group_by("source_ip")
        .aggregate(source_asn=events.source_asn.max(), source_country=events.source_country.max())
    )
    agents = events.filter(events.user_agent.notnull()).select("user_agent").distinct()
    network_table = engine.table("networks", networks(in_order(engine.rows(addresses))))
    client_table = engine.table("clients", clients(engine.rows(agents)["user_agent"].to_pylist()))
    rich = enriched(events, account_names(events), network_table, client_table)
    days = engine.kept("owner_days", owner_days(rich))
    acts = engine.kept("acts", detected(rich))
    return {
        "days": in_order(engine.rows(days)).to_pylist(),
        "acts": in_order(engine.rows(acts)).to_pylist(),
        "weighable": in_order(engine.rows(weighable(acts, days, rich))).to_pylist(),
        "population": population(engine, days, habits(engine, days)),
        "owners": in_order(owners_by_source(engine, days, acts)).to_pylist(),
    }


def test_every_expression_gives_equal_rows_on_every_engine(
    fortnight: Case, spark_engine: object, tmp_path: Path
) -> None:
    found = {}
    for name in ("duckdb", "spark"):
        engine = opened(name, scratch=tmp_path)
        found[name] = weighed(engine, fortnight.lake)
        engine.close()
    for part, rows in found["duckdb"].items():
        assert found["spark"][part] == rows, part
        assert rows


def test_a_whole_scan_says_the_same_on_spark(fortnight: Case, spark_engine: object) -> None:
    other = run(Case(settings=msgspec.structs.replace(fortnight.settings, engine="spark"), now=fortnight.now))
    plain = msgspec.json.decode(to_json(fortnight.assessment))
    assert plain["campaigns"]
    assert msgspec.json.decode(to_json(other.assessment)) == plain
    assert other.evidence.equals(fortnight.evidence)


def test_what_does_not_fit_in_memory_goes_to_the_disk(tmp_path: Path) -> None:
    engine = opened("duckdb", scratch=tmp_path / "scratch", memory="40MB")
    rows = engine.table("numbers", pa.table({"n": range(1_500_000)}))
    wide = engine.kept("wide", rows.mutate(text=rows.n.cast("string").lpad(50, "0")))
    assert any((tmp_path / "scratch").iterdir())
    assert engine.rows(wide.aggregate(kinds=wide.text.nunique()))["kinds"].to_pylist() == [1_500_000]


def test_an_engine_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SettingError, match="abacus"):
        require("abacus")


def test_a_damaged_event_file_is_a_damaged_store(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and then nothing")
    engine = opened("duckdb", scratch=tmp_path / "scratch")
    with pytest.raises(StoreError, match="damaged"):
        engine.events([str(tmp_path / "x.parquet")])
    engine.close()


@pytest.mark.parametrize(
    ("lacks", "said"), [("pyspark", "needs PySpark"), ("java", "needs Java")], ids=["no PySpark", "no Java"]
)
def test_what_spark_lacks_is_said_before_anything_is_read(lacks: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "okta.jsonl").write_text("")
    program = (
        "import sys\n"
        + ("sys.modules['pyspark'] = None\n" if lacks == "pyspark" else "")
        + "from tocsin.cli import main\nmain(['scan', 'okta.jsonl', '--engine', 'spark'])"
    )
    bare = {key: value for key, value in os.environ.items() if key not in ("JAVA_HOME", "SPARK_REMOTE", "PATH")}
    bare["PATH"] = str(tmp_path)
    if lacks == "java":
        pytest.importorskip("pyspark")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=bare, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
