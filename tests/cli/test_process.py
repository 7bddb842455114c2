"""What the process of a command leaves undone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tocsin.cli.process import UNASKED


def _said(code: str) -> str:
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stderr == ""
    return run.stdout.strip()


def test_arrow_does_not_import_pandas_for_a_list() -> None:
    """Without the command line it does, where pandas is installed."""
    pytest.importorskip("pandas")
    code = "import pyarrow as pa, sys; pa.array([1]); print('pandas' in sys.modules)"
    assert _said(code) == "True"
    assert _said(f"import tocsin.cli; {code}") == "False"


def test_arrow_still_converts_to_pandas() -> None:
    pytest.importorskip("pandas")
    code = "import tocsin.cli, pyarrow as pa; print(pa.table({'a': [1, None]}).to_pandas()['a'].tolist())"
    assert _said(code) == "[1.0, nan]"


def test_the_collector_looks_again_after_the_imports() -> None:
    code = "import gc; from tocsin.cli.process import NEW_OBJECTS as limit; print(gc.isenabled())"
    assert _said(f"{code}; assert gc.get_threshold()[0] == limit > 700") == "True"


@pytest.mark.parametrize("part", UNASKED)
def test_what_nothing_asks_for_is_not_loaded_for_the_odds_and_still_can_be(part: str) -> None:
    """Without the command line SciPy loads it."""
    loaded = f"import scipy.special, sys; print('numpy.{part}' in sys.modules)"
    assert _said(loaded) == "True"
    assert _said(f"import tocsin.cli.process as p\nwith p.imports():\n import tocsin.campaigns\n{loaded}") == "False"
    later = f"import numpy; print(numpy.{part}.__file__ is not None and len(dir(numpy.{part})) > 20)"
    assert _said(f"import tocsin.cli.process as p\nwith p.imports():\n import tocsin.campaigns\n{later}") == "True"


def test_the_command_ends_at_once_with_its_code_and_all_that_it_said() -> None:
    """Nothing that Python registers for its end runs, and nothing that was said is lost."""
    watched = "import atexit, sys; atexit.register(print, 'taken apart')"
    for given, code in (["--help"], 0), (["scan", "nowhere"], 2):
        run = f"{watched}; sys.argv[1:] = {given}; from tocsin.cli import main; main()"
        ended = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True)
        assert (ended.returncode, "taken apart" in ended.stdout) == (code, False)
        assert ended.stdout or ended.stderr


def test_with_spark_the_process_ends_by_what_is_registered() -> None:
    """Spark's own process is told to end there."""
    code = "import sys; sys.modules['pyspark'] = sys; sys.argv[1:] = ['--help']; from tocsin.cli import main\n"
    code += "import atexit; atexit.register(print, 'taken apart'); main()"
    assert _said(code).endswith("taken apart")
