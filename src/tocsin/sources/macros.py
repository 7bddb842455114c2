"""SQL words that sources share: reading times, names and addresses as providers really write them."""

from __future__ import annotations

CLOCKS = (
    *("%m/%d/%Y, %I:%M:%S.%f %p", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p"),
    *("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M"),
)


def _clock(likely: int) -> str:
    """SQL for the time that `t` says in one of these formats, the likely one first: no text is of two, and one that is
    tried in vain costs eight times what reading the time does."""
    return f"try_strptime(t, {[*dict.fromkeys([CLOCKS[likely], *CLOCKS])]})"


MACROS = (
    # Month/day/year, as Microsoft's portals and PowerShell print it.
    f"""CREATE OR REPLACE MACRO portal_time(t) AS CASE
         WHEN contains(t, '.') THEN {_clock(0)} WHEN contains(t, ',') THEN {_clock(1)}
         WHEN suffix(t, 'M') THEN CASE WHEN t LIKE '%:%:%' THEN {_clock(2)} ELSE {_clock(4)} END
         WHEN t LIKE '%:%:%' THEN {_clock(3)} ELSE {_clock(5)} END""",
    # ISO 8601 with or without zone (UTC then), with a blank for the T, or a number of seconds or milliseconds
    # since 1970; month/day/year, as Microsoft's portals print UTC; or /Date(milliseconds)/, as Windows PowerShell does
    # (https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/convertto-json). Naive UTC; NULL when
    # unreadable. Casts only try: of a text out of a list the engine casts what another branch takes, too.
    """CREATE OR REPLACE MACRO event_time(t) AS CASE
         WHEN suffix(t, 'Z') THEN try_cast(t AS TIMESTAMP)
         WHEN t LIKE '____-%' THEN CASE WHEN suffix(t, '+00:00') THEN try_cast(t AS TIMESTAMP)
           ELSE try_cast(t AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END
         WHEN t LIKE '_/%' OR t LIKE '__/%' THEN portal_time(t)
         WHEN regexp_full_match(t, '\\d{12,14}') THEN make_timestamp(try_cast(t AS BIGINT) * 1000)
         WHEN regexp_full_match(t, '\\d{9,11}(\\.\\d+)?') THEN make_timestamp((try_cast(t AS DOUBLE) * 1000000)::BIGINT)
         WHEN regexp_full_match(t, '/Date\\(\\d{1,14}\\)/') THEN
           make_timestamp(try_cast(regexp_extract(t, '\\d+') AS BIGINT) * 1000)
         ELSE try_cast(t AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END""",
    # Is the text without a blank at either end? trim() decodes every character: 0.7 microseconds for a user agent.
    "CREATE OR REPLACE MACRO trimmed(t) AS t >= '!' AND NOT suffix(t, ' ') AND strlen(t) = length(t)",
    # An account name as every table holds it: trimmed, lower case, NULL when empty or a placeholder. Most are longer
    # than any placeholder.
    """CREATE OR REPLACE MACRO account_name(t) AS CASE
         WHEN strlen(t) > 13 AND trimmed(t) THEN lower(t)
         WHEN trimmed(t) THEN CASE
           WHEN lower(t) NOT IN ('null', 'none', '-', 'unknown', 'not available') THEN lower(t) END
         WHEN lower(trim(t)) NOT IN ('', 'null', 'none', '-', 'unknown', 'not available')
         THEN lower(trim(t)) END""",
    # An address without port, brackets or zone index; NULL when it is none.
    """CREATE OR REPLACE MACRO ip_address(t) AS
         CASE WHEN t IS NULL THEN NULL
              WHEN regexp_full_match(t, '\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]*') THEN t
              WHEN regexp_full_match(t, '\\s*\\d{1,3}(\\.\\d{1,3}){3}(:\\d+)?\\s*')
                THEN regexp_extract(t, '\\d{1,3}(\\.\\d{1,3}){3}')
              WHEN regexp_full_match(lower(trim(t)), '\\[?::ffff:\\d{1,3}(\\.\\d{1,3}){3}\\]?(:\\d+)?')
                THEN regexp_extract(t, '\\d{1,3}(\\.\\d{1,3}){3}')
              WHEN regexp_full_match(trim(t), '\\[?[0-9a-fA-F:]*:[0-9a-fA-F:.]*(%[^\\]]*)?(\\](:\\d+)?)?')
                THEN lower(regexp_extract(trim(t), '[0-9a-fA-F:]*:[0-9a-fA-F:.]*'))
              ELSE NULL END""",
    # Empty text is no value.
    "CREATE OR REPLACE MACRO filled(t) AS CASE WHEN trimmed(t) THEN t ELSE nullif(trim(t), '') END",
    # The same for what is costly to compute. A macro's argument is computed wherever the macro names it, and what
    # stands twice in an expression the engine may compute of every record, even behind a CASE: this names it once.
    """CREATE OR REPLACE MACRO filled_once(t) AS
         list_extract(list_filter([trim(t)], lambda told: told <> ''), 1)""",
    # What is in the list, each once: of most lists there is nothing to compare.
    "CREATE OR REPLACE MACRO once(ts) AS CASE WHEN len(ts) > 1 THEN list_distinct(ts) ELSE ts END",
    # The text value of the entry named `k` in a JSON list of {"name"|"key"|"displayName": k, "value"|"newValue": ...},
    # the names as they are or with a capital. Each entry is parsed by itself: use it behind a CASE on the few records
    # that need it.
    """CREATE OR REPLACE MACRO named_value(list_json, k) AS list_extract(list_transform(list_filter(
         json_extract(coalesce(list_json, '[]'), '$[*]'),
         lambda e: coalesce(e->>'$.name', e->>'$.Name', e->>'$.key', e->>'$.Key', e->>'$.displayName',
         e->>'$.DisplayName') = k),
         lambda e: coalesce(e->>'$.value', e->>'$.Value', e->>'$.newValue', e->>'$.NewValue')), 1)""",
    # The same by a look at the list's text, a tenth of the cost: NULL where it is written in another way. Inside a text
    # of the list no quote stands without a backslash before it, so that what is looked for is an entry.
    """CREATE OR REPLACE MACRO told_value(list_json, k) AS nullif(CASE
         WHEN contains(list_json, '"key":"' || k || '","value":"') THEN
           string_split(string_split(list_json, '"key":"' || k || '","value":"')[2], '"')[1]
         WHEN contains(list_json, '"Key":"' || k || '","Value":"') THEN
           string_split(string_split(list_json, '"Key":"' || k || '","Value":"')[2], '"')[1] END, '')""",
    # What `told_value` told, or, where it has escapes or told nothing, what is among the entries.
    """CREATE OR REPLACE MACRO told_or_named(told, list_json, k) AS CASE
         WHEN NOT contains(told, '\\') THEN told
         WHEN contains(list_json, k) THEN named_value(list_json, k) END""",
    # Texts, with those that are JSON lists replaced by what is in them.
    """CREATE OR REPLACE MACRO json_items(ts) AS flatten(list_transform(ts, lambda t:
         CASE WHEN prefix(t, '[') AND json_valid(t) THEN json_extract_string(t, '$[*]') ELSE [t] END))""",
    # The texts that hold the name or value (lower case) somewhere: to look costs far less than to take JSON apart.
    """CREATE OR REPLACE MACRO json_naming(ts, k) AS list_filter(ts, lambda t: contains(lower(t), '"' || k || '"'))""",
    # What stands under the key (lower case) in each of the texts that is an object, or in the objects of a list.
    """CREATE OR REPLACE MACRO json_below(ts, k) AS list_filter(flatten(list_transform(
         json_items(json_naming(ts, k)), lambda t: CASE WHEN prefix(t, '{') AND json_valid(t) THEN
           list_transform(list_filter(json_keys(t), lambda n: lower(n) = k),
             lambda n: json_extract_string(t, '$."' || replace(replace(n, '\', '\\'), '"', '\"') || '"'))
         ELSE []::VARCHAR[] END)), lambda t: t IS NOT NULL)""",
    # The texts, with the values of those that are JSON lists beside them, and without the quotes of JSON texts.
    """CREATE OR REPLACE MACRO json_leaves(ts) AS list_filter(flatten(list_transform(ts, lambda t:
         CASE WHEN prefix(t, '[') AND json_valid(t) THEN list_concat([t], json_extract_string(t, '$[*]'))
              WHEN prefix(t, '"') AND json_valid(t) THEN [t, json_extract_string(t, '$')] ELSE [t] END)),
         lambda t: t IS NOT NULL)""",
    # The values of the entries named `k` (lower case) in lists of names with values.
    """CREATE OR REPLACE MACRO json_named(ts, k) AS json_leaves(list_transform(list_filter(
         json_items(json_naming(ts, k)), lambda t: prefix(t, '{') AND json_valid(t)
           AND lower(coalesce(t->>'$.name', t->>'$.Name', t->>'$.key', t->>'$.Key', t->>'$.displayName',
           t->>'$.DisplayName')) = k),
         lambda t: coalesce(t->>'$.value', t->>'$.Value', t->>'$.newValue', t->>'$.NewValue', t->>'$.boolValue',
         t->>'$.intValue', t->>'$.multiValue')))""",
    "CREATE OR REPLACE MACRO some_values(ts) AS list_distinct(list_filter(ts, lambda t: t IS NOT NULL))",
)


def local_time(timezone: str) -> str:
    """The macro for a time without zone, read in the zone the reader was told (`--timezone`)."""
    zone = timezone.replace("'", "''")
    return f"""CREATE OR REPLACE MACRO local_time(t) AS
         try_cast(t AS TIMESTAMP) AT TIME ZONE '{zone}' AT TIME ZONE 'UTC'"""
