"""`tocsin domains`: attackers' domains, found, blocked, documented, counted."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from tocsin.cli.console import ERRORS, OUTPUT
from tocsin.cli.outputs import writable
from tocsin.errors import NoLogsFound, SettingError, TocsinError
from tocsin.report.phrases import counted
from tocsin.report.visible import visible
from tocsin.settings import ScanSettings

EXAMPLES = (
    "tocsin domains scan new-registrations.txt.gz",
    "tocsin domains scan ct.jsonl dns.log --protect organisations.csv --json hits.json",
)
SCAN_EXAMPLES = (*EXAMPLES, "zcat names.gz | tocsin domains scan - --above 0.9")

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help="Attackers' domains: find, block, document, count."
)


class BrokenCustody(TocsinError):
    """A package is not as its chain of custody says."""

    def __init__(self, problems: list[str]) -> None:
        said = "; ".join(visible(problem, limit=200) for problem in problems[:5])
        super().__init__(said, remedy="Use the package as it was handed over, or say in the case what happened to it.")


Protect = Annotated[
    Path | None,
    typer.Option(
        help="Whom to protect besides the large providers: CSV with name,domains (and words, networks).",
        show_default=False,
    ),
]


def _epilog(examples: tuple[str, ...]) -> str:
    return "\n\n".join(["Examples:", *(f"  {example}" for example in examples)])


@contextmanager
def opened(paths: list[Path]) -> Iterator[list[tuple[Path, str]]]:
    """The files with their titles; `-` is what comes in at the standard input, kept in a file while it is needed."""
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        found: list[tuple[Path, str]] = []
        for path in paths:
            if str(path) == "-":
                kept = Path(folder) / "stdin"
                with kept.open("wb") as file:
                    shutil.copyfileobj(sys.stdin.buffer, file)
                found.append((kept, "-"))
            elif path.is_dir():
                found += [(one, str(one)) for one in sorted(path.rglob("*")) if one.is_file()]
            else:
                found.append((path, str(path)))
        if not found:
            raise NoLogsFound("no file to read", remedy="Name a file with domains, or - for the standard input.")
        yield found


FORMAT_HELP = "rpz, hosts, adguard, pihole, defender, defender-senders, entra, google, chrome, edge or plain."

BLOCK_EXAMPLES = (
    "tocsin domains block hits.json --zone rpz.example.org --out rpz.example.org.zone",
    "tocsin domains block names.txt --format adguard --allow allowed.txt --expire 90 --kept listed.json",
)


EVIDENCE_EXAMPLES = (
    "tocsin domains evidence case.toml --key reporter.key --out package/",
    "tocsin domains evidence case.toml --key reporter.key --assessment scan.json --attach page.png --out package/",
)
CUSTODY_EXAMPLES = (
    "tocsin domains custody package/",
    'tocsin domains custody package/ --by "Ada Example" --note "handed to the registrar by mail"',
)


SINKHOLE_EXAMPLES = (
    "tocsin domains sinkhole event_sinkhole_http.csv --protect organisations.csv",
    "tocsin domains sinkhole query.log --domains taken.txt --protect organisations.csv --json findings.json",
)


@app.command(epilog=_epilog(SCAN_EXAMPLES))
def scan(
    paths: Annotated[
        list[Path], typer.Argument(help="Files with domains (lists, CT, DNS or mail logs), folders, or -.")
    ],
    protect: Protect = None,
    above: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Probability from which a name is a hit.", show_default="the model's"),
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option(help="Write all hits with reasons (tocsin.domains/1) here, or to -.", show_default=False),
    ] = None,
) -> None:
    """Find names that were made to take passwords: look-alikes of brands and account-recovery themed names."""
    from tocsin.domains import Judge, read_organisations
    from tocsin.domains import scan as scan_files
    from tocsin.report import domains as words

    to_output = str(json) == "-"
    if json and not to_output:
        writable(json)
    judge = Judge(read_organisations(protect) if protect else ())
    limit = judge.model.above if above is None else above
    if limit <= 0:
        raise SettingError("--above 0 would make every name a hit", remedy="Give a probability above 0, say 0.5.")
    with opened(paths) as files:
        found = scan_files(files, judge, above=limit)
    if json:
        written = words.as_json(found, judge.model, above=limit)
        if to_output:
            sys.stdout.buffer.write(written)
            return
        json.write_bytes(written)
    for part in words.told(found, above=limit):
        OUTPUT.print(part, soft_wrap=isinstance(part, Text))
    if json:
        OUTPUT.print(f"hits: {json}", markup=False, soft_wrap=True)


@app.command(epilog=_epilog(BLOCK_EXAMPLES))
def block(
    paths: Annotated[
        list[Path], typer.Argument(help="Names to block: what `scan --json` wrote, lists, records, or -.")
    ],
    form: Annotated[
        str,
        typer.Option("--format", help=FORMAT_HELP),
    ] = "rpz",
    out: Annotated[
        Path | None, typer.Option(help="Write the list here; without it, it is shown.", show_default=False)
    ] = None,
    allow: Annotated[
        Path | None,
        typer.Option(help="Names never to block, with what is below them: one a line.", show_default=False),
    ] = None,
    protect: Protect = None,
    expire: Annotated[
        int | None, typer.Option(min=1, help="Days after which a name is no longer blocked.", show_default=False)
    ] = None,
    kept: Annotated[
        Path | None,
        typer.Option(help="File that remembers when each name was first listed, for --expire.", show_default=False),
    ] = None,
    zone: Annotated[str, typer.Option(help="Name of the response policy zone.")] = "rpz.tocsin.local",
    ttl: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seconds that answers of the zone live.")] = 300,
    serial: Annotated[
        int | None, typer.Option(help="Serial number of the zone.", show_default="seconds since 1970")
    ] = None,
) -> None:
    """Write a block list: each name with everything below it, without what is allowed, expired or a hoster's own."""
    from tocsin.domains import block as blocking
    from tocsin.domains import read_organisations
    from tocsin.domains.words import Vocabulary, known_brands

    if form not in blocking.FORMATS:
        raise SettingError(f"there is no format {form!r}", remedy=f"Use one of {', '.join(blocking.FORMATS)}.")
    writable(out, kept)
    organisations = read_organisations(protect) if protect else ()
    vocabulary = Vocabulary.of((*known_brands(), *(one.brand() for one in organisations)))
    now = datetime.now(UTC)
    with opened(paths) as files:
        listed, refused = blocking.read_entries(files, today=now.date())
    if kept:
        listed = blocking.remember(kept, listed)
    allowed: dict[str, date] = {}
    if allow:
        allowed, unclear = blocking.read_entries([(allow, str(allow))], today=now.date())
        if unclear:
            place, reason = unclear[0]
            raise SettingError(f"{place}: {reason}", remedy="Mend the list of allowed names: one name a line.")
    blocked = blocking.block_list(listed, vocabulary, today=now.date(), expire=expire, allowed=allowed)
    text, remarks = blocking.written(blocked, form, blocking.How(made=now, zone=zone, ttl=ttl, serial=serial))
    if out:
        out.write_text(text, encoding="utf-8")
        OUTPUT.print(f"{counted(len(blocked.entries), 'name')}: {out}", markup=False, soft_wrap=True)
    else:
        sys.stdout.write(text)
    for name, reason in blocked.left_out:
        ERRORS.print(f"left out: {visible(name, limit=253)}: {reason}", markup=False, soft_wrap=True)
    for place, reason in refused:
        ERRORS.print(
            f"refused: {visible(place, limit=200)}: {visible(reason, limit=160)}", markup=False, soft_wrap=True
        )
    for remark in remarks:
        ERRORS.print(f"note: {remark}", markup=False, soft_wrap=True)


@app.command(epilog=_epilog(EVIDENCE_EXAMPLES))
def evidence(
    case: Annotated[Path, typer.Argument(help="Case file (TOML): domains, reporter, recipient, what was seen.")],
    out: Annotated[Path, typer.Option(help="New folder for the package.", show_default=False)],
    key: Annotated[
        Path,
        typer.Option(help="Key of the pseudonyms, made where there is none. Stays with you.", show_default=False),
    ],
    assessment: Annotated[
        Path | None,
        typer.Option(help="Victims from what `tocsin scan --json` wrote.", show_default=False),
    ] = None,
    campaign: Annotated[
        list[str] | None, typer.Option(help="Only these campaigns of the assessment.", show_default=False)
    ] = None,
    attach: Annotated[
        list[Path] | None, typer.Option(help="Screenshot or record to attach, as often as needed.", show_default=False)
    ] = None,
    names_in_attachments: Annotated[
        bool, typer.Option("--names-in-attachments", help="Attach files although names of victims stand in them.")
    ] = False,
) -> None:
    """Make the package for a registrar, a CERT or counsel: JSON, PDF, attachments with hashes, chain of custody."""
    from tocsin.domains import Judge
    from tocsin.domains import evidence as evidences
    from tocsin.report.evidence import pdf

    read = evidences.read_case(case)
    if assessment:
        victims = [*read.victims, *evidences.victims_of(assessment, campaign or ())]
        read = msgspec.structs.replace(read, victims=victims)
    package = evidences.build(
        read,
        out,
        key=evidences.keyed(key, out),
        now=datetime.now(UTC),
        render=pdf,
        judge=Judge(),
        beside=case.parent,
        attach=attach or (),
        names_in_attachments=names_in_attachments,
    )
    document = package.document
    OUTPUT.print(
        f"{counted(len(document['domains']), 'domain')}, {counted(len(document['observations']), 'observation')}, "
        f"{counted(len(document['victims']), 'account')} under pseudonyms: {out}",
        markup=False,
        soft_wrap=True,
    )
    OUTPUT.print(f"last entry of the chain of custody: {package.seal}", markup=False, soft_wrap=True)
    OUTPUT.print("Note it where the package does not go. The key stays with you.", markup=False, soft_wrap=True)


@app.command(epilog=_epilog(CUSTODY_EXAMPLES))
def custody(
    package: Annotated[Path, typer.Argument(help="Folder of a package.")],
    note: Annotated[
        str | None, typer.Option(help="Add an entry: what happened with the package.", show_default=False)
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who did it, for --note.", show_default=False)] = None,
) -> None:
    """Check a package against its chain of custody, and add to it."""
    from tocsin.domains import evidence as evidences

    if not package.is_dir():
        said = "is a file" if package.exists() else "does not exist"
        remedy = "Name the folder that `tocsin domains evidence --out` made."
        raise SettingError(f"{visible(str(package))} {said}: a package is a folder", remedy=remedy)
    found = list(evidences.problems(package))
    if found:
        raise BrokenCustody(found)
    chain = evidences.Custody(package)
    if note is not None:
        if not by:
            raise SettingError("--note without --by", remedy="Say who did it: an entry has a name.")
        chain.add("noted", by=by, now=datetime.now(UTC), note=note)
    entries = chain.entries()
    OUTPUT.print(
        f"{counted(len(entries), 'entry', 'entries')}, nothing changed; last: {entries[-1]['hash']}", soft_wrap=True
    )


@app.command(epilog=_epilog(SINKHOLE_EXAMPLES))
def sinkhole(
    paths: Annotated[
        list[Path], typer.Argument(help="Sinkhole reports (CSV, JSON) and query logs of BIND or Unbound, or -.")
    ],
    protect: Annotated[
        Path, typer.Option(help="Organisations with their networks and domains: CSV with name,domains,words,networks.")
    ],
    domains: Annotated[
        Path | None,
        typer.Option(help="Taken domains; without it, every name in the hits is one.", show_default=False),
    ] = None,
    timezone: Annotated[
        str, typer.Option(help="Zone of log times that carry none, for example Europe/Berlin.")
    ] = "UTC",
    json: Annotated[
        Path | None,
        typer.Option(help="Write the findings with their hits (tocsin.findings/1) here.", show_default=False),
    ] = None,
) -> None:
    """Find out who still visits domains that were taken away."""
    from tocsin.cli.findings import SCHEMA, Findings
    from tocsin.domains import block as blocking
    from tocsin.domains import read_organisations
    from tocsin.domains import sinkhole as sinkholes
    from tocsin.report import sinkhole as words

    writable(json)
    ScanSettings(paths=tuple(paths), store=Path(), timezone=timezone)  # refuses what is no zone
    organisations = read_organisations(protect)
    now = datetime.now(UTC)
    taken: dict[str, date] | None = None
    if domains:
        taken, unclear = blocking.read_entries([(domains, str(domains))], today=now.date())
        for place, reason in unclear:
            ERRORS.print(f"refused: {visible(place, limit=200)}: {visible(reason)}", markup=False, soft_wrap=True)
    refused: list[sinkholes.Refusal] = []
    read = 0

    def hits(files: list[tuple[Path, str]]) -> Iterator[sinkholes.Hit]:
        nonlocal read
        for one in sinkholes.read_hits(files, zone=timezone):
            if isinstance(one, sinkholes.Refusal):
                refused.append(one)
            else:
                read += 1
                yield one

    with opened(paths) as files:
        found = sinkholes.visits(hits(files), organisations, domains=taken)
    for part in words.told(found, hits=read):
        OUTPUT.print(part, soft_wrap=True)
    for one in refused[:5]:
        ERRORS.print(f"refused: {visible(one.place, limit=200)}: {visible(one.reason, limit=160)}", markup=False)
    if len(refused) > 5:
        ERRORS.print(f"and {counted(len(refused) - 5, 'further line')} refused", markup=False)
    if json:
        document = Findings(
            schema=SCHEMA,
            generated_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
            findings=[words.finding(visit) for visit in found if visit.organisation is not None],
        )
        json.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")
        OUTPUT.print(f"findings: {json}", markup=False, soft_wrap=True)
