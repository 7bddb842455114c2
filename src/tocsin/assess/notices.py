"""What others told of mailboxes that restore accounts: notices of other providers, and indicators that match.

Rows of events and indicators with their events come in; notices by mailbox go out, each in order of time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tocsin.assess.chain import EventRef
from tocsin.assess.chains import INSIDE, Notice, moment
from tocsin.events import Activity, Outcome
from tocsin.indicators import Hit

NOTICES = ("risc",)
"""Providers that tell of accounts elsewhere."""

SOURCES = ("address", "network")
"""Kinds of indicators that say from where somebody came."""


def notices(rows: Iterable[Mapping[str, Any]], hits: Sequence[Hit]) -> dict[str, list[Notice]]:
    """By mailbox. `rows` are the events of mailboxes and of what they restore, in order of time.

    An indicator tells of a mailbox in two ways: it names the mailbox or its domain, and a message went there or it was
    used; or it names the address from which somebody was let in there.
    """
    sources, names = (
        {(provider, uid) for hit in hits if (hit.kind in SOURCES) is source for _, provider, uid in hit.events}
        for source in (True, False)
    )
    found: dict[str, list[Notice]] = defaultdict(list)
    for row in rows:
        key = row["provider"], row["event_uid"]
        if row["provider"] in NOTICES and row["activity"] == Activity.PROVIDER_VERDICT.value:
            found[row["account"]].append(_notice(row, row["account"], "secondary_reported"))
        elif key in names and "@" in (row["channel_value"] or row["account"] or ""):
            mailbox = row["channel_value"] or row["account"]
            found[mailbox].append(_notice(row, mailbox, "secondary_indicated"))
        elif key in sources and row["activity"] in INSIDE and row["outcome"] == Outcome.SUCCESS.value:
            found[row["account"]].append(_notice(row, row["account"], "secondary_indicated"))
    return dict(found)


def _notice(row: Mapping[str, Any], account: str, how: str) -> Notice:
    event = EventRef(provider=row["provider"], event_uid=row["event_uid"])
    return Notice(account=account, time=moment(row["ts"]), event=event, how=how)
