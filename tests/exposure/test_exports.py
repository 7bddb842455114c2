"""Each export of registered methods gives exactly what its provider's documents say that it means."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tocsin.exposure.effects import Kind
from tocsin.exposure.exports import EXPORTS
from tocsin.exposure.read import Reading, read_exports
from tocsin.exposure.registered import Gate, Method, Refused, Registered, Use

SAMPLES = Path(__file__).parent / "samples"

SECOND, ALONE, RESET, RESTORE = Use.SECOND, Use.ALONE, Use.RESET, Use.RESTORE


def method(kind: Kind, *uses: Use, **more: Any) -> Method:
    return Method(kind=kind, uses=frozenset(uses), **more)


def told(name: str) -> list[Registered]:
    """What the sample gives, without where it stands and who says so."""
    reading = read_exports([SAMPLES / f"{name}.json"])
    return [
        replace(one, where="", methods=tuple(replace(each, origin="") for each in one.methods))
        for one in reading.registered
    ]


def test_entra_registration_details() -> None:
    """One method registered: one is asked for. Two or more: two are enough, one may be. Administrators: two, never a
    question. Not capable of a reset: none."""
    entra: dict[str, Any] = {"provider": "entra", "factors_told": True, "mail_host": True}
    assert told("entra_registration") == [
        Registered(
            uid="86462606-fde0-4fc4-9e0c-a20eb73e54c6",
            names=("ada@lantern.example",),
            methods=(method(Kind.PHONE, SECOND, RESET),),
            gates=(Gate(needs=1),),
            **entra,
        ),
        Registered(
            uid="c6ad1942-4afa-47f8-8d48-afb5d8d69d2f",
            names=("bo@lantern.example",),
            methods=(
                method(Kind.MAILBOX, RESET),
                method(Kind.PROMPT, SECOND, RESET),
                method(Kind.APP_CODE, SECOND, RESET),
                method(Kind.KEY, ALONE, SECOND),
            ),
            gates=(Gate(needs=2), Gate(needs=1, possible=True)),
            **entra,
        ),
        Registered(
            uid="c8096958-797c-44fa-8fde-a6fb62567cf0",
            names=("cleo@lantern.example",),
            methods=(method(Kind.PHONE, SECOND, RESET), method(Kind.MAILBOX, RESET)),
            gates=(Gate(needs=2),),
            **entra,
        ),
        Registered(
            uid="1c1ad1f8-6a10-4b4a-9c0b-7f9a6a1b2c3d",
            names=("dan@lantern.example",),
            methods=(method(Kind.MAILBOX, RESET),),
            gates=(),
            **entra,
        ),
    ]


def test_entra_methods_of_users_in_a_batch() -> None:
    """The user stands around the list, by id or by name; a number of which parts are hidden is a hint."""
    ada: dict[str, Any] = {"provider": "entra", "uid": "86462606-fde0-4fc4-9e0c-a20eb73e54c6", "mail_host": True}
    bo: dict[str, Any] = {"provider": "entra", "names": ("bo@lantern.example",), "mail_host": True}
    assert told("entra_methods") == [
        Registered(
            methods=(
                method(Kind.PHONE, SECOND, value="+12025550101"),
                method(Kind.PHONE, RESET, value="+12025550101"),
            ),
            factors_told=True,
            **ada,
        ),
        Registered(password=True, factors_told=True, **ada),
        Registered(methods=(method(Kind.KEY, ALONE, SECOND),), factors_told=True, **bo),
        Registered(methods=(method(Kind.MAILBOX, RESET, value="ada@lantern.example"),), factors_told=True, **bo),
        Registered(
            methods=(
                method(Kind.PHONE, SECOND, hint="+1 XXXXXXXX34"),
                method(Kind.PHONE, RESET, hint="+1 XXXXXXXX34"),
            ),
            factors_told=True,
            **bo,
        ),
    ]


def test_an_answer_of_the_batch_that_is_an_error_is_rejected_with_its_place() -> None:
    refused = read_exports([SAMPLES / "entra_methods.json"]).refused
    assert [(one.record, one.reason) for one in refused] == [("3", "no export of registered methods has such records")]


def test_okta_users() -> None:
    """A recovery goes to the primary and the secondary address and the phone; who signs in at a directory has none
    here; a deprovisioned user cannot sign in."""
    okta: dict[str, Any] = {"provider": "okta", "password": True, "gates": (Gate(needs=1),)}
    assert told("okta_users") == [
        Registered(
            uid="00ub0oNGTSWTBKOLGLNR",
            names=("ida@shores.example",),
            methods=(
                method(Kind.MAILBOX, RESET, value="ida.brock@shores.example"),
                method(Kind.MAILBOX, RESET, value="ida.home@mail.example"),
                method(Kind.PHONE, RESET, value="+15554151337"),
            ),
            **okta,
        ),
        Registered(uid="00ub0oNGTSWTBKOLGLNS", names=("jon@shores.example",), **okta),
        Registered(
            uid="00ub0oNGTSWTBKOLGLNT",
            names=("kim@shores.example",),
            methods=(
                method(Kind.MAILBOX, RESET, value="kim@shores.example"),
                method(Kind.MAILBOX, RESET, value="kim@mail.example"),
            ),
            in_use=False,
            **okta,
        ),
    ]


def test_okta_factors() -> None:
    """A factor that was never activated is none."""
    okta: dict[str, Any] = {"provider": "okta", "factors_told": True}
    assert told("okta_factors") == [
        Registered(uid="00ub0oNGTSWTBKOLGLNR", methods=(method(Kind.PHONE, SECOND, value="+15554151337"),), **okta),
        Registered(uid="00ub0oNGTSWTBKOLGLNR", **okta),
        Registered(uid="00ub0oNGTSWTBKOLGLNS", methods=(method(Kind.KEY, SECOND),), **okta),
    ]


def test_google_users() -> None:
    """Recovery channels restore the account. Two-step verification that is enforced and not yet enrolled asks for
    nothing. A suspended user cannot sign in."""
    google: dict[str, Any] = {"provider": "google", "password": True, "factors_told": True, "mail_host": True}
    assert told("google_users") == [
        Registered(
            uid="114511147312345678901",
            names=("eva@harbour.example", "press@harbour.example"),
            methods=(
                method(Kind.STEP, SECOND),
                method(Kind.MAILBOX, RESTORE, value="eva.home@mail.example"),
                method(Kind.PHONE, RESTORE, value="+442079460958"),
            ),
            **google,
        ),
        Registered(uid="114511147312345678902", names=("finn@harbour.example",), **google),
        Registered(
            uid="114511147312345678903",
            names=("gil@harbour.example",),
            methods=(method(Kind.MAILBOX, RESTORE, value="gil@mail.example"),),
            in_use=False,
            **google,
        ),
    ]


def test_keycloak_users() -> None:
    """The mailbox restores the account, one-time-code generator and all. An address that is not verified is a channel,
    but no name of the account: anybody can write it into his profile."""
    keycloak: dict[str, Any] = {"provider": "keycloak", "factors_told": True}
    mailbox = method(Kind.MAILBOX, RESTORE, value="hana@paper.example")
    assert told("keycloak_realm") == [
        Registered(
            uid="4b3c1a7e-2f0d-4d57-9a41-5f6f3a1d2c01",
            names=("hana", "hana@paper.example"),
            methods=(method(Kind.APP_CODE, SECOND), mailbox),
            password=True,
            **keycloak,
        ),
        Registered(
            uid="4b3c1a7e-2f0d-4d57-9a41-5f6f3a1d2c02",
            names=("ivo",),
            claimed=("hana@paper.example",),
            methods=(method(Kind.KEY, ALONE), mailbox),
            password=False,
            **keycloak,
        ),
        Registered(
            uid="4b3c1a7e-2f0d-4d57-9a41-5f6f3a1d2c03",
            names=("jana",),
            password=True,
            in_use=False,
            **keycloak,
        ),
    ]


def users_alone(**realm: Any) -> dict[str, Any]:
    realm_export = json.loads((SAMPLES / "keycloak_realm.json").read_text())
    return {"realm": "newsroom", "users": realm_export["users"][:1], **realm}


def read(folder: Path, text: str | bytes, name: str = "export.json") -> Reading:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_exports([path])


@pytest.mark.parametrize(
    ("realm", "restoring"),
    [({"resetPasswordAllowed": True}, [False]), ({}, [True]), ({"resetPasswordAllowed": False}, [])],
    ids=["allowed", "not told", "not allowed"],
)
def test_a_keycloak_mailbox_restores_where_the_realm_allows_it(
    tmp_path: Path, realm: dict[str, Any], restoring: list[bool]
) -> None:
    (hana,) = read(tmp_path, json.dumps(users_alone(**realm))).registered
    assert [one.possible for one in hana.methods if one.kind == Kind.MAILBOX] == restoring


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.json")))
def test_every_sample_is_recognised_by_one_export_only(name: str) -> None:
    """So that their order matters to nobody."""
    reading = read_exports([SAMPLES / f"{name}.json"])
    (title,) = reading.records
    others = tuple(one for one in EXPORTS if one.title != title)
    assert not read_exports([SAMPLES / f"{name}.json"], others).registered


def test_pages_one_after_another_lists_of_pages_and_lines_give_the_same(tmp_path: Path) -> None:
    page = (SAMPLES / "google_users.json").read_text()
    value = json.loads(page)
    names = [one.names for one in read(tmp_path, page).registered]
    assert [one.names for one in read(tmp_path, page + "\n" + page).registered] == names * 2
    assert [one.names for one in read(tmp_path, json.dumps([value, value])).registered] == names * 2
    lines = "\n".join(json.dumps(one) for one in value["users"])
    assert [one.names for one in read(tmp_path, lines).registered] == names
    assert [one.names for one in read(tmp_path, gzip.compress(page.encode())).registered] == names
    assert [one.names for one in read(tmp_path, page.encode("utf-16")).registered] == names


def test_bad_records_are_rejected_with_their_place_and_the_rest_goes_through(tmp_path: Path) -> None:
    users = json.loads((SAMPLES / "okta_users.json").read_text())
    bad: list[Any] = [
        "no object",
        {"id": 7, "status": "ACTIVE", "profile": {"login": "x@y.example"}},
        {"status": "ACTIVE", "profile": {"login": None}},
        {"status": "BANANA", "profile": {"login": "x@y.example"}},
        {"status": "ACTIVE", "profile": {"login": "x@y.example"}, "credentials": []},
    ]
    reading = read(tmp_path, json.dumps([users[0], *bad, users[1]]))
    assert [one.names for one in reading.registered] == [("ida@shores.example",), ("jon@shores.example",)]
    assert [(one.line, one.record, one.reason) for one in reading.refused] == [
        (None, "2", "no JSON object"),
        (None, "3", "id is no text"),
        (None, "4", "no login"),
        (None, "5", "status 'BANANA' is none of Okta's"),
        (None, "6", "credentials is no object"),
    ]


def test_a_broken_line_is_rejected_with_its_number(tmp_path: Path) -> None:
    users = [json.dumps(one) for one in json.loads((SAMPLES / "okta_users.json").read_text())]
    reading = read(tmp_path, "\n".join([users[0], users[1][:60], "", users[2]]))
    assert [one.names for one in reading.registered] == [("ida@shores.example",), ("kim@shores.example",)]
    ((refused),) = reading.refused
    assert (refused.line, refused.record, refused.reason[:8]) == (2, None, "no JSON:")


def test_a_list_cut_off_gives_the_records_before_the_cut(tmp_path: Path) -> None:
    text = (SAMPLES / "entra_registration.json").read_text()
    reading = read(tmp_path, text[: text.index("cleo@") + 40])
    assert [one.names for one in reading.registered] == [("ada@lantern.example",), ("bo@lantern.example",)]
    assert [(one.line, one.reason) for one in reading.refused] == [(34, "the document ends inside this record")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02\xff" * 50, "binary content: neither JSON, CSV, Parquet nor a text log"),
        (b"account,organisation\nx,y\n" * 99, "neither a JSON document nor JSON lines"),
        (b'"only text"', "no JSON object"),
        (b"{}", "no export of registered methods has such records"),
        (gzip.compress(b'{"primaryEmail":"a@b.example"}\n' * 99, mtime=0)[:-20], "the compressed file ends early"),
    ],
    ids=["empty", "binary", "csv", "text", "nothing", "cut gzip"],
)
def test_what_is_no_export_is_rejected(tmp_path: Path, content: bytes, reason: str) -> None:
    reading = read(tmp_path, content)
    assert {one.reason for one in reading.refused} == {reason}


def test_deep_nesting_costs_that_file_only(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    reading = read_exports([tmp_path / "deep.json", SAMPLES / "google_users.json"])
    assert len(reading.registered) == 3
    assert {one.file for one in reading.refused} == {str(tmp_path / "deep.json")}


def test_the_excerpt_of_a_rejected_record_is_one_short_line(tmp_path: Path) -> None:
    reading = read(tmp_path, json.dumps([{"login": "x\n" * 10_000}]))
    (one,) = reading.refused
    assert isinstance(one, Refused)
    assert len(one.excerpt) <= 200
    assert "\n" not in one.excerpt


@pytest.mark.parametrize(("usable", "kinds"), [(True, [Kind.PASS]), (False, [])])
def test_a_temporary_access_pass_counts_while_it_is_usable(tmp_path: Path, usable: bool, kinds: list[Kind]) -> None:
    page = {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('a%40b.example')/authentication/methods",
        "value": [{"@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethod", "isUsable": usable}],
    }
    (one,) = read(tmp_path, json.dumps(page)).registered
    assert [each.kind for each in one.methods] == kinds


def test_a_method_of_which_nothing_says_whose_it_is_is_rejected(tmp_path: Path) -> None:
    page = {"value": [{"@odata.type": "#microsoft.graph.fido2AuthenticationMethod"}]}
    (one,) = read(tmp_path, json.dumps(page)).refused
    assert one.record == "1"
    assert one.reason.startswith("nothing around it says whose method it is")


def test_a_user_with_his_methods_beside_him_is_read_like_an_answer(tmp_path: Path) -> None:
    """As scripts write it that gather the answers."""
    user = {
        "userPrincipalName": "A@b.example",
        "methods": [{"@odata.type": "#microsoft.graph.fido2AuthenticationMethod"}],
    }
    (one,) = read(tmp_path, json.dumps([user])).registered
    assert one.names == ("a@b.example",)
