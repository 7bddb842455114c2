"""A file of every log format, large enough that starting costs nothing beside reading it.

Formats that `tocsin simulate` writes are taken from the simulated world; of the others the samples of the tests are
written over and over with other ids, accounts, addresses and times (`varied_copies.py`), as the container of the sample
holds them: lines, a page on a line, an array, or rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import msgspec
from limit import read_by
from varied_copies import varied_copies

from tocsin.sources.containers import read_blocks
from tocsin.sources.json_stream import envelope_records

SAMPLES = Path(__file__).parent.parent / "tests" / "sources" / "samples"

RECORDS = 100_000
"""What a file holds at least."""

PAGE_RECORDS = 500

VARIED_RECORDS = 2_000
"""With so many records a file is as varied as it is: simulated worlds have thousands of accounts and addresses."""


def format_files(logs: Path, folder: Path) -> Iterator[Path]:
    """The files, made once, in `folder`; the world's own where they are large enough."""
    folder.mkdir(parents=True, exist_ok=True)
    simulated: set[str] = set()
    for path in sorted(one for one in logs.iterdir() if one.is_file()):
        simulated |= {source.format for source in read_by(path)[1]}
        yield _grown(path, folder / path.name)
    for path in sorted(SAMPLES.glob("*/raw.*")):
        if path.parent.name not in simulated and not (path.parent / "mapping.toml").exists():
            yield _grown(path, folder / f"{path.parent.name}{path.suffix}")


def _grown(path: Path, target: Path) -> Path:
    blocks = list(read_blocks(path))
    records = sum(len(block.records) for block in blocks)
    if records >= RECORDS:
        return path
    if target.exists() and target.stat().st_mtime > path.stat().st_mtime:
        return target
    times = -(-RECORDS // records)
    texts = [text.as_py().strip() for block in blocks for text in chain.from_iterable(block.records.chunks)]
    data = path.read_bytes().rstrip(b"\n") + b"\n"
    kind = blocks[0].kind
    parts: Iterable[bytes]
    if kind == "csv":
        header, _, rows = data.partition(b"\n")
        parts = chain([header + b"\n"], varied_copies(rows, times))
    elif kind == "lines" or records >= PAGE_RECORDS:
        parts = varied_copies(data, times) if records < VARIED_RECORDS else [data] * times
    elif (key := _page(data)) is not None:
        begin, copies = f'{{"{key}":['.encode(), -(-PAGE_RECORDS // records)
        one = varied_copies(",".join(map(_compact, texts)).encode(), times)
        parts = (begin + b",".join(page) + b"]}\n" for page in iter(lambda: list(islice(one, copies)), []))
    else:
        one = varied_copies(",\n".join(map(_compact, texts)).encode(), times)
        parts = chain([b"[", next(one)], (b",\n" + copy for copy in one), [b"]\n"])
    with target.open("wb") as file:
        for part in parts:
            file.write(part)
    return target


def _page(data: bytes) -> str | None:
    """The key under which the document, a page, holds its records."""
    for text in (data, data.partition(b"\n")[0]):
        try:
            document = msgspec.json.decode(text)
        except msgspec.DecodeError:
            continue
        held = envelope_records(document) if isinstance(document, dict) else None
        return None if held is None else next((key for key, value in document.items() if value is held), "records")
    return None


def _compact(text: str) -> str:
    return msgspec.json.format(text.encode(), indent=-1).decode()
