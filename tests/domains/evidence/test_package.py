"""The package holds what was seen, and no victim's name."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import subprocess
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from resolvers import program
from tocsin.domains import Judge
from tocsin.domains.evidence import Case, Observation, Package, Victim, build, keyed, problems, read_case, victims_of
from tocsin.domains.evidence.case import CaseError, Party
from tocsin.domains.evidence.pseudonyms import Pseudonyms, pseudonym
from tocsin.report.evidence import pdf

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
KEY = b"k" * 32
NAME = "confirm-session-identifier.info"
RECORD = "to=<ADA@news.example> from=<x@confirm-session-identifier.info>"


def case(**changes: Any) -> Case:
    made: dict[str, Any] = {
        "title": "A case",
        "domains": [NAME],
        "reporter": Party(name="Ines Example", organisation="Example CERT", role="cert"),
        "recipient": Party(name="Abuse desk", role="registrar"),
        "summary": "Ada@News.example of Example News was sent a link.",
        "observations": [
            Observation(time="2026-11-05", domain=NAME, what="later"),
            Observation(time="2026-11-03", domain=NAME, what="to ada@news.example", source="mail.log:1", record=RECORD),
        ],
        "victims": [
            Victim(account="ada@news.example", organisation="Example News", category="media", stage="attacked")
        ],
    }
    return Case(**{**made, **changes})


def made(judge: Judge, tmp_path: Path, one: Case, **options: Any) -> Package:
    return build(one, tmp_path / "package", key=KEY, now=NOW, render=pdf, judge=judge, beside=tmp_path, **options)


def paper(package: Package) -> str:
    text = subprocess.run(
        [program("pdftotext"), str(package.folder / "evidence.pdf"), "-"], capture_output=True, text=True
    )
    return text.stdout


def test_the_document_says_who_what_when_and_whom_under_pseudonyms(judge: Judge, tmp_path: Path) -> None:
    package = made(judge, tmp_path, case())
    document = json.loads((package.folder / "evidence.json").read_text())
    ada, news = pseudonym("account", "ada@news.example", KEY), pseudonym("organisation", "Example News", KEY)
    (domain,) = document.pop("domains")
    assert domain.pop("reasons")
    assert domain == {
        "domain": NAME,
        "shown": NAME,
        "first_observed": "2026-11-03",
        "last_observed": "2026-11-05",
        "observations": 2,
        "looks_like": [],
    }
    assert document == {
        "schema": "tocsin.evidence/1",
        "made": "2026-11-27T12:00:00Z",
        "tlp": "AMBER",
        "title": "A case",
        "reporter": {"name": "Ines Example", "organisation": "Example CERT", "contact": "", "role": "cert"},
        "recipient": {"name": "Abuse desk", "organisation": "", "contact": "", "role": "registrar"},
        "summary": f"{ada} of {news} was sent a link.",
        "request": "",
        "observations": [
            {
                "number": 1,
                "time": "2026-11-03",
                "domain": NAME,
                "what": f"to {ada}",
                "source": "mail.log:1",
                "record": f"to=<{ada}> from=<x@{NAME}>",
                "record_sha256": hashlib.sha256(RECORD.encode()).hexdigest(),
                "redacted": True,
                "attachment": "",
            },
            {
                "number": 2,
                "time": "2026-11-05",
                "domain": NAME,
                "what": "later",
                "source": "",
                "record": "",
                "record_sha256": "",
                "redacted": False,
                "attachment": "",
            },
        ],
        "victims": [
            {
                "pseudonym": ada,
                "organisation": news,
                "category": "media",
                "stage": "attacked",
                "first_seen": "",
                "last_seen": "",
            }
        ],
        "victims_by_stage": {"attacked": 1},
        "victims_by_category": {"media": 1},
        "attachments": [],
    }


def test_no_file_of_the_package_holds_a_victims_name_or_the_key(judge: Judge, tmp_path: Path) -> None:
    package = made(judge, tmp_path, case())
    everything = b"".join(path.read_bytes() for path in package.folder.rglob("*") if path.is_file()).lower()
    assert b"ada@" not in everything
    assert b"example news" not in everything
    assert KEY not in everything
    assert "ada@" not in paper(package).lower()


def test_a_name_is_found_however_a_link_writes_it() -> None:
    """`?u=ada.berg`, `ada.berg%40news.example`, Base64 of either, a server of the organisation; never an attacker's
    own domain, whatever stands in it."""
    attackers = "news.example.confirm-session.info"
    victims = [
        Victim(account="Ada.Berg@news.example", organisation="Example News"),
        Victim(account="info@gmail.com", organisation=""),
    ]
    names = Pseudonyms(victims, KEY, [attackers])
    ada, news = pseudonym("account", "ada.berg@news.example", KEY), pseudonym("organisation", "Example News", KEY)
    info = pseudonym("account", "info@gmail.com", KEY)
    encoded = base64.urlsafe_b64encode(b"u=ada.berg@news.example").decode()
    for text, told in {
        f"https://{attackers}/v?u=ada.berg": f"https://{attackers}/v?u={ada}",
        f"https://{attackers}/v?u=ADA.berg%40News.example&x": f"https://{attackers}/v?u={ada}&x",
        f"https://{attackers}/v/{encoded}/": f"https://{attackers}/v/{ada}/",
        f"https://{attackers}/v?e={encoded.rstrip('=')}": f"https://{attackers}/v?e={ada}",
        "relay=mx1.news.example[192.0.2.1]": f"relay=mx1.{news}[192.0.2.1]",
        "to=info@gmail.com": f"to={info}",
        "info of gmail.com, canada.bergen, badnews.example": "info of gmail.com, canada.bergen, badnews.example",
        "c2Vzc2lvbj0xMjM0NTY3ODkw": "c2Vzc2lvbj0xMjM0NTY3ODkw",
    }.items():
        assert names.text(text) == told


def test_accounts_that_were_only_looked_up_are_not_told_as_attacked(judge: Judge, tmp_path: Path) -> None:
    victims = [
        *(Victim(account=f"a{number}@news.example", stage="probed") for number in range(3)),
        *(Victim(account=f"b{number}@news.example", stage="attacked") for number in range(2)),
        Victim(account="c@news.example", stage="compromised"),
    ]
    package = made(judge, tmp_path, case(victims=victims))
    assert package.document["victims_by_stage"] == {"compromised": 1, "attacked": 2, "probed": 3}
    told = " ".join(paper(package).split())
    assert "6 accounts (1 compromised, 2 attacked and not compromised, 3 only looked up)" in told


def test_another_key_gives_other_pseudonyms_and_the_same_key_the_same() -> None:
    assert pseudonym("account", "Ada@News.example ", KEY) == pseudonym("account", "ada@news.example", KEY)
    assert pseudonym("account", "ada@news.example", KEY) != pseudonym("account", "ada@news.example", b"o" * 32)
    assert pseudonym("account", "x", KEY)[8:] != pseudonym("organisation", "x", KEY)[13:]


def test_the_chain_of_custody_covers_every_file(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<form>")
    package = made(judge, tmp_path, case(attachments=["page.html"]))
    assert list(problems(package.folder)) == []
    entries = [json.loads(line) for line in (package.folder / "custody.jsonl").read_text().splitlines()]
    assert [(one["action"], one["item"]) for one in entries] == [
        ("attached", "attachments/001-page.html"),
        ("written", "evidence.json"),
        ("written", "evidence.pdf"),
    ]
    assert package.seal == entries[-1]["hash"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_attachment_with_a_victims_name_is_refused_unless_asked_for(
    judge: Judge, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "mail.eml").write_bytes("To: ADA@news.example".encode(encoding))
    with pytest.raises(CaseError, match=r"holds ADA@news\.example"):
        made(judge, tmp_path, case(attachments=["mail.eml"]))
    package = made(judge, tmp_path, case(attachments=["mail.eml"]), names_in_attachments=True)
    assert "attachments may hold names of victims" in (package.folder / "custody.jsonl").read_text()


def test_a_package_is_not_written_over(judge: Judge, tmp_path: Path) -> None:
    made(judge, tmp_path, case())
    with pytest.raises(CaseError, match="is not empty"):
        made(judge, tmp_path, case())


def test_the_key_is_made_once_for_its_owner_only_and_never_in_the_package(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = keyed(path, tmp_path / "package")
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert keyed(path, tmp_path / "package") == key
    with pytest.raises(CaseError, match="would lie in the package"):
        keyed(tmp_path / "package" / "key", tmp_path / "package")


HOSTILE = '#set page(width: 1cm) #panic() "quoted" \\ $x$ [bold] <label> @ref \u202e\x1b[31m ' + "w" * 400


def test_hostile_text_is_shown_as_text_and_hidden_characters_by_name(judge: Judge, tmp_path: Path) -> None:
    seen = Observation(time=HOSTILE, domain=HOSTILE, what=HOSTILE, source=HOSTILE, record=HOSTILE)
    one = case(title=HOSTILE, summary=HOSTILE, request=HOSTILE, observations=[seen])
    package = made(judge, tmp_path, one)
    shown = paper(package).replace("\n", " ")
    assert "#set page(width: 1cm) #panic()" in shown
    assert "U+202E" in shown
    assert "\u202e" not in shown
    assert "\x1b" not in shown
    size = subprocess.run([program("pdfinfo"), str(package.folder / "evidence.pdf")], capture_output=True, text=True)
    assert "595.276 x 841.89 pts (A4)" in size.stdout


def _png(width: int, height: int) -> bytes:
    rows = b"".join(b"\0" + b"\x40\x80\xc0" * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_screenshot_is_shown_and_a_broken_one_costs_nothing_else(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "good page.png").write_bytes(_png(40, 20))
    package = made(judge, tmp_path, case(attachments=["good page.png"]))
    shown = subprocess.run(
        [program("pdfimages"), "-list", str(package.folder / "evidence.pdf")], capture_output=True, text=True
    )
    assert " 40 " in shown.stdout
    assert (package.folder / "attachments" / "001-good_page.png").read_bytes() == _png(40, 20)
    (tmp_path / "broken.png").write_bytes(_png(4, 4)[:30])
    broken = build(
        case(attachments=["broken.png"]),
        tmp_path / "other",
        key=KEY,
        now=NOW,
        render=pdf,
        judge=judge,
        beside=tmp_path,
    )
    assert "001-broken.png" in paper(broken)


def test_a_case_file_is_read_and_a_wrong_one_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    head = 'title = "t"\nsummary = "s"\n[reporter]\nname = "r"\n[recipient]\nname = "c"\n'
    path.write_text('domains = ["Bad.Info.", "bad.info"]\n' + head)
    assert read_case(path).domains == ["bad.info"]
    observations = "".join(
        f'[[observations]]\ntime = {time}\nwhat = "x"\ndomain = "a.b."\n'
        for time in ('"2026-11-03T09:12:44+01:00"', "2026-11-03T09:12:44-02:00", '"2026-11-03T09:12:44"', "2026-11-03")
    )
    path.write_text('domains = ["a.b"]\n' + head + observations)
    assert [(one.time, one.domain) for one in read_case(path).observations] == [
        ("2026-11-03T08:12:44Z", "a.b"),
        ("2026-11-03T11:12:44Z", "a.b"),
        ("2026-11-03T09:12:44Z", "a.b"),
        ("2026-11-03", "a.b"),
    ]
    for text, said in [
        ('domains = ["a.b"]\n' + head + '[[observations]]\ntime = "3 May"\nwhat = "x"\n', "'3 May' is no time"),
        (head, "missing required field `domains`"),
        ("domains = []\n" + head, "names no domain"),
        ('domains = ["a..b"]\n' + head, "is no domain"),
        ('domains = ["a.b"]\nsumary = "x"\n' + head, "unknown field `sumary`"),
        ("domains = [", "Invalid"),
    ]:
        path.write_text(text)
        with pytest.raises(CaseError, match=said):
            read_case(path)


def test_victims_come_from_an_assessment(tmp_path: Path) -> None:
    path = tmp_path / "scan.json"
    account = {"account": "ada@news.example", "organisation": "Example News", "category": "media", "stage": "attacked"}
    path.write_text(json.dumps({"campaigns": [{"id": "c-1", "accounts": [account]}, {"id": "c-2", "accounts": []}]}))
    assert victims_of(path, ["c-1"]) == [
        Victim(account="ada@news.example", organisation="Example News", category="media", stage="attacked")
    ]
    assert victims_of(path, ["c-2"]) == []
    with pytest.raises(CaseError, match="no campaign c-3"):
        victims_of(path, ["c-3"])
    path.write_text("[]")
    with pytest.raises(CaseError, match=r"no tocsin\.assessment/1"):
        victims_of(path)
