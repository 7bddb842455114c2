"""Accounts of an organisation's own mail domains that are not on the roster: how many, and what campaigns did there.

The roster names people at risk; who asks about the organisation may think that it is asked about as a whole. The answer
stays about the roster, and what stands beside it is counted with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.assess.assessment import Campaign
from tocsin.check.answer import Beside
from tocsin.check.evidence import concerning
from tocsin.check.open_findings import open_findings
from tocsin.check.question import Question
from tocsin.coverage import sightings
from tocsin.detect import FINDING_EVENT, Finding
from tocsin.engines import Engine


def beside(
    asked: Question,
    campaigns: Sequence[Campaign],
    rows: pa.Table,
    engine: Engine,
    events: ibis.Table,
    findings: Sequence[Finding] = (),
    shown: pa.Table | None = None,
) -> list[Beside]:
    """One for each domain of the organisation's own in which such accounts, or names that were tried, stand.

    `rows` are EVIDENCE, `events` those of the store, `shown` FINDING_EVENT of the findings.
    """
    others = _without(rows, asked.accounts)
    pointed_at = _without(FINDING_EVENT.empty_table() if shown is None else shown, asked.accounts)
    found = []
    for domain in asked.domains:
        there = replace(asked, read_as="domain", accounts=(), domain=domain)
        held = engine.rows(sightings(events.filter(there.concerns(events.account))))["account"].to_pylist()
        evidence = concerning(there, campaigns, others)
        loose = open_findings(there, campaigns, findings, pointed_at, rows)
        accounts = set(held) - set(asked.accounts)
        if accounts or evidence:
            found.append(Beside(domain=domain, accounts=len(accounts), evidence=evidence, findings=loose))
    return found


def _without(rows: pa.Table, accounts: Sequence[str]) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["account"], value_set=pa.array(accounts, pa.string()))))
