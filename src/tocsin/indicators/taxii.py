"""A collection of a TAXII 2.1 server: read what is in it, add to it.

TAXII 2.1 (OASIS, docs.oasis-open.org/cti/taxii/v2.1): media type in section 1.6.8, envelopes in 3.7, objects in 5.4 and
5.5, status in 4.3. Written over httpx and not with taxii2-client, which reads an answer of any length into memory and
follows redirections. Here an answer has a most, a redirection is an error, and plain HTTP goes no further than this
machine unless somebody says so.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from tocsin.errors import PeerError, UsageError
from tocsin.indicators.credentials import Credentials

MEDIA_TYPE = "application/taxii+json;version=2.1"

MOST_BYTES = 32 * 1024 * 1024
"""Of one answer, unpacked."""

PAGE = 1_000
"""Objects asked for at a time; said in every request, for medallion falls over a next page without it."""

MOST_PAGES = 10_000
MOST_BYTES_IN_ALL = 1024 * 1024 * 1024

BATCH_BYTES = 4 * 1024 * 1024
IDS_AT_A_TIME = 40
"""Longer addresses are refused by some servers."""

POLLS, POLL_SECONDS = 30, 1.0


@dataclass(frozen=True, kw_only=True)
class Added:
    """What became of what was sent."""

    taken: int = 0
    there: int = 0  # in the same version before
    pending: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)  # id and the server's reason


class Collection:
    """One collection, by its URL: `https://server/api/collections/ID/`."""

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        *,
        insecure: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = checked(url, insecure=insecure)
        self.root = self.url[: self.url.index("/collections/") + 1]
        self._sleep = sleep
        headers = {"Accept": MEDIA_TYPE}
        auth: tuple[str, str] | None = None
        if credentials is not None and credentials.token is not None:
            headers["Authorization"] = f"Bearer {credentials.token}"
        elif credentials is not None and credentials.user is not None:
            auth = (credentials.user, credentials.password or "")
        # No proxy of the environment for this machine itself.
        self._client = httpx.Client(
            headers=headers,
            auth=auth,
            timeout=httpx.Timeout(60.0, connect=10.0),
            follow_redirects=False,
            trust_env=not _loopback(urlsplit(self.url).hostname or ""),
        )

    def close(self) -> None:
        self._client.close()

    def pages(self) -> Iterator[bytes]:
        """Envelopes as they came, unread, oldest first. Raises `PeerError`."""
        parameters = {"limit": str(PAGE)}
        seen: set[bytes] = set()
        left = MOST_BYTES_IN_ALL
        for _ in range(MOST_PAGES):
            data, headers = self._asked("GET", f"{self.url}objects/", parameters)
            left -= len(data)
            if left < 0:
                raise PeerError(f"{self.url} holds more than {MOST_BYTES_IN_ALL:,} bytes", remedy="use a smaller one")
            envelope = self._read(data)
            yield data
            following = envelope.get("next")
            if envelope.get("more") is not True:
                return
            if not isinstance(following, str):
                # Servers without `next` go on from the time of the last object (section 3.7, 5.4).
                last = headers.get("X-TAXII-Date-Added-Last")
                if not last:
                    raise self._odd("says that there is more and not where")
                parameters = {"limit": str(PAGE), "added_after": last}
            else:
                parameters = {**parameters, "next": following}
            # The page tells a circle and not `next`: medallion calls every next page the same.
            page = hashlib.sha256(data).digest()
            if page in seen:
                raise self._odd("leads in a circle")
            seen.add(page)
        raise self._odd(f"has more than {MOST_PAGES:,} pages")

    def add(self, objects: Sequence[dict[str, Any]]) -> Added:
        """Send what is not there yet in this version. Raises `PeerError`."""
        known = self._known([str(one["id"]) for one in objects])
        new = [one for one in objects if not _held(one, known)]
        taken = pending = 0
        refused: list[tuple[str, str]] = []
        for batch in _batches(new, min(BATCH_BYTES, self._most())):
            status = self._status(self._asked("POST", f"{self.url}objects/", {}, b'{"objects":[' + batch + b"]}")[0])
            taken += _number(status, "success_count")
            pending += _number(status, "pending_count")
            for failure in status.get("failures") or []:
                if isinstance(failure, dict):
                    refused.append((str(failure.get("id")), str(failure.get("message") or "no reason given")[:200]))
        return Added(taken=taken, there=len(objects) - len(new), pending=pending, refused=refused)

    def _known(self, ids: Sequence[str]) -> dict[str, set[str]]:
        """The versions that the collection holds of the objects (manifest, 5.3); nothing where we may not read it."""
        found: dict[str, set[str]] = {}
        for start in range(0, len(ids), IDS_AT_A_TIME):
            parameters = {"match[id]": ",".join(ids[start : start + IDS_AT_A_TIME]), "match[version]": "all"}
            try:
                data, _ = self._asked("GET", f"{self.url}manifest/", parameters)
            except PeerError as error:
                if error.status in (401, 403, 404):
                    return {}
                raise
            for entry in self._read(data).get("objects") or []:
                if isinstance(entry, dict):
                    found.setdefault(str(entry.get("id")), set()).add(_moment(entry.get("version")))
        return found

    def _most(self) -> int:
        most = self._read(self._asked("GET", self.root, {})[0]).get("max_content_length")
        return most if isinstance(most, int) and most > 0 else BATCH_BYTES

    def _status(self, data: bytes) -> dict[str, Any]:
        status = self._read(data)
        for _ in range(POLLS):
            if status.get("status") != "pending" or not isinstance(status.get("id"), str):
                break
            self._sleep(POLL_SECONDS)
            status = self._read(self._asked("GET", f"{self.root}status/{status['id']}/", {})[0])
        return status

    def _asked(
        self, method: str, url: str, parameters: dict[str, str], content: bytes | None = None
    ) -> tuple[bytes, httpx.Headers]:
        headers = {"Content-Type": MEDIA_TYPE} if content is not None else {}
        try:
            with self._client.stream(method, url, params=parameters, content=content, headers=headers) as answer:
                data = bytearray()
                for chunk in answer.iter_bytes():
                    data += chunk
                    if len(data) > MOST_BYTES:
                        raise self._odd(f"answers with more than {MOST_BYTES:,} bytes")
                if answer.is_success:
                    return bytes(data), answer.headers
                self._refused(answer, bytes(data))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PeerError(
                f"{self.url} cannot be reached: {type(error).__name__}: {error}"[:300],
                remedy="check the URL and the network",
            ) from None
        raise AssertionError

    def _refused(self, answer: httpx.Response, data: bytes) -> None:
        said = ""
        try:
            told = json.loads(data[:20_000])
            said = str(told.get("description") or told.get("title") or "") if isinstance(told, dict) else ""
        except (ValueError, RecursionError):
            pass
        remedy = {
            401: "give credentials: TOCSIN_TAXII_USER and TOCSIN_TAXII_PASSWORD, or --credentials FILE",
            403: "ask its owner for the right to this collection",
            404: "the URL is that of a collection: https://SERVER/ROOT/collections/ID/",
        }.get(answer.status_code, "ask its owner")
        if answer.is_redirect:
            remedy = "redirections are not followed: give the URL that it leads to, if you trust it"
        detail = f": {''.join(filter(str.isprintable, said))[:200]}" if said else ""
        raise PeerError(f"{self.url} answers {answer.status_code}{detail}", remedy=remedy, status=answer.status_code)

    def _read(self, data: bytes) -> dict[str, Any]:
        try:
            envelope = json.loads(data)
        except (ValueError, RecursionError):
            raise self._odd("does not answer in JSON") from None
        if not isinstance(envelope, dict):
            raise self._odd("does not answer with a TAXII envelope")
        return envelope

    def _odd(self, what: str) -> PeerError:
        return PeerError(f"{self.url} {what}", remedy="tell its owner; what was read before is kept")


def checked(url: str, *, insecure: bool = False) -> str:
    """The URL of a collection, with a slash at its end. Raises `UsageError`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host or "/collections/" not in parts.path or parts.query:
        raise UsageError(
            f"{url!r} is no URL of a TAXII collection", remedy="it is like https://SERVER/ROOT/collections/ID/"
        )
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            "the URL holds a name or password",
            remedy="take it out: TOCSIN_TAXII_USER and TOCSIN_TAXII_PASSWORD, or --credentials FILE, hold them",
        )
    if parts.scheme == "http" and not insecure and not _loopback(host):
        raise UsageError(
            f"{host} would be asked over plain HTTP, where everybody on the way reads the password and the data",
            remedy="use https, or --insecure where you know the network",
        )
    return url if url.endswith("/") else f"{url}/"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _batches(objects: Sequence[dict[str, Any]], most: int) -> Iterator[bytes]:
    """The objects as JSON with commas between them, no batch longer than it may be unless it holds one object."""
    held: list[bytes] = []
    length = 20  # of what stands around them
    for one in objects:
        data = json.dumps(one, ensure_ascii=False).encode()
        if held and length + len(data) + 1 > most:
            yield b",".join(held)
            held, length = [], 20
        held.append(data)
        length += len(data) + 1
    if held:
        yield b",".join(held)


def _held(one: dict[str, Any], known: dict[str, set[str]]) -> bool:
    versions = known.get(str(one["id"]))
    if versions is None:
        return False
    version = one.get("modified") or one.get("created")
    return version is None or _moment(version) in versions


def _moment(text: object) -> str:
    """A time in one form of writing, whatever the digits of its seconds."""
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).isoformat()
    except ValueError:
        return str(text)


def _number(status: dict[str, Any], name: str) -> int:
    value = status.get(name)
    return value if isinstance(value, int) else 0
