"""A full disk stops a scan with a word of advice; nothing that was committed is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from okta_records import record
from stores import ids, numbered


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB. Only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip(f"no small disk: {made.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_the_same_command_goes_on_when_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for file in range(3):
        with (logs / f"{file}.jsonl").open("w") as log:
            for number in range(file * 30_000, (file + 1) * 30_000):
                account = f"{os.urandom(40).hex()}@example.org"  # compresses badly
                log.write(record(number, account=account) + "\n")
    command = [sys.executable, "-m", "tocsin", "scan", str(logs), "--store", str(small_disk / "store")]
    command += ["--json", str(tmp_path / "answer.json")]
    full = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert full.returncode == 1
    assert "is full" in full.stderr
    assert "free some space" in full.stderr
    assert "Traceback" not in full.stderr
    assert not (tmp_path / "answer.json").exists()
    subprocess.run(["mount", "-o", "remount,size=300m", str(small_disk)], check=True)
    again = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert again.returncode == 0, again.stderr
    assert ids(small_disk / "store") == numbered((0, 90_000))
