"""Files of Sigma rules to documents that pySigma has parsed, and what could not be parsed, with the reason.

Rules are other people's files. A file is taken up to a size, read as YAML without any tag of Python's, and each of its
documents by itself, so that a bad one loses no good one. pySigma refuses aliases that unfold without end. Documents
about logs that Tocsin does not read are not parsed further: a whole checkout of SigmaHQ's rules may be brought.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.filters import SigmaFilter
from sigma.rule import SigmaRule, SigmaRuleBase
from sigma.rule.base import SigmaYAMLLoader

from tocsin.detect.sigma.logs import Logs, logs_of
from tocsin.detect.sigma.regexes import POLICY
from tocsin.detect.sigma.rules import Left
from tocsin.errors import UsageError
from tocsin.sources.block import printable
from tocsin.sources.source import Source

ENDINGS = frozenset({".yml", ".yaml"})
MAX_BYTES = 1 << 20
MAX_FILES = 50_000
MAX_CONDITION = 10_000
"""Characters of one condition; the longest of SigmaHQ has a few hundred."""

UNFORESEEN = (TypeError, ValueError, AttributeError, KeyError, IndexError, RecursionError)
"""What a parser of other people's documents says of those that it did not foresee."""


class NoRules(UsageError):
    """There is no Sigma rule where some were named."""


@dataclass(kw_only=True)
class Parsed:
    """What the files hold."""

    rules: list[tuple[SigmaRule, Logs, Path]] = field(default_factory=list)
    correlations: list[tuple[SigmaCorrelationRule, Path]] = field(default_factory=list)
    filters: list[tuple[SigmaFilter, Path]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    elsewhere: list[Left] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)  # id or name of a rule about other logs -> the reason


def parsed(paths: Sequence[Path], sources: Sequence[Source]) -> Parsed:
    """All documents in the files and below the folders. Raises `NoRules`."""
    found = Parsed()
    files = list(rule_files(paths))
    if not files:
        places = ", ".join(map(str, paths))
        raise NoRules(f"there is no Sigma rule in {places}", remedy="name .yml files, or folders that hold some")
    for file in files[:MAX_FILES]:
        try:
            documents = _documents(file)
        except _Refused as refused:
            found.left.append(Left(file=file, title="", reason=str(refused)))
            continue
        for bundle in _bundles(documents):
            _take(bundle, file, sources, found)
    if len(files) > MAX_FILES:
        found.left.append(Left(file=files[MAX_FILES], title="", reason=f"more than {MAX_FILES} files of rules"))
    return found


def rule_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Files of rules, folders walked in order of name; links to folders are not followed."""
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            for folder, folders, names in os.walk(path):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                for name in sorted(names):
                    if Path(name).suffix.lower() in ENDINGS and not name.startswith("."):
                        yield Path(folder, name)
        else:
            raise NoRules(f"{path} does not exist", remedy="name .yml files, or folders that hold some, with --sigma")


class _Refused(ValueError):
    pass


def _documents(file: Path) -> list[Any]:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _Refused(f"larger than {MAX_BYTES // 1024} KiB: no rule is")
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise _Refused("no UTF-8 text") from None
    except OSError as error:
        raise _Refused(error.strerror or "cannot be read") from error
    try:
        return list(yaml.load_all(text, Loader=SigmaYAMLLoader))
    except (yaml.YAMLError, *UNFORESEEN) as error:
        raise _Refused(f"no YAML ({said(error)})") from error


def _bundles(documents: list[Any]) -> Iterator[list[Any]]:
    """Documents that stand for themselves; all together where one says what holds for the others."""
    if any(isinstance(one, dict) and "action" in one for one in documents):
        yield documents
    else:
        yield from ([one] for one in documents if one is not None)


def _take(bundle: list[Any], file: Path, sources: Sequence[Source], found: Parsed) -> None:
    title = _title(bundle[0])
    if not all(one is None or isinstance(one, dict) for one in bundle):
        found.left.append(Left(file=file, title=title, reason="a rule is a mapping, this is none"))
        return
    if len(bundle) == 1 and (foreign := _foreign(bundle[0], sources)) is not None:
        found.elsewhere.append(Left(file=file, title=title, reason=foreign))
        found.unread |= {str(bundle[0][key]): foreign for key in ("id", "name") if key in bundle[0]}
        return
    names = tuple(str(bundle[0][key]) for key in ("id", "name") if key in bundle[0])
    try:
        _bounded(bundle)
        collection = SigmaCollection.from_dicts(
            bundle, collect_errors=True, collect_filters=True, resolve_references=False, policy=POLICY
        )
    except (SigmaError, *UNFORESEEN) as error:
        found.left.append(Left(file=file, title=title, reason=f"no Sigma rule ({said(error)})", names=names))
        return
    of_rules = [error for one in (*collection.rules, *collection.filters) for error in one.errors]
    for one in (*collection.rules, *collection.filters):
        named = _title({"title": one.title}) or title
        if one.errors:
            reason = f"no Sigma rule ({said(one.errors[0])})"
            found.left.append(Left(file=file, title=named, reason=reason, names=tuple(names_of(one))))
        elif isinstance(one, SigmaCorrelationRule):
            found.correlations.append((one, file))
        elif isinstance(one, SigmaFilter):
            found.filters.append((one, file))
        elif (logs := _logs(one, sources)) is None:
            source = one.logsource
            reason = _not_read(source.product, source.service, source.category)
            found.elsewhere.append(Left(file=file, title=named, reason=reason))
        else:
            found.rules.append((one, logs, file))
    for of_all in collection.errors:
        if of_all not in of_rules:
            found.left.append(Left(file=file, title=title, reason=f"no Sigma rule ({said(of_all)})"))


def _foreign(document: dict[str, Any], sources: Sequence[Source]) -> str | None:
    """Why the document needs no further look: what it is about is not read here."""
    source = document.get("logsource")
    if "correlation" in document or "filter" in document or not isinstance(source, dict):
        return None
    asked = [source.get(key) for key in ("product", "service", "category")]
    taxonomy = document.get("taxonomy", "sigma")
    if not any(asked) or not all(one is None or isinstance(one, str) for one in (*asked, taxonomy)):
        return None
    product, service, category = asked
    return None if logs_of(product, service, taxonomy, sources) else _not_read(product, service, category)


def _logs(rule: SigmaRule, sources: Sequence[Source]) -> Logs | None:
    return logs_of(rule.logsource.product, rule.logsource.service, rule.taxonomy, sources)


def _not_read(product: str | None, service: str | None, category: str | None) -> str:
    named = "/".join(printable(one) for one in (product, service or category) if one)
    return f"Tocsin reads no log of {named}"


def _bounded(bundle: list[Any]) -> None:
    for document in bundle:
        detection = (document or {}).get("detection")
        conditions = detection.get("condition") if isinstance(detection, dict) else None
        for one in conditions if isinstance(conditions, list) else [conditions]:
            if isinstance(one, str) and len(one) > MAX_CONDITION:
                raise ValueError(f"its condition is longer than {MAX_CONDITION} characters")


def names_of(rule: SigmaRuleBase) -> Iterator[str]:
    """By which others may refer to it."""
    yield from (str(one) for one in (rule.id, rule.name) if one)


def _title(document: Any) -> str:
    title = document.get("title") if isinstance(document, dict) else None
    return printable(title) if isinstance(title, str) else ""


def said(error: BaseException) -> str:
    """One line of what a parser says, without the path that stands beside it anyway."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    text = str(error.args[0]) if isinstance(error, SigmaError) and error.args else str(error)
    return printable(" ".join(text.split())) or type(error).__name__
