"""Every figure of a campaign, the rule it is counted by, and the evidence rows it is counted from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.assess.assessment import CATEGORIES, Campaign
from tocsin.errors import UsageError

FURTHEST = ("probed", "attacked", "compromised")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of `Counts`: `rows` picks its evidence out of a campaign's, `count` makes the number."""

    name: str
    title: str
    rule: str
    rows: Callable[[pa.Table], pa.Table]
    count: Callable[[pa.Table], int]


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """A figure counted anew from the evidence. `stated` is what the assessment says, if it says it."""

    figure: Figure
    campaign_id: str
    category: str | None
    rows: pa.Table
    derived: int
    stated: int | None

    @property
    def agrees(self) -> bool:
        return self.stated is None or self.stated == self.derived


ACCOUNT = ["account_provider", "account"]
"""An account is where it lives and its name; another provider's log may tell of it."""


def _every(evidence: pa.Table) -> pa.Table:
    return evidence


def _attempts(evidence: pa.Table) -> pa.Table:
    return evidence.filter(pc.equal(evidence["counts_as"], "identification_attempt"))


def _at_least(stage: str) -> Callable[[pa.Table], pa.Table]:
    wanted = pa.array(FURTHEST[FURTHEST.index(stage) :], pa.string())
    return lambda evidence: evidence.filter(pc.is_in(evidence["stage"], value_set=wanted))


def _only_probed(evidence: pa.Table) -> pa.Table:
    further = _at_least("attacked")(evidence).select(ACCOUNT)
    probed = evidence.filter(pc.equal(evidence["stage"], "probed"))
    reached = set(zip(further["account_provider"].to_pylist(), further["account"].to_pylist(), strict=True))
    pairs = zip(probed["account_provider"].to_pylist(), probed["account"].to_pylist(), strict=True)
    return probed.filter(pa.array([pair not in reached for pair in pairs], pa.bool_()))


def _events(rows: pa.Table) -> int:
    return len(rows)


def _identifiers(rows: pa.Table) -> int:
    return int(pc.count_distinct(rows["account"], mode="only_valid").as_py())


def _accounts(rows: pa.Table) -> int:
    return len(rows.group_by(ACCOUNT).aggregate([]))


def _acts(activity: str, *roles: str) -> Callable[[pa.Table], pa.Table]:
    wanted = pa.array(roles, pa.string())
    return lambda evidence: evidence.filter(
        pc.and_(pc.equal(evidence["activity"], activity), pc.is_in(evidence["role"], value_set=wanted))
    )


def _attempts_told(rows: pa.Table) -> int:
    return int(pc.count_distinct(rows["attempt_uid"]).as_py())


FIGURES = (
    Figure(
        name="identification_attempts",
        title="Identification attempts",
        rule="Each event in which a source of the campaign puts in an identifier at a sign-in or recovery "
        "form and offers no proof: the provider answers that it knows no such user, or a recovery is begun "
        "and left there. What several records or logs tell of one such event counts once.",
        rows=_attempts,
        count=_events,
    ),
    Figure(
        name="identifiers_tried",
        title="Identifiers tried",
        rule="The distinct identifiers over all events of the campaign, whether or not an account stands behind them.",
        rows=_every,
        count=_identifiers,
    ),
    Figure(
        name="accounts_probed",
        title="Accounts looked up only",
        rule="Accounts that exist and that nothing but identification attempts reached. An account that was "
        "attacked later is counted there and not here.",
        rows=_only_probed,
        count=_accounts,
    ),
    Figure(
        name="accounts_attacked",
        title="Accounts attacked",
        rule="Accounts that exist and at which a source of the campaign offered a proof or tried to: a wrong "
        "password, a recovery code or answer whether right or wrong, a second-factor prompt, a finished "
        "recovery. The compromised accounts are among them.",
        rows=_at_least("attacked"),
        count=_accounts,
    ),
    Figure(
        name="accounts_compromised",
        title="Accounts compromised",
        rule="Accounts of which a source of the campaign gained control: recovery finished, signed in, "
        "password, factor or recovery channel changed, session used, mail forwarding or consent set. What "
        "the owner did is never counted, even from a shared address.",
        rows=_at_least("compromised"),
        count=_accounts,
    ),
    Figure(
        name="password_guesses",
        title="Password guesses",
        rule="Each time that a source of the campaign put in a password for an account that exists and did not "
        "get in by it alone: it was wrong, refused, or right and a second factor was still to come. What a "
        "provider writes of one try in several records or logs is one guess.",
        rows=_acts("sign_in", "attack"),
        count=_attempts_told,
    ),
    Figure(
        name="factor_prompts",
        title="Second-factor prompts",
        rule="Each time that a second factor was asked for or answered at a source of the campaign. The records "
        "that a provider writes of one prompt, from the asking to the refusal, are one prompt.",
        rows=_acts("challenge", "attack", "access"),
        count=_attempts_told,
    ),
)

CATEGORY_FIGURES = {
    "accounts_probed": "probed",
    "accounts_attacked": "attacked",
    "accounts_compromised": "compromised",
}


def derive(campaign: Campaign, name: str, evidence: pa.Table) -> Derivation:
    """The figure counted anew. `name` is a figure's, or one of an account figure for a category:
    ``accounts_attacked.media``. Raises `UsageError` for a name that is no figure.
    """
    wanted, dot, category = name.partition(".")
    figure = next((one for one in FIGURES if one.name == wanted), None)
    categories = {*CATEGORIES, *campaign.by_category}
    if figure is None or (dot and (figure.name not in CATEGORY_FIGURES or category not in categories)):
        raise UsageError(
            f"{name!r} is no figure of a campaign",
            remedy=f"Name one of {', '.join(one.name for one in FIGURES)}; one of the accounts may carry a category"
            f" of the roster, as in accounts_attacked.media: {', '.join(sorted(categories))}.",
        )
    rows = figure.rows(evidence.filter(pc.equal(evidence["campaign_id"], campaign.id)))
    stated: int | None = getattr(campaign.counts, figure.name)
    if category:
        rows = rows.filter(pc.equal(rows["category"], category))
        counts = campaign.by_category.get(category)
        stated = getattr(counts, CATEGORY_FIGURES[figure.name]) if counts else 0
    return Derivation(
        figure=figure,
        campaign_id=campaign.id,
        category=category or None,
        rows=rows.sort_by([("time", "ascending"), ("event_uid", "ascending")]),
        derived=figure.count(rows),
        stated=stated,
    )
