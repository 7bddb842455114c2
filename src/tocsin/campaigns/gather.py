"""Everything an operator did: all events from its sources, told apart from the owners behind the same addresses.

Inference looks at failures and recoveries. Here the successes join them. An owner's habit is taken from before the
operator first touched the account, and from addresses the operator never used, so that an attacker who stays for days
does not become an owner.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import GATHERED, IN_ORDER, Acts
from tocsin.campaigns.aftermath import HELPED, aftermath
from tocsin.campaigns.alone import Alone, once_alone
from tocsin.campaigns.browsers import Browsers, let_in_with, telling
from tocsin.campaigns.contested import settled
from tocsin.campaigns.control import Control
from tocsin.campaigns.elsewhere import elsewhere
from tocsin.campaigns.guessed_after import GuessedAfter
from tocsin.campaigns.guests import strange_guests
from tocsin.campaigns.infer import Suspects
from tocsin.campaigns.lent import known_programs
from tocsin.campaigns.lived import Lived
from tocsin.campaigns.locked_out import refusals
from tocsin.campaigns.look import Look, looked, with_clients
from tocsin.campaigns.names_alone import without_strangers_names
from tocsin.campaigns.operator import Operator
from tocsin.campaigns.own_recoveries import ENTERING, HALFWAY, Refused, Told, replaced, successes, without_owners
from tocsin.campaigns.population import owners_with
from tocsin.campaigns.quiet_falls import Scene, Visit, quiet_falls, replaced_in, visits
from tocsin.campaigns.refused_first import Approach
from tocsin.campaigns.restores import Restoring
from tocsin.campaigns.texts import firsts
from tocsin.campaigns.upkeep import KINDS, Upkeep, upkeep
from tocsin.campaigns.weighed import Weighed
from tocsin.engines import Engine

NEVER_OWN = ("admin_act", "provider_verdict", "other", "session_end")
"""Activities that prove nothing about who was at the keyboard."""


def everything(
    engine: Engine,
    gist: ibis.Table,
    days: ibis.Table,
    weighed: Weighed,
    suspects: Sequence[Suspects],
    graph: Restoring,
) -> list[pa.Table]:
    """Per operator its events (GATHERED and NUMBER), in order of time. `gist` are the columns of `enrich.GIST` of all
    events."""
    if not suspects:
        return []
    rows = _at(engine, gist, weighed.acts, "suspect_addresses", {ip for one in suspects for ip, _ in one.sources})
    own = [weighed.acts.table.take(pa.array(one.acts)) for one in suspects]
    told = [telling(acts, weighed.agent_shares, weighed.accounts) for acts in own]
    same = weighed.acts.numbered(let_in_with(engine, gist, set().union(*told))) if any(told) else rows.slice(0, 0)
    met = {*pc.unique(rows["account"]).to_pylist(), *pc.unique(same["account"]).to_pylist()}
    accounts = engine.table("suspect_accounts", pa.table({"account": pa.array(sorted(met), pa.string())}))
    used = engine.rows(days.semi_join(accounts, "account"))
    lived = Lived(used)
    browsers = [
        Browsers.of(odds, same, int(weighed.acts.day[one.acts].min()), lived)
        for one, odds in zip(suspects, told, strict=True)
    ]
    looks = [looked(one, rows, lived, weighed, with_) for one, with_ in zip(suspects, browsers, strict=True)]
    changed = [replaced(one.picked) for one in looks]
    guessed = [GuessedAfter(one.picked) for one in looks]
    asked = {name for one in changed for name in one["account"].to_pylist()}
    lines = successes(engine, gist, asked.union(*(one.accounts for one in guessed)))
    refused = refusals(weighed.acts, asked)
    final, left = [], []
    for one, look, with_, changes, after in zip(suspects, looks, browsers, changed, guessed, strict=True):
        approach = Approach(weighed.refused_first, look.picked)
        others = without_owners(
            rows, look.picked, changes, look.operator, look.touch, lines, refused, approach, int(weighed.acts.ts[-1])
        )
        # What was held to follow from an owner's own recovery is looked at again without it.
        again = len(others) < len(rows) or after.accounts
        final.append(looked(one, others, lived, weighed, with_, partial(after.odds, lines)) if again else look)
        left.append(others)
    del looks, changed, guessed, lines, refused  # what an operator remembers of accounts is large
    own = [look if one.by_names else _own_names(look) for one, look in zip(suspects, final, strict=True)]
    own = [_less(look, picked) for look, picked in zip(own, settled([look.picked for look in own]), strict=True)]
    met_on = rows.select(["account", "day_number"])
    met_on = met_on.take(firsts(met_on))
    usual = upkeep(engine, gist, days, engine.table("suspected_days", met_on))
    quiet = _QuietFalls(engine, gist, days, weighed, usual, graph, once_alone(engine, days))
    own, guests = quiet.at_their_addresses(own, left)
    own = [
        _with_more(look, elsewhere(look, with_, lived, weighed.accounts))
        for look, with_ in zip(own, browsers, strict=True)
    ]
    gathered = _with_aftermath(engine, gist, days, own, guests, usual, weighed, browsers)
    return settled(quiet.at_its_new_addresses(own, gathered, left, browsers, used, lived))


def _at(engine: Engine, gist: ibis.Table, acts: Acts, name: str, addresses: Collection[str]) -> pa.Table:
    """All events at these addresses that may be somebody's own (GATHERED and NUMBER), in order of time, as
    `with_clients` gives them. `name` is the table's by which they are asked for."""
    wanted = engine.table(name, pa.table({"source_ip": pa.array(sorted(addresses), pa.string())}))
    there = gist.semi_join(wanted, "source_ip")
    there = there.filter(there.account.notnull(), ~there.activity.isin(NEVER_OWN))
    return acts.numbered(with_clients(engine.rows(there.select(*GATHERED)).sort_by(IN_ORDER)))


def _own_names(look: Look) -> Look:
    return look._replace(picked=without_strangers_names(look.picked))


def _with_more(look: Look, more: pa.Table | None) -> Look:
    """The look with these events, too."""
    if more is None or not len(more):
        return look
    first = dict(look.touch)
    for account, day in zip(more["account"].to_pylist(), more["day_number"].to_pylist(), strict=True):
        first.setdefault(account, day)
    return Look(pa.concat_tables([look.picked, more]).sort_by(IN_ORDER), look.operator, first)


def _less(look: Look, picked: pa.Table) -> Look:
    """The look with these events alone."""
    if len(picked) == len(look.picked):
        return look
    held = set(picked["account"].to_pylist())
    return look._replace(picked=picked, touch={one: day for one, day in look.touch.items() if one in held})


def _with_aftermath(
    engine: Engine,
    gist: ibis.Table,
    days: ibis.Table,
    looks: Sequence[Look],
    guests: Sequence[Mapping[str, int]],
    usual: Upkeep,
    weighed: Weighed,
    browsers: Sequence[Browsers],
) -> list[pa.Table]:
    """What was picked with what each operator did from other addresses, in accounts that it touched and in those that
    were its `guests` (`strange_guests`)."""
    touch = [{**met, **look.touch} for look, met in zip(looks, guests, strict=True)]
    touched = sorted(set().union(*touch))
    wanted = engine.table("touched_accounts", pa.table({"account": pa.array(touched, pa.string())}))
    of_theirs = gist.semi_join(wanted, "account")
    if programs := sorted(known_programs(weighed.hosted, touched)):
        # What these do in the accounts, whoever else is in them, they do themselves.
        known = engine.table("known_programs", pa.table({"app_uid": pa.array(programs, pa.string())}))
        of_theirs = of_theirs.anti_join(known, "app_uid")
    whole, helped = (of_theirs.reason != HALFWAY).fill_null(True), (of_theirs.reason == HELPED).fill_null(False)
    inside = of_theirs.source_ip.notnull() & whole & of_theirs.activity.isin([*ENTERING, *KINDS])
    of_theirs = of_theirs.filter(of_theirs.outcome != "failure", inside | helped)
    rows = weighed.acts.numbered(with_clients(engine.rows(of_theirs.select(*GATHERED)).sort_by(IN_ORDER)))
    owners = owners_with(engine, days, "source_ip", rows["source_ip"])
    gathered, refused = [], refusals(weighed.acts, {*touched})
    networks = pa.chunked_array([chunk for look in looks for chunk in look.picked["network"].chunks], pa.string())
    users = owners_with(engine, days, "network", networks)
    for look, first, told in zip(looks, touch, browsers, strict=True):
        mine = rows.filter(pc.is_in(rows["account"], value_set=pa.array(sorted(first), pa.string())))
        approach = Approach(weighed.refused_first, look.picked)
        control = Control(weighed.accounts, users, told)
        more = aftermath(mine, look.picked, look.operator, first, usual, owners, approach, refused, control)
        gathered.append(pa.concat_tables([look.picked, more]).sort_by(IN_ORDER))
    return settled(gathered)


@dataclass(frozen=True)
class _QuietFalls:
    """Accounts that fell without tries, added to what was picked."""

    engine: Engine
    gist: ibis.Table
    days: ibis.Table
    weighed: Weighed
    usual: Upkeep
    graph: Restoring
    alone: Alone

    def at_their_addresses(
        self, looks: Sequence[Look], left: Sequence[pa.Table]
    ) -> tuple[list[Look], list[dict[str, int]]]:
        """The looks with them, and the strange guests of each operator among the rest.

        `left`, for each: all events at every suspect's addresses, as `with_clients` gives them, but for what turned out
        to be owners' own recoveries.
        """
        asked = [
            (rows.filter(pc.is_in(rows["source_ip"], value_set=pa.array(sorted(look.operator.owners)))), look)
            for look, rows in zip(looks, left, strict=True)
        ]
        open_ = [visits(here, look.picked) for here, look in asked]
        found = self._found([(here, look.picked, look.operator) for here, look in asked], open_)
        more = [_with_more(look, rows) for look, rows in zip(looks, found, strict=True)]
        guests = [
            strange_guests(here, [one for one in met if one.account not in look.touch], look.operator)
            for (here, _), met, look in zip(asked, open_, more, strict=True)
        ]
        return more, guests

    def _found(
        self, asked: Sequence[tuple[pa.Table, pa.Table, Operator]], open_: Sequence[Sequence[Visit]]
    ) -> list[pa.Table]:
        """Of each operator's events at its addresses, beside those picked, those of accounts that fell quietly, as
        the visits there (`open_`) show."""
        changed = set().union(*map(replaced_in, open_))
        lines, refused = successes(self.engine, self.gist, changed), refusals(self.weighed.acts, changed)
        return [
            quiet_falls(here, picked, met, self._scene(operator, picked, lines, refused))
            for (here, picked, operator), met in zip(asked, open_, strict=True)
        ]

    def _scene(
        self,
        operator: Operator,
        picked: pa.Table,
        lines: Mapping[str, Sequence[Told]],
        refused: Mapping[str, Refused],
    ) -> Scene:
        return Scene(
            operator=operator,
            usual=self.usual,
            graph=self.graph,
            shown=self.weighed.acts.starts_shown(),
            lines=lines,
            refused=refused,
            alone=self.alone,
            approach=Approach(self.weighed.refused_first, picked),
        )

    def at_its_new_addresses(
        self,
        looks: Sequence[Look],
        gathered: Sequence[pa.Table],
        left: Sequence[pa.Table],
        browsers: Sequence[Browsers],
        used: pa.Table,
        lived: Lived,
    ) -> list[pa.Table]:
        """What was gathered with what else fell at the addresses that the aftermath showed to be the operators', and
        what else they did in the same accounts at those known before, now that more is known of them. `left` are the
        events there, as `at_its_addresses` has them, and `used` the owner days of their accounts, which `lived` are."""
        fresh = [
            {ip for ip in rows["source_ip"].to_pylist() if ip} - set(look.operator.owners)
            for look, rows in zip(looks, gathered, strict=True)
        ]
        nowhere = left[0].slice(0, 0)
        asked_for = set().union(*fresh)
        new = _at(self.engine, self.gist, self.weighed.acts, "followed_addresses", asked_for) if asked_for else nowhere
        met = pc.unique(new["account"])
        unknown = met.filter(pc.invert(pc.is_in(met, value_set=pc.unique(used["account"])))).sort()
        if len(unknown):
            more = self.engine.table("followed_accounts", pa.table({"account": unknown}))
            lived = Lived(pa.concat_tables([used, self.engine.rows(self.days.semi_join(more, "account"))]))
        asked: dict[int, tuple[pa.Table, pa.Table, Operator]] = {}
        for number, (look, picked, addresses, old) in enumerate(zip(looks, gathered, fresh, left, strict=True)):
            known = set(look.operator.owners)
            there_before = pc.and_(
                pc.is_in(old["source_ip"], value_set=pa.array(sorted(known), pa.string())),
                pc.is_in(old["account"], value_set=pc.unique(picked["account"])),
            )
            at_new = pc.is_in(new["source_ip"], value_set=pa.array(sorted(addresses), pa.string()))
            here = pa.concat_tables([new.filter(at_new), old.filter(there_before)]).sort_by(IN_ORDER)
            if len(here):
                operator = Operator(picked, here, {*addresses, *known}, lived, self.weighed, browsers[number])
                asked[number] = here, picked, operator
        final = list(gathered)
        open_ = [visits(here, picked) for here, picked, _ in asked.values()]
        for number, more in zip(asked, self._found([*asked.values()], open_), strict=True):
            final[number] = pa.concat_tables([final[number], more]).sort_by(IN_ORDER)
        return final
