"""The command line as a person meets it: arguments in; exit code and text out."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Said, Tocsin
from tocsin.cli import main


@pytest.fixture
def tocsin(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tocsin:
    """Runs a command in an empty folder of its own, on a wide screen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("TOCSIN_STORE", raising=False)

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(one) for one in arguments])
        said = capsys.readouterr()
        code = left.value.code
        return Said(code if isinstance(code, int) else 0, said.out, said.err)

    return run
