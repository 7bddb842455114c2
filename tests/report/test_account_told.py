"""What became of an account, in the terminal and on the page, with names from logs that try to be markup."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from xml.etree import ElementTree

import msgspec
import pytest
from rich.console import Console

from assessments import announced, assess, evidence_table
from findings_by_hand import open_finding
from tocsin.assess.after import Aftermath
from tocsin.assess.assessment import Assessment, Campaign
from tocsin.assess.chain import Chain, EventRef
from tocsin.assess.states import Record, aftermath
from tocsin.report import render_page, terminal_account
from tocsin.report.account_chart import account_timeline
from tocsin.report.account_named import accounts_named

START = datetime(2026, 2, 16, 6, 0)  # noqa: DTZ001 - naive UTC throughout


def record(uid: str, hour: float, activity: str, code: str, role: str | None, value: str | None = None) -> Record:
    return Record(
        provider="okta",
        event_uid=uid,
        time=START + timedelta(hours=hour),
        activity=activity,
        outcome="success",
        reason=None if role else "by_admin",
        code=code,
        channel_kind="email" if value else None,
        channel_value=value,
        source_ip="45.9.1.7" if role else "81.2.1.5",
        actor=None,
        role=role,
        attempt=uid,
    )


def told() -> Aftermath:
    return aftermath(
        "okta",
        [
            record("in", 0, "sign_in", "user.session.start", "access"),
            record("set", 1, "channel_change", "user.account.update_secondary_email", "persistence", "<b>@x.example"),
            record("reset", 30, "admin_act", "user.account.reset_password", None),
        ],
    )


@pytest.fixture
def campaign() -> Campaign:
    one = announced()
    first = next(account for account in one.accounts if account.stage == "compromised")
    chain = Chain(
        id="chain-8b6e0938",
        how="secondary_taken",
        primary=first.account,
        primary_provider=first.provider,
        secondary="[bold]evil[/]@mail.example",
        secondary_provider="google",
        link="name",
        began_at="2026-02-16T05:00:00Z",
        completed_at="2026-02-16T06:00:00Z",
        first=[EventRef(provider="google", event_uid="open")],
        second=[EventRef(provider="okta", event_uid="in")],
    )
    followed = [
        msgspec.structs.replace(account, state="contained", aftermath=told()) if account == first else account
        for account in one.accounts
    ]
    return msgspec.structs.replace(one, accounts=followed, chains=[chain])


def printed(what: object) -> str:
    out = io.StringIO()
    Console(file=out, width=300, color_system=None).print(what)
    return out.getvalue()


def test_the_terminal_tells_state_deeds_answers_and_steps(campaign: Campaign) -> None:
    account = next(one for one in campaign.accounts if one.aftermath)
    said = printed(terminal_account.account(account, campaign))
    for words in (
        "contained",
        "may have been recovered through it",
        "recovery channel added: email, <b>@x.example",
        "remains, as far as the logs show",
        "the helpdesk replaced the password",
        "Put the owner's own secondary email or phone back",
        "Clear user sessions",
    ):
        assert words in said, words


def test_a_chain_is_told_with_where_the_link_is_known_from(campaign: Campaign) -> None:
    said = " ".join(printed(terminal_account.chains(campaign)).split())
    assert "[bold]evil[/]@mail.example (Google Workspace) was taken" in said
    assert "Possible: two accounts with one name." in said


def test_the_page_shows_the_account_with_its_picture_and_escapes_what_logs_name(campaign: Campaign) -> None:
    page = render_page(assess([campaign]), evidence_table())
    assert "What became of the compromised accounts" in page
    assert "chain-8b6e0938" in page
    assert "&lt;b&gt;@x.example" in page
    assert "<b>@x.example" not in page
    assert 'id="c1-fallen-0-title"' in page


def test_the_picture_is_well_formed_and_speaks_its_states() -> None:
    drawn = account_timeline(told(), last="2026-02-20T00:00:00Z", name="one", account="<script>@example.org")
    root = ElementTree.fromstring(drawn)  # noqa: S314 - written by our own renderer a line above
    assert root.findtext("desc") == (
        "compromised from 16 Feb 2026 06:00; contained from 17 Feb 2026 12:00; 2 acts of the campaign, 1 answer"
    )
    assert "<script>" not in drawn
    bands = root.findall("rect")
    assert [float(one.get("x", "")) for one in bands] == sorted(float(one.get("x", "")) for one in bands)


def test_an_account_is_found_by_name_and_one_that_nobody_reached_is_not(campaign: Campaign) -> None:
    assessment: Assessment = assess([campaign])
    name = campaign.accounts[0].account
    assert accounts_named(assessment, f" {name.upper()} ") == [(campaign, campaign.accounts[0])]
    assert accounts_named(assessment, "nobody@example.org") == []


@pytest.mark.parametrize(
    ("campaigns", "said"),
    [
        ([None, None], "but 2 findings on it are open."),
        (["C-1"], "but 1 finding on it is open, from an address that campaign C-1 used."),
        (["C-1", None, "C-1"], "but 3 findings on it are open, 2 of them from addresses that campaign C-1 used."),
        (["C-2", "C-1"], "but 2 findings on it are open, from addresses that campaigns C-1 and C-2 used."),
    ],
)
def test_an_account_at_which_a_campaign_s_addresses_were_is_not_said_to_be_out_of_its_reach(
    campaigns: list[str | None], said: str
) -> None:
    """That the campaign did it is not shown; nor is the opposite."""
    found = [
        open_finding("ada@example.org", id=f"f-{number}", address_of=campaign, evidence=campaign is not None)
        for number, campaign in enumerate(campaigns)
    ]
    out = io.StringIO()
    Console(file=out, width=300).print(terminal_account.open_findings("ada@example.org", found, reached=False))
    assert f"No campaign of the last scan is shown to have reached it, {said}" in out.getvalue()
    assert ("is not known" in out.getvalue()) == any(campaigns)
