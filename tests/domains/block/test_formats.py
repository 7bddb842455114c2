"""Each form, whole."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest

from tocsin.domains.block import FORMATS, BlockList, Entry, How, written

HOW = How(made=datetime(2026, 11, 27, 12, 0, tzinfo=UTC))
BLOCKED = BlockList(
    entries=(
        Entry(name="bad.info", listed=date(2026, 11, 1), until=date(2026, 12, 1)),
        Entry(name="xn--gogle-kye.com", listed=date(2026, 11, 1), until=None),
    ),
    exceptions=("www.bad.info",),
    left_out=(),
)

EXPECTED = {
    "hosts": (
        "# Tocsin block list, 2026-11-27 12:00 UTC, 2 names\n"
        "# expires: first 2026-12-01, last 2026-12-01; write it anew before that\n"
        "0.0.0.0 bad.info\n0.0.0.0 xn--gogle-kye.com\n0.0.0.0 www.xn--gogle-kye.com\n"
    ),
    "adguard": (
        "! Tocsin block list, 2026-11-27 12:00 UTC, 2 names\n"
        "! expires: first 2026-12-01, last 2026-12-01; write it anew before that\n"
        "||bad.info^\n||xn--gogle-kye.com^\n@@||www.bad.info^\n"
    ),
    "pihole": "(\\.|^)bad\\.info$\n(\\.|^)xn\\-\\-gogle\\-kye\\.com$\n",
    "defender": "~bad.info\n~xn--gogle-kye.com\n",
    "defender-senders": "bad.info\nxn--gogle-kye.com\n",
    "google": "bad.info, xn--gogle-kye.com\n",
    "plain": "bad.info\nxn--gogle-kye.com\n",
}


@pytest.mark.parametrize("form", EXPECTED)
def test_a_text_form_is_as_its_reader_takes_it(form: str) -> None:
    assert written(BLOCKED, form, HOW)[0] == EXPECTED[form]


def test_pi_hole_s_expressions_match_the_name_and_below_and_no_neighbour() -> None:
    expression = re.compile(written(BLOCKED, "pihole", HOW)[0].splitlines()[0])
    assert expression.search("bad.info")
    assert expression.search("login.bad.info")
    assert not expression.search("notbad.info")
    assert not expression.search("bad.info.example")


def test_the_policy_of_entra_holds_the_domains_whose_guests_are_refused() -> None:
    assert json.loads(written(BLOCKED, "entra", HOW)[0]) == {
        "B2BManagementPolicy": {
            "InvitationsAllowedAndBlockedDomainsPolicy": {
                "AllowedDomains": [],
                "BlockedDomains": ["bad.info", "xn--gogle-kye.com"],
            }
        }
    }


@pytest.mark.parametrize("form", ["chrome", "edge"])
def test_the_policies_of_browsers_hold_names_and_exceptions(form: str) -> None:
    assert json.loads(written(BLOCKED, form, HOW)[0]) == {
        "URLBlocklist": ["bad.info", "xn--gogle-kye.com"],
        "URLAllowlist": ["www.bad.info"],
    }


@pytest.mark.parametrize("form", ["pihole", "defender", "defender-senders", "entra", "google", "plain"])
def test_a_form_without_exceptions_says_so(form: str) -> None:
    assert any("www.bad.info" in remark for remark in written(BLOCKED, form, HOW)[1])


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_list_is_written_in_every_form(form: str) -> None:
    text, _ = written(BlockList(entries=(), exceptions=(), left_out=()), form, HOW)
    assert text.endswith("\n") or text == ""
