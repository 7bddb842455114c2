"""Everything an operator did: all events from its sources, told apart from the owners behind the same addresses.

Inference looks at failures and recoveries. Here the successes join them. An owner's habit is taken from before the
operator first touched the account, and from addresses the operator never used, so that an attacker who stays for days
does not become an owner.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import COLUMNS, IN_ORDER
from tocsin.campaigns.infer import Suspects
from tocsin.campaigns.lived import Lived
from tocsin.campaigns.look import looked
from tocsin.campaigns.own_recoveries import replaced, successes, without_owners
from tocsin.campaigns.weighed import Weighed
from tocsin.engines import Engine
from tocsin.enrich import Pick

NEVER_OWN = ("admin_act", "provider_verdict", "other", "session_end", "profile_change")
"""Activities that prove nothing about who was at the keyboard."""


def everything(
    engine: Engine,
    pick: Pick,
    gist: ibis.Table,
    days: ibis.Table,
    weighed: Weighed,
    suspects: Sequence[Suspects],
) -> list[pa.Table]:
    """Per operator its events (COLUMNS), in order of time. `gist` are the columns of `enrich.GIST` of all events."""
    if not suspects:
        return []
    addresses = sorted({ip for one in suspects for ip, _ in one.sources})
    wanted = engine.table("suspect_addresses", pa.table({"source_ip": pa.array(addresses, pa.string())}))
    from_there = pick(wanted, ["source_ip"])
    from_there = from_there.filter(from_there.account.notnull(), ~from_there.activity.isin(NEVER_OWN))
    rows = engine.rows(from_there.select(*COLUMNS)).sort_by(IN_ORDER)
    met = pc.unique(rows["account"]).to_pylist()
    accounts = engine.table("suspect_accounts", pa.table({"account": pa.array(sorted(met), pa.string())}))
    lived = Lived(engine.rows(days.semi_join(accounts, "account")))
    looks = [looked(one, rows, lived, weighed) for one in suspects]
    changed = [replaced(one.picked) for one in looks]
    lines = successes(engine, gist, {name for one in changed for name in one["account"].to_pylist()})
    gathered = []
    for one, look, changes in zip(suspects, looks, changed, strict=True):
        others = without_owners(rows, look.picked, changes, look.operator, look.touch, lines)
        # What was held to follow from an owner's own recovery is looked at again without it.
        again = len(others) < len(rows)
        gathered.append(looked(one, others, lived, weighed).picked if again else look.picked)
    return gathered
