"""A bundle goes to a real TAXII server and comes back equal; a server that misbehaves costs an error and no more."""

from __future__ import annotations

import gzip
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assessments import announced
from leaky_assessments import one_campaign
from servers.taxii import PASSWORD, USER, Server, running
from tocsin.errors import PeerError, UsageError
from tocsin.indicators.credentials import Credentials, credentials
from tocsin.indicators.taxii import MEDIA_TYPE, Collection, checked
from tocsin.share import Choices, redact
from tocsin.share.stix import bundle

WHO = Credentials(user=USER, password=PASSWORD)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("medallion")) as found:
        yield found


def objects() -> list[dict[str, Any]]:
    case, roster = one_campaign(announced())
    held: list[dict[str, Any]] = json.loads(bundle(redact(case, case.campaigns, roster, Choices())))["objects"]
    return held


def pulled(collection: Collection) -> dict[str, dict[str, Any]]:
    found = [one for page in collection.pages() for one in json.loads(page).get("objects", [])]
    return {one["id"]: one for one in found}


def test_a_bundle_goes_to_a_real_server_and_comes_back_equal(server: Server) -> None:
    """Over more than one page (medallion gives 40 objects at a time)."""
    sent = objects()
    collection = Collection(server.collection, WHO)
    added = collection.add(sent)
    assert (added.taken, added.there, added.refused) == (len(sent), 0, [])
    assert len(sent) > 80
    assert pulled(collection) == {one["id"]: one for one in sent}
    again = collection.add(sent)
    assert (again.taken, again.there, again.refused) == (0, len(sent), [])
    collection.close()


def test_what_is_larger_than_the_server_takes_goes_in_portions(tmp_path: Path) -> None:
    sent = objects()
    with running(tmp_path, most=20_000) as small:
        collection = Collection(small.collection, WHO)
        added = collection.add(sent)
        assert (added.taken, added.refused) == (len(sent), [])
        assert len(json.dumps(sent)) > 5 * 20_000
        assert pulled(collection) == {one["id"]: one for one in sent}
        collection.close()


@pytest.mark.parametrize(
    ("who", "place", "status", "remedy"),
    [
        (None, "collection", 401, "give credentials"),
        (Credentials(user=USER, password="wrong"), "collection", 401, "give credentials"),
        (WHO, "closed", 403, "ask its owner for the right"),
        (WHO, "elsewhere", 404, "the URL is that of a collection"),
    ],
)
def test_a_refusal_is_told_with_what_to_do(
    server: Server, who: Credentials | None, place: str, status: int, remedy: str
) -> None:
    urls = {"collection": server.collection, "closed": server.closed, "elsewhere": f"{server.base}/x/collections/1/"}
    collection = Collection(urls[place], who)
    with pytest.raises(PeerError, match=f"answers {status}") as refused:
        list(collection.pages())
    assert refused.value.status == status
    assert remedy in refused.value.remedy
    collection.close()


class Misbehaving:
    """Answers every request as it is told, and keeps what it was asked."""

    def __init__(self, answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> None:
        asked: list[tuple[str, dict[str, str]]] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, dict(self.headers)))
                answer(self)

            def log_message(self, *_: object) -> None:
                return

        self.asked = asked
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/feeds/collections/1/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def says(data: bytes, status: int = 200, **headers: str) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def answer(to: http.server.BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(data)), **headers}.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        try:
            to.wfile.write(data)
        except OSError:
            return  # who reads it has enough

    return answer


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (says(b"<html>"), "does not answer in JSON"),
        (says(b"[" * 200_000), "does not answer in JSON"),
        (says(b"[1]"), "does not answer with a TAXII envelope"),
        (says(b'{"more":true,"next":"a"}'), "leads in a circle"),
        (says(b'{"more":true}'), "says that there is more and not where"),
        (says(b"", status=302, Location="http://127.0.0.1:1/"), "answers 302"),
        (says(gzip.compress(b" " * 40_000_000), Content_Encoding="gzip"), "more than 33,554,432 bytes"),
        (says(b"\xff\xfe not gzip", Content_Encoding="gzip"), "cannot be reached: DecodingError"),
        (says(b'{"description":"\\u001b[2J no \\u202e"}', status=500), "answers 500: \\[2J no $"),
    ],
    ids=["html", "deep", "list", "circle", "nowhere", "redirect", "bomb", "no gzip", "escapes"],
)
def test_a_server_that_misbehaves_is_an_error_in_words(
    answer: Callable[[http.server.BaseHTTPRequestHandler], None], message: str
) -> None:
    with Misbehaving(answer) as url:
        collection = Collection(url, WHO)
        with pytest.raises(PeerError, match=message):
            list(collection.pages())
        collection.close()


def test_a_page_that_cannot_be_read_is_not_given_on() -> None:
    with Misbehaving(says(b"<html>")) as url:
        collection = Collection(url)
        with pytest.raises(PeerError):
            next(collection.pages())
        collection.close()


def test_a_token_is_sent_as_such_and_the_media_type_is_asked_for() -> None:
    misbehaving = Misbehaving(says(b"{}"))
    with misbehaving as url:
        collection = Collection(url, Credentials(token="a-token"))
        assert list(collection.pages()) == [b"{}"]
        collection.close()
    ((path, headers),) = misbehaving.asked
    assert (path, headers["Authorization"], headers["Accept"]) == (
        "/feeds/collections/1/objects/?limit=1000",
        "Bearer a-token",
        "application/taxii+json;version=2.1",
    )


def test_a_server_that_is_not_there_is_told() -> None:
    collection = Collection("http://127.0.0.1:9/feeds/collections/1/")
    with pytest.raises(PeerError, match="cannot be reached: ConnectError"):
        list(collection.pages())
    collection.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://taxii.example/feeds/collections/1/", "over plain HTTP"),
        ("https://user:secret@taxii.example/feeds/collections/1/", "the URL holds a name or password"),
        ("https://taxii.example/feeds/", "is no URL of a TAXII collection"),
        ("ftp://taxii.example/feeds/collections/1/", "is no URL of a TAXII collection"),
        ("https://taxii.example/collections/1/?x=1", "is no URL of a TAXII collection"),
        ("https://[::1/collections/1/", "is no URL of a TAXII collection"),
        ("http://127.0.0.1.example/feeds/collections/1/", "over plain HTTP"),
    ],
)
def test_a_url_that_would_tell_too_much_is_refused(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        checked(url)
    if "secret" in url:
        assert "secret" not in refused.value.message + refused.value.remedy


def test_plain_http_goes_to_this_machine_and_further_only_when_asked() -> None:
    assert checked("http://[::1]:5000/f/collections/1") == "http://[::1]:5000/f/collections/1/"
    assert checked("http://taxii.example/f/collections/1/", insecure=True) == "http://taxii.example/f/collections/1/"


def test_credentials_come_from_a_file_of_ones_own_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "taxii.toml"
    file.write_text('user = "ada"\npassword = "a secret"\n')
    file.chmod(0o640)
    with pytest.raises(UsageError, match="may be read by others"):
        credentials(file, {})
    file.chmod(0o600)
    assert credentials(file, {"TOCSIN_TAXII_TOKEN": "x"}) == Credentials(user="ada", password="a secret")
    assert credentials(None, {"TOCSIN_TAXII_TOKEN": "x"}) == Credentials(token="x")
    assert credentials(None, {"TOCSIN_TAXII_USER": "a", "TOCSIN_TAXII_PASSWORD": ""}) == Credentials(
        user="a", password=""
    )
    assert "secret" not in repr(credentials(file, {}))


@pytest.mark.parametrize(
    ("text", "message"), [('user = "ada"', "neither"), ("a secret", "is no TOML"), ("token = 5", "neither")]
)
def test_a_file_without_credentials_is_refused_and_not_shown(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "taxii.toml"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(UsageError, match=message) as refused:
        credentials(file, {})
    assert "secret" not in str(refused.value)
    with pytest.raises(UsageError, match="cannot be read"):
        credentials(tmp_path / "none.toml", {})
