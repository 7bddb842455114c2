"""A real TAXII 2.1 server on the loopback interface: OASIS' medallion with its memory backend."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

USER, PASSWORD = "analyst", "correct horse"
COLLECTION, CLOSED = "91a7b528-80eb-42ed-a74d-c6fbd5a26116", "52892447-4d7e-4f70-b94d-d7f22742ff63"
WAIT_SECONDS = 30


@dataclass(frozen=True)
class Server:
    base: str

    @property
    def collection(self) -> str:
        return f"{self.base}/feeds/collections/{COLLECTION}/"

    @property
    def closed(self) -> str:
        """May not be read nor written."""
        return f"{self.base}/feeds/collections/{CLOSED}/"


@contextlib.contextmanager
def running(folder: Path, *, page: int = 40, most: int = 9_765_625) -> Iterator[Server]:
    """The server with two empty collections; `page` objects at a time, `most` bytes a request."""
    (folder / "data.json").write_text(json.dumps(_data(most)))
    configuration = {
        "backend": {
            "module": "medallion.backends.memory_backend",
            "module_class": "MemoryBackend",
            "filename": str(folder / "data.json"),
        },
        "users": {USER: PASSWORD},
        "taxii": {"max_page_size": page},
    }
    (folder / "medallion.json").write_text(json.dumps(configuration))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "import sys; from medallion.scripts.run import main; sys.exit(main())"
    arguments = ["--host", "127.0.0.1", "--port", str(port), str(folder / "medallion.json")]
    with (folder / "medallion.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", program, *arguments], stdout=log, stderr=log, env=dict(os.environ)
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _until_it_answers(base, process, folder / "medallion.log")
            yield Server(base)
        finally:
            process.terminate()
            process.wait(timeout=10)


def _until_it_answers(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    secret = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Accept": "application/taxii+json;version=2.1"}
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(urllib.request.Request(f"{base}/taxii2/", headers=headers), timeout=5),
        ):
            return
        time.sleep(0.1)
    raise AssertionError(f"medallion did not come up: {log.read_text()}")


def _data(most: int) -> dict[str, object]:
    def collection(uid: str, *, open_: bool) -> dict[str, object]:
        return {
            "id": uid,
            "title": "A collection",
            "can_read": open_,
            "can_write": open_,
            "media_types": ["application/stix+json;version=2.1"],
            "objects": [],
            "manifest": [],
        }

    return {
        "/discovery": {"title": "A server", "api_roots": ["feeds"]},
        "feeds": {
            "information": {"title": "Feeds", "versions": ["taxii-2.1"], "max_content_length": most},
            "status": [],
            "collections": [collection(COLLECTION, open_=True), collection(CLOSED, open_=False)],
        },
    }
