"""The ways into accounts, worked out by hand from what is registered."""

from __future__ import annotations

from typing import Any

from exposed import SAMPLES, answer, method, roster, ways
from tocsin.exposure import Registered, read_exports
from tocsin.exposure.effects import Kind
from tocsin.exposure.registered import Gate, Use

SECOND, ALONE, RESET, RESTORE = Use.SECOND, Use.ALONE, Use.RESET, Use.RESTORE


def entra(name: str, *methods: Any, gates: tuple[Gate, ...] | None = (), **more: Any) -> Registered:
    return Registered(
        provider="entra", names=(name,), methods=methods, gates=gates, factors_told=True, mail_host=True, **more
    )


def google(name: str, *methods: Any, **more: Any) -> Registered:
    return Registered(
        provider="google", names=(name,), methods=methods, password=True, factors_told=True, mail_host=True, **more
    )


def test_with_a_roster_alone_channels_are_certain_and_the_password_is_possible() -> None:
    """Whether a second step is asked for beside the password stands nowhere."""
    found = answer(roster("ada@a.example;ada@mail.example;+1 202 555 0101"))
    assert ways(found, "ada@a.example") == {
        "mailbox ada@mail.example",
        "phone +12025550101",
        "? password ada@a.example",
    }


def test_a_number_that_resets_the_password_and_takes_the_code_is_enough_by_itself() -> None:
    """Entra, one method registered: the very number is both proofs."""
    number = "+12025550101"
    found = answer(
        roster("ada@a.example"),
        [entra("ada@a.example", method(Kind.PHONE, SECOND, RESET, value=number), gates=(Gate(needs=1),))],
    )
    assert ways(found, "ada@a.example") == {f"phone {number}"}


def test_a_reset_leaves_the_second_step_standing() -> None:
    """The mailbox gives a password only; the prompt is asked for all the same."""
    found = answer(
        roster("ada@a.example"),
        [
            entra(
                "ada@a.example",
                method(Kind.MAILBOX, RESET, value="ada@mail.example"),
                method(Kind.PROMPT, SECOND),
                gates=(Gate(needs=1),),
            )
        ],
    )
    at = "ada@a.example at entra"
    assert ways(found, "ada@a.example") == {f"mailbox ada@mail.example + prompt {at}", f"password {at} + prompt {at}"}


def test_administrators_are_asked_for_two_methods() -> None:
    """With the mailbox and the number both, the password is reset; the number takes the code, too."""
    found = answer(
        roster("ada@a.example"),
        [
            entra(
                "ada@a.example",
                method(Kind.MAILBOX, RESET, value="ada@mail.example"),
                method(Kind.PHONE, SECOND, RESET, value="+12025550101"),
                gates=(Gate(needs=2),),
            )
        ],
    )
    assert ways(found, "ada@a.example") == {
        "mailbox ada@mail.example + phone +12025550101",
        "password ada@a.example at entra + phone +12025550101",
    }


def test_a_passkey_signs_in_alone_and_stops_every_attack_of_the_study() -> None:
    found = answer(roster("ada@a.example"), [entra("ada@a.example", method(Kind.KEY, ALONE, SECOND), password=False)])
    (one,) = found.accounts
    assert ways(found, "ada@a.example") == {"key ada@a.example at entra"}
    assert one.success == 0.0


def test_a_recovery_mailbox_that_is_an_account_leads_to_the_ways_into_that_account() -> None:
    """Bo recovers through Ada; Ada's second step is a number."""
    found = answer(
        roster("bo@b.example"),
        [
            google("bo@b.example", method(Kind.MAILBOX, RESTORE, value="ada@a.example"), method(Kind.STEP, SECOND)),
            google("ada@a.example", method(Kind.PHONE, SECOND, value="+12025550101")),
        ],
    )
    bo, ada = "bo@b.example at google", "ada@a.example at google"
    assert ways(found, "bo@b.example") == {f"password {bo} + step {bo}", f"password {ada} + phone +12025550101"}
    (through,) = [way.through for way in found.accounts[0].ways if way.through]
    assert through == ["ada@a.example"]


def test_mailboxes_that_recover_each_other_fall_together() -> None:
    """Ada and Bo recover each other, Bo by a mailbox outside, too."""
    found = answer(roster("ada@a.example;bo@b.example", "bo@b.example;ada@a.example;bo@mail.example"))
    both = {"mailbox bo@mail.example", "? password ada@a.example", "? password bo@b.example"}
    assert ways(found, "ada@a.example") == both
    assert ways(found, "bo@b.example") == both


def test_the_channel_of_the_roster_is_the_one_that_the_export_registers_without_address() -> None:
    """The roster names the mailbox, Entra says what a mailbox can do: reset, behind which the prompt still stands."""
    found = answer(
        roster("ada@a.example;ada@mail.example"),
        [entra("ada@a.example", method(Kind.MAILBOX, RESET), method(Kind.PROMPT, SECOND), gates=(Gate(needs=1),))],
    )
    at = "ada@a.example at entra"
    assert ways(found, "ada@a.example") == {f"mailbox ada@mail.example + prompt {at}", f"password {at} + prompt {at}"}


def test_a_channel_of_the_roster_that_the_export_does_not_know_is_possible() -> None:
    found = answer(roster("ada@a.example;ada@mail.example"), [entra("ada@a.example", method(Kind.PROMPT, SECOND))])
    at = "ada@a.example at entra"
    assert ways(found, "ada@a.example") == {f"password {at} + prompt {at}", "? mailbox ada@mail.example"}


def test_two_providers_of_one_name_are_one_account() -> None:
    """Whoever reads Ada's mail at Google resets her password at Okta; that is no second door: the mailbox is hers."""
    okta = Registered(
        provider="okta",
        names=("ada@a.example",),
        methods=(method(Kind.MAILBOX, RESET, value="ada@a.example"), method(Kind.KEY, SECOND)),
        password=True,
        gates=(Gate(needs=1),),
        factors_told=True,
    )
    found = answer(roster("ada@a.example"), [okta, google("ada@a.example", method(Kind.STEP, SECOND))])
    assert ways(found, "ada@a.example") == {
        "key ada@a.example at okta + password ada@a.example at okta",
        "password ada@a.example at google + step ada@a.example at google",
    }


def test_a_mailbox_of_the_accounts_own_name_that_no_export_holds_is_a_door() -> None:
    """Keycloak mails to hana@paper.example, and nobody tells how that mailbox is protected."""
    reading = read_exports([SAMPLES / "keycloak_realm.json"])
    found = answer(roster("hana@paper.example"), reading.registered)
    at = "hana@paper.example at keycloak"
    assert ways(found, "hana@paper.example") == {"mailbox hana@paper.example", f"app_code {at} + password {at}"}


def test_a_mailbox_is_no_account_at_a_provider_that_holds_no_mail() -> None:
    """Bo recovers through ada@a.example. At Google that is the account; at Okta the mailbox lies elsewhere, unprotected
    as far as anybody tells."""
    okta = Registered(
        provider="okta",
        names=("ada@a.example",),
        methods=(method(Kind.KEY, SECOND),),
        password=True,
        gates=(),
        factors_told=True,
    )
    bo = google("bo@b.example", method(Kind.STEP, SECOND), method(Kind.MAILBOX, RESTORE, value="ada@a.example"))
    own = "password bo@b.example at google + step bo@b.example at google"
    elsewhere = answer(roster("bo@b.example"), [bo, okta])
    assert ways(elsewhere, "bo@b.example") == {own, "mailbox ada@a.example"}
    held = answer(roster("bo@b.example"), [bo, google("ada@a.example", method(Kind.KEY, SECOND))])
    at = "ada@a.example at google"
    assert ways(held, "bo@b.example") == {own, f"key {at} + password {at}"}


def test_who_writes_somebody_elses_address_into_a_profile_does_not_become_that_account() -> None:
    """Ivo's unverified address is Hana's: her account gets no way in through his passkey."""
    reading = read_exports([SAMPLES / "keycloak_realm.json"])
    found = answer(roster("hana@paper.example", "ivo"), reading.registered)
    assert not any("ivo" in way for way in ways(found, "hana@paper.example"))
    assert ways(found, "ivo") == {"key ivo at keycloak", "mailbox hana@paper.example"}


def test_an_unchecked_address_is_a_name_where_nobody_else_has_it() -> None:
    """As directories leave it in Keycloak. One fact apart: another user claims it, too."""

    def user(name: str) -> Registered:
        key = method(Kind.KEY, ALONE)
        return Registered(
            provider="keycloak", names=(name,), claimed=("ivo@x.example",), methods=(key,), password=False
        )

    one = answer(roster("ivo@x.example"), [user("ivo")])
    assert ways(one, "ivo@x.example") == {"key ivo@x.example at keycloak"}
    two = answer(roster("ivo@x.example"), [user("ivo"), user("mallory")])
    assert ways(two, "ivo@x.example") == {"? password ivo@x.example"}


def test_many_methods_of_one_account_cost_no_more_than_many_accounts() -> None:
    """Two of 5,000 addresses together would be twelve million ways."""
    many = tuple(method(Kind.MAILBOX, RESET, value=f"m{number}@mail.example") for number in range(5_000))
    found = answer(roster("ada@a.example"), [entra("ada@a.example", *many, gates=(Gate(needs=2),))])
    (one,) = found.accounts
    assert one.more_ways
    assert {len(way.take) for way in one.ways} == {1, 2}


def test_the_samples_of_entra_put_together() -> None:
    """Registration details and methods of Ada and Bo: ids lead from one to the other. Bo's number is masked, and may be
    that of Cleo on the roster."""
    files = [SAMPLES / "entra_registration.json", SAMPLES / "entra_methods.json"]
    found = answer(
        roster("ada@lantern.example", "bo@lantern.example", "cleo@lantern.example;+1 202 555 0134"),
        read_exports(files).registered,
    )
    assert ways(found, "ada@lantern.example") == {"phone +12025550101"}
    bo = "bo@lantern.example at entra"
    assert ways(found, "bo@lantern.example") >= {
        f"key {bo}",
        f"password {bo} + prompt {bo}",
        f"app_code {bo} + prompt {bo}",  # two methods reset it, and either is the second step
        "phone +1 XXXXXXXX34 + phone +12025550101",  # through Ada, whose mailbox and his number are two methods
        "? phone +12025550134",  # if his number is hers, and one method is asked for
    }
    assert not any(way.startswith("phone +12025550134") for way in ways(found, "bo@lantern.example"))


def test_a_factor_of_a_user_whom_no_list_names_is_rejected() -> None:
    reading = read_exports([SAMPLES / "okta_factors.json"])
    found = answer(roster("ida@shores.example"), reading.registered)
    assert {one.reason for one in found.rejected} == {
        "no record read names the okta user 00ub0oNGTSWTBKOLGLNR: add the list of users",
        "no record read names the okta user 00ub0oNGTSWTBKOLGLNS: add the list of users",
    }
    assert found.sources.rejected == 3


def test_users_and_factors_of_okta_are_put_together_by_id() -> None:
    """Ida's phone resets her password and takes the code. Jon, of whom no channel is known, needs his key."""
    reading = read_exports([SAMPLES / "okta_factors.json", SAMPLES / "okta_users.json"])
    found = answer(roster("ida@shores.example", "jon@shores.example"), reading.registered)
    assert ways(found, "ida@shores.example") == {"phone +15554151337"}
    at = "jon@shores.example at okta"
    assert ways(found, "jon@shores.example") == {f"key {at} + password {at}"}


def test_an_account_that_cannot_be_signed_in_to_is_left_out() -> None:
    reading = read_exports([SAMPLES / "google_users.json"])
    found = answer(roster("eva@harbour.example", "gil@harbour.example;gil@mail.example"), reading.registered)
    assert [one.account for one in found.accounts] == ["eva@harbour.example"]
    assert found.sources.not_in_use == 1


def test_without_a_roster_every_account_of_the_exports_counts() -> None:
    reading = read_exports([SAMPLES / "google_users.json"])
    found = answer(roster(), reading.registered)
    assert {one.account for one in found.accounts} == {"eva@harbour.example", "finn@harbour.example"}


def test_an_alias_is_the_account() -> None:
    reading = read_exports([SAMPLES / "google_users.json"])
    found = answer(roster("press@harbour.example", "x@x.example;eva@harbour.example"), reading.registered)
    assert "mailbox eva.home@mail.example" in ways(found, "press@harbour.example")
    assert "mailbox eva.home@mail.example" in ways(found, "x@x.example")


def test_an_entry_of_the_roster_that_names_nothing_is_counted_and_said() -> None:
    found = answer(roster("ada@a.example;see the helpdesk;question"))
    assert ways(found, "ada@a.example") == {
        "other ada@a.example",
        "question ada@a.example",
        "? password ada@a.example",
    }
    assert any("1 entries in the roster's recovery column" in note for note in found.notes)


def test_a_safe_contact_that_is_a_way_in_falls_with_the_account() -> None:
    found = answer(
        roster(
            "ada@a.example;+12025550101 contact=signal:+1 202 555 0101",
            "bo@b.example;+12025550102 contact=signal:+12025550999",
            "cleo@c.example;cleo@mail.example contact=cleo@mail.example",
        )
    )
    assert {one.account for one in found.accounts if one.contact_falls} == {"ada@a.example", "cleo@c.example"}
    assert found.totals.contacts_that_fall == 2
