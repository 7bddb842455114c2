"""authentik events: as the interface gives them, as the enterprise export writes them in CSV, and in the server log.

The three hold the same events. The interface has the event's id, the export has it as `Event uuid`; the log has none,
and is the only one that tells of names that do not exist. The export writes `Context` as Python prints it, not as JSON
(`authentik/enterprise/reports/models.py`): it is read as JSON after it was rewritten, and where that cannot be, its
entries are searched for by their names.
"""

from __future__ import annotations

from tocsin.sources.authentik_events import COLUMNS, FIELDS, MEANING
from tocsin.sources.code_table import quoted
from tocsin.sources.python_text import PRINTED, as_json
from tocsin.sources.source import RawRecord, Source


def _is_event(record: RawRecord) -> bool:
    return (
        isinstance(record.get("action"), str)
        and isinstance(record.get("app"), str)
        and isinstance(record.get("user"), dict)
        and "context" in record
        and "pk" in record
        and "created" in record
    )


def _is_row(record: RawRecord) -> bool:
    # An empty cell is left out of a row: user and address are empty where the worker acted.
    return all(name in record for name in ("Action", "App", "Context", "Created", "Brand"))


def _is_logged(record: RawRecord) -> bool:
    logger = record.get("logger")
    return (
        isinstance(logger, str)
        and logger.startswith("authentik")
        and isinstance(record.get("event"), str)
        and "timestamp" in record
    )


AUTHENTIK = Source(
    format="authentik_event",
    provider="authentik",
    title="authentik event",
    recognises=_is_event,
    fields={"uid": "$.pk", "stamp": "$.created", **{name: f"$.{path}" for name, path in FIELDS.items()}},
    derived=MEANING,
    columns={
        **COLUMNS,
        "event_uid": "filled(uid)",
        "time": "CASE WHEN action IS NOT NULL AND uid IS NOT NULL THEN event_time(stamp) END",
    },
)


_FLAT = rf"""\{{(?:{PRINTED}|[^{{}}'"])*\}}"""
_NESTED = rf"""\{{(?:{PRINTED}|[^{{}}'"]|{_FLAT})*\}}"""
_BEFORE = rf"""\{{(?:{PRINTED}|[^{{}}'"]|\{{(?:{PRINTED}|[^{{}}'"]|{_NESTED})*\}})*?"""
"""What may stand between the brace that opens an object and one of its keys: whole texts and whole objects. A key that
somebody typed into a text is thus no key."""


def _printed(*way: str, value: str = PRINTED) -> str:
    """SQL for the entry of `context` that these keys lead to, as Python prints it."""
    keys = "': ".join(f"{_BEFORE}'{key}" for key in way)
    pattern = quoted(f"^{keys}': ({value})")
    found = f"regexp_extract(context, {pattern}, 1)"
    if value != PRINTED:
        return f"nullif({found}, '')"
    return f"""nullif(regexp_replace({found}[2:-2], '\\\\([''"\\\\])', '\\1', 'g'), '')"""


_COLUMNS = {
    "uid": '$."Event uuid"',
    "stamp": "$.Created",
    "context": "$.Context",
    "action": "$.Action",
    "ip": '$."Client ip"',
    "row_user_pk": '$."User pk"',
    "username": "$.Username",
    "email": "$.Email",
}

_PRINTED = {
    "typed": _printed("username"),
    "stage": _printed("stage", "model_name"),
    "device_class": _printed("auth_method_args", "device_class"),
    "path": _printed("http_request", "path"),
    "agent": _printed("http_request", "user_agent"),
    "request_id": _printed("http_request", "request_id"),
    "model_app": _printed("model", "app"),
    "model_name": _printed("model", "model_name"),
    "model_pk": f"coalesce({_printed('model', 'pk')}, {_printed('model', 'pk', value='[0-9]+')})",
    "new_email": _printed("diff", "email", "new_value"),
    "subject": _printed("subject"),
    "body": _printed("body"),
    "mail_to": _printed("to_email", value=r"\[[^\]]*\]"),
    "new_password": _printed("password"),
    "created_user": _printed("created", value="True|False"),
    "asn": _printed("asn", "asn", value="[0-9]+"),
    "as_org": _printed("asn", "as_org"),
    "country": _printed("geo", "country"),
}

_INSIDE = {f"inside_{name}": f"$.{FIELDS[name].removeprefix('context.')}" for name in _PRINTED}

AUTHENTIK_CSV = Source(
    format="authentik_export",
    provider="authentik",
    title="authentik events (data export, CSV)",
    recognises=_is_row,
    fields=_COLUMNS,
    inside=as_json("context"),
    fields_inside=_INSIDE,
    derived={
        "user_pk": "filled(row_user_pk)",
        **{
            name: f"CASE WHEN read_inside THEN inside_{name} ELSE {searched} END" for name, searched in _PRINTED.items()
        },
        **{name: "NULL::VARCHAR" for name in FIELDS if name not in (*_COLUMNS, *_PRINTED, "user_pk")},
        **MEANING,
    },
    columns={
        **COLUMNS,
        "event_uid": "filled(uid)",
        "time": "CASE WHEN action IS NOT NULL AND context IS NOT NULL THEN event_time(stamp) END",
    },
)

_LOG_FIELDS = {
    **{name: f"$.{path}" for name, path in FIELDS.items() if name not in ("typed", "stage", "request_id")},
    "stamp": "$.timestamp",
    "logger": "$.logger",
    "said": "$.event",
    "identifier": "$.identifier",
    "event_typed": "$.context.username",
    "event_stage": "$.context.stage.model_name",
    "logged_stage": "$.stage",
    "event_request": "$.context.http_request.request_id",
    "logged_request": "$.request_id",
}

AUTHENTIK_LOG = Source(
    format="authentik_log",
    provider="authentik",
    title="authentik server log",
    recognises=_is_logged,
    ignores="logger IS NOT NULL AND said IS NOT NULL AND said NOT IN ('Created Event', 'invalid_login')",
    fields=_LOG_FIELDS,
    derived={
        "typed": "coalesce(event_typed, identifier)",
        # A refused name has no event: the log names the stage that refused it.
        "stage": "CASE WHEN said = 'invalid_login' THEN logged_stage ELSE event_stage END",
        "request_id": "coalesce(filled(event_request), CASE WHEN path IS NOT NULL OR said = 'invalid_login'"
        " THEN filled(logged_request) END)",
        **MEANING,
    },
    columns={
        **COLUMNS,
        "time": """CASE WHEN starts_with(logger, 'authentik') AND said IN ('Created Event', 'invalid_login')
            AND action IS NOT NULL THEN event_time(stamp) END""",
    },
)
