"""Records are read as their provider wrote them, whatever a collector put around them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from normalised import INGESTED_AT, expected, read
from tocsin.sources import SOURCES, Reader, envelopes

SAMPLES = Path(__file__).parent / "samples"

Texts = Sequence[str]

LINE = (
    '2026-03-02 08:00:05,000 WARN  [org.keycloak.events] (t) type="LOGIN_ERROR", realmId="r-1", clientId="mail",'
    ' userId="null", ipAddress="203.0.113.7", error="user_not_found", username="nobody@example.org"'
)


def samples(name: str) -> list[str]:
    return (SAMPLES / name / "raw.jsonl").read_text().splitlines()


def each(wrap: Callable[[str], Any]) -> Callable[[Texts], str]:
    """A record of the collector's a line."""
    return lambda texts: "".join(f"{json.dumps(wrap(text))}\n" for text in texts)


def table(*names: str) -> Callable[[Texts], str]:
    def written(texts: Texts) -> str:
        rows: list[str] = []
        for row in (names, *([*("x" for _ in names[1:]), text] for text in texts)):
            rows.append(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row))
        return "\r\n".join(rows) + "\r\n"

    return written


COLLECTORS: dict[str, Callable[[Texts], str]] = {
    "Splunk, exported as JSON": each(
        lambda text: {"preview": False, "result": {"_raw": text, "_time": "2026-03-02T09:00:00.000+01:00"}}
    ),
    "Splunk, results of a search": lambda texts: json.dumps({"results": [{"_raw": text} for text in texts]}),
    "Splunk, exported as CSV": table("_serial", "_time", "source", "host", "_raw"),
    "Splunk's HTTP event collector": each(
        lambda text: {"time": 1772438400, "host": "h", "sourcetype": "idp", "event": json.loads(text)}
    ),
    "Elasticsearch, documents dumped": each(lambda text: {"_index": "i", "_id": "1", "_source": json.loads(text)}),
    "Elasticsearch, originals kept": each(
        lambda text: {"_index": "i", "_source": {"@timestamp": "2026-03-02T08:00:00Z", "event": {"original": text}}}
    ),
    "Elasticsearch, answer of a search": lambda texts: json.dumps(
        {"took": 3, "hits": {"total": {"value": 1}, "hits": [{"_source": json.loads(text)} for text in texts]}},
        indent=1,
    ),
    "Kibana, table of a search": table("@timestamp", "_id", "event.original"),
    "Filebeat": each(lambda text: {"@timestamp": "2026-03-02T08:00:00Z", "agent": {"type": "x"}, "message": text}),
    "Graylog": each(lambda text: {"timestamp": 1772438400.1, "source": "h", "message": "short", "full_message": text}),
    "Docker": each(lambda text: {"log": f"{text}\n", "stream": "stdout", "time": "2026-03-02T08:00:00Z"}),
    "Kubernetes": lambda texts: "".join(f"2026-03-02T08:00:00.123456789Z stdout F {text}\n" for text in texts),
    "Compose": lambda texts: "".join(f"idp-1  | {text}\n" for text in texts),
    "syslog": lambda texts: "".join(f"<134>1 2026-03-02T08:00:00Z host app - - - {text}\n" for text in texts),
    "systemd": each(lambda text: {"__REALTIME_TIMESTAMP": "1772438400000000", "_PID": "7", "MESSAGE": text}),
    "CloudWatch, aws logs filter-log-events": lambda texts: json.dumps(
        {"events": [{"logStreamName": "s", "timestamp": 1772438400000, "message": text} for text in texts]}, indent=4
    ),
    "CloudWatch, subscription": lambda texts: json.dumps(
        {"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "message": text} for text in texts]}
    ),
    "CloudWatch, Logs Insights": table("@timestamp", "@message"),
    "Loki": each(lambda text: {"labels": {"app": "idp"}, "line": text, "timestamp": "2026-03-02T08:00:00Z"}),
    "Datadog": lambda texts: json.dumps(
        {"data": [{"id": "a", "type": "log", "attributes": {"attributes": json.loads(text)}} for text in texts]}
    ),
    "SQS": lambda texts: json.dumps({"Records": [{"messageId": "m", "body": text} for text in texts]}),
    "SNS": lambda texts: json.dumps({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": t}} for t in texts]}),
    "Splunk of Docker": each(lambda text: {"result": {"_raw": json.dumps({"log": f"{text}\n", "stream": "stdout"})}}),
    "Azure Event Hubs, batches as text": lambda texts: "".join(
        json.dumps({"message": json.dumps({"records": [json.loads(text) for text in texts[begin : begin + 4]]})}) + "\n"
        for begin in range(0, len(texts), 4)
    ),
}


@pytest.mark.parametrize("sample", ["okta_system_log", "google_activity_flat", "auth0_stream", "keycloak_event"])
@pytest.mark.parametrize("collector", COLLECTORS)
def test_what_collectors_put_around_records_is_taken_away(collector: str, sample: str, tmp_path: Path) -> None:
    """Rows, ids and all, are those of the records themselves, so that both copies of a log count once."""
    path = tmp_path / "x.log"
    path.write_text(COLLECTORS[collector](samples(sample)), newline="")
    events, rejected = read(path)
    assert rejected == []
    assert events == expected(SAMPLES / sample / "expected.jsonl")


@pytest.mark.parametrize(
    "collector",
    ["Splunk, exported as JSON", "Filebeat", "Docker", "Graylog", "systemd", "Loki", "Kubernetes", "Compose"],
)
def test_a_server_s_text_lines_are_taken_out_as_well(collector: str, tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text(COLLECTORS[collector]([LINE]))
    (event,), rejected = read(path)
    assert rejected == []
    assert (event["activity"], event["reason"], event["account"]) == (
        "sign_in",
        "unknown_account",
        "nobody@example.org",
    )


def test_each_record_of_a_batch_has_its_number_in_the_file(tmp_path: Path) -> None:
    """The numbers go on where records of the file stand by themselves, and over the blocks that a file is read in."""
    texts = samples("keycloak_event")[:5]
    batches = [
        json.dumps({"logEvents": [{"message": text} for text in some]}, indent=1) for some in (texts[:2], texts[2:])
    ]
    path = tmp_path / "x.json"
    path.write_text("\n".join([*batches, samples("okta_system_log")[0]]))
    tables = [block.events for block in Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path)]
    places = [ref.rpartition("#")[2] for table in tables for ref in table["raw_ref"].to_pylist()]
    assert sorted(places) == ["1", "2", "3", "4", "5", "6"]


def test_what_is_of_a_known_format_as_it_stands_is_not_opened(tmp_path: Path) -> None:
    """An application may log another record as its message."""
    inner, outer = samples("okta_system_log")[0], json.loads(samples("google_activity_flat")[0])
    path = tmp_path / "x.jsonl"
    path.write_text(f"{json.dumps({**outer, 'message': inner})}\n{json.dumps({'message': inner})}\n")
    events, rejected = read(path)
    assert rejected == []
    assert {row["provider"] for row in events} == {"google", "okta"}


def test_an_envelope_without_a_known_record_is_refused_as_it_stands(tmp_path: Path) -> None:
    known, unknown = (
        {"log": text, "stream": "stdout"} for text in (samples("okta_system_log")[0], "listening on 8080")
    )
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in (known, {"stream": "stderr"}, {"n": [1, "{"]}, unknown)))
    events, rejected = read(path)
    assert len(events) == 1
    assert [(row["line"], row["excerpt"]) for row in rejected] == [
        (2, '{"stream": "stderr"}'),
        (3, '{"n": [1, "{"]}'),
        (4, "listening on 8080"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[[[[" * 50_000,
        '{"message": ' * 50_000,
        '{"message": "' + "{" * 50_000 + '"}',
        '{"message": {"message": {"message": {"message": {"message": {"message": {"message": 1}}}}}}}',
        '{"message": "\\ud800"}',
        '{"message": null, "event": [], "log": 3, "hits": {"hits": [null]}}',
        "x {" * 10_000,
    ],
)
def test_hostile_text_is_refused_and_costs_no_other_record(text: str, tmp_path: Path) -> None:
    known = json.dumps({"message": samples("okta_system_log")[0]})
    path = tmp_path / "x.jsonl"
    path.write_text(f"{known}\n{text}\n{known}\n")
    events, rejected = read(path)
    assert (len(events), len(rejected)) == (2, 1)


def test_names_are_looked_at_in_the_order_of_the_list() -> None:
    """A result of Splunk's holds the record and fields that Splunk took out of it; the record is the better one."""
    assert len(set(envelopes.NAMES)) == len(envelopes.NAMES)
    assert envelopes.NAMES[0] == "_raw"
