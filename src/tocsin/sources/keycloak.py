"""Keycloak user events: JSON as the admin interface gives it, and the server log, as text and as JSON.

The log's listener (`JBossLoggingEventListenerProvider`) writes `type="LOGIN_ERROR", realmId="...", ...`
and, before version 24 or with quotes turned off, `type=LOGIN_ERROR, realmId=..., ...`. Its times have no
zone: they are read in the reader's. A name in the unquoted form can hold anything, so the first match
counts: the server's own entries stand before what a user typed. Where that can be done safely, entries are rewritten as
JSON, of which the first counts as well, and read in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tocsin.sources.keycloak_events import COLUMNS, DETAILS, MEANING
from tocsin.sources.source import RawRecord, Source

_TYPE = re.compile(r"[A-Z][A-Z0-9_]*\Z")
_LOGGED = re.compile(r"""(?:^|[\s,(])type=["']?[A-Z][A-Z0-9_]*["']?, realm(?:Id|Name)=""")
_LEVEL = r"^[^{]*\d\d:\d\d:\d\d[^{]*\s(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s+\["
_TRACE = (
    r"^(?:[^|]{0,40}\| )?(?:\s+at [\w.$/@<> -]+\(|\s*\.\.\. \d+ (?:more|common frames omitted)"
    r"|\s*(?:Caused by|Suppressed): |[\w.$]+(?:Exception|Error|Throwable|Failure)(?::|\s*$))"
)
"""A line of a Java stack trace, which the server writes below the message that it belongs to."""
_OTHER_LOG = re.compile(f"{_LEVEL}|{_TRACE}")
_STAMP = r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[,.]\d+)?(?:Z|[+-]\d\d:?\d\d)?)"


def _is_event(record: RawRecord) -> bool:
    kind = record.get("type")
    return (
        isinstance(kind, str)
        and _TYPE.match(kind) is not None
        and "time" in record
        and "realmId" in record
        and any(name in record for name in ("clientId", "userId", "ipAddress", "details"))
        and "operationType" not in record
    )


def _is_logged(record: RawRecord) -> bool:
    message = record.get("message")
    if not isinstance(message, str):
        return False
    if "@timestamp" in record:  # as ECS words it; much else does so, too
        logger = _ecs_logger(record)
        return isinstance(logger, str) and (_LOGGED.search(message) is not None or _names_keycloak(record, logger))
    return "timestamp" in record and ("loggerName" in record or _LOGGED.search(message) is not None)


def _ecs_logger(record: RawRecord) -> object:
    log = record.get("log")
    return log.get("logger") if isinstance(log, Mapping) else record.get("log.logger")


def _names_keycloak(record: RawRecord, logger: str) -> bool:
    return record.get("service.name") == "Keycloak" or logger.startswith("org.keycloak.")


def _entry(name: str) -> str:
    """The value of an entry of the log line, quoted or not; NULL for `null`."""
    value = rf"""(?:^|[\s,(]){name}=("(?:[^"\\]|\\.)*"|''[^'']*''|[^,\r\n]*)"""
    written = f"trim(regexp_extract(entries, '{value}', 1), '\"'' ')"
    return f"nullif(nullif({written}, ''), 'null')"


def _typed(name: str) -> str:
    """An entry that a user typed: the log escapes quotes in it."""
    return f"""replace({_entry(name)}, '\\"', '"')"""


_AS_JSON = r"""CASE
    WHEN NOT contains(entries, '"') THEN CASE WHEN NOT contains(entries, '\') THEN
        '{' || regexp_replace(entries, '(^|, )([\w.-]+)=(?:''([^,''\r\n]*)''|([^,''\r\n]*))', '\1"\2":"\3\4"', 'g')
        || '}' END
    WHEN NOT contains(entries, '\') OR NOT contains(replace(entries, '\"', ''), '\') THEN
      '{' || regexp_replace(entries, '(^|, )([\w.-]+)="', '\1"\2":"', 'g') || '}' END"""
"""SQL for the entries as JSON. A quote that somebody typed stands behind a backslash and can thus neither end a value
nor begin one. What is written otherwise comes out as NULL or as no JSON."""

NAMED = {"user_id": "userId", "ip": "ipAddress", "error": "error", "session": "sessionId"} | {
    name: name for name in DETAILS
}
_ENTRIES = {"kind": "type", "realm_id": "realmId", "realm_name": "realmName", **NAMED}
_SEARCHED = {name: _entry(written) for name, written in _ENTRIES.items()} | {"username": _typed("username")}
INSIDE = {f"inside_{name}": f"$.{written}" for name, written in _ENTRIES.items()}
LINE = {
    **{
        name: f"CASE WHEN read_inside THEN nullif(filled(inside_{name}), 'null') ELSE {searched} END"
        for name, searched in _SEARCHED.items()
    },
    "realm": "coalesce(realm_id, realm_name)",
}

KEYCLOAK = Source(
    format="keycloak_event",
    provider="keycloak",
    title="Keycloak user event",
    recognises=_is_event,
    fields={
        "uid": "$.id",
        "stamp": "$.time",
        "kind": "$.type",
        "realm_id": "$.realmId",
        "realm_name": "$.realmName",
        "operation": "$.operationType",
        "user_id": "$.userId",
        "ip": "$.ipAddress",
        "error": "$.error",
        "session": "$.sessionId",
        **{name: f"$.details.{name}" for name in DETAILS},
    },
    derived=MEANING,
    columns={
        **COLUMNS,
        "event_uid": "filled(uid)",
        "tenant": "coalesce(realm_id, realm_name, '')",
        "time": """CASE WHEN kind IS NOT NULL AND realm_id IS NOT NULL AND operation IS NULL
            THEN event_time(stamp) END""",
    },
)

KEYCLOAK_LINE = Source(
    format="keycloak_log_line",
    provider="keycloak",
    title="Keycloak server log line",
    recognises=lambda _: False,
    recognises_line=lambda line: _LOGGED.search(line) is not None or _OTHER_LOG.match(line) is not None,
    ignores=f"kind IS NULL AND regexp_matches(record, '{_LEVEL}|{_TRACE}')",  # the server's other messages
    fields={"stamp": _STAMP, "entries": r"(?s)(?:^|[\s,(])(type=.*)"},
    inside=_AS_JSON,
    fields_inside=INSIDE,
    derived={**LINE, **MEANING},
    columns={
        **COLUMNS,
        "tenant": "coalesce(realm, '')",
        "time": """CASE WHEN kind IS NULL OR realm IS NULL THEN NULL
            WHEN regexp_matches(stamp, '(Z|[+-]\\d\\d:?\\d\\d)$') THEN event_time(replace(stamp, ',', '.'))
            ELSE local_time(replace(stamp, ',', '.')) END""",
    },
)

KEYCLOAK_JSON_LINE = Source(
    format="keycloak_json_log",
    provider="keycloak",
    title="Keycloak server log, JSON output",
    recognises=_is_logged,
    ignores="kind IS NULL AND logger IS NOT NULL",  # the server's other messages
    fields={
        "own_stamp": "$.timestamp",
        "ecs_stamp": '$."@timestamp"',
        "entries": "$.message",
        "own_logger": "$.loggerName",
        "ecs_logger": '$."log.logger"',
        "ecs_inner_logger": "$.log.logger",
    },
    inside=_AS_JSON,
    fields_inside=INSIDE,
    derived={
        "stamp": "coalesce(own_stamp, ecs_stamp)",
        "logger": "coalesce(own_logger, ecs_logger, ecs_inner_logger)",
        **LINE,
        **MEANING,
    },
    columns={
        **COLUMNS,
        "tenant": "coalesce(realm, '')",
        "time": "CASE WHEN kind IS NOT NULL AND realm IS NOT NULL THEN event_time(stamp) END",
    },
)
