"""docs/risk.md says of its case what Tocsin says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("risk_case", ROOT / "tools" / "risk_case.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_tells_the_case_as_it_is_scored(tool: ModuleType) -> None:
    """If this fails after a change of the score: python tools/risk_case.py, and read the page again."""
    _, found = tool.case()
    assert (ROOT / "docs" / "risk.md").read_text(encoding="utf-8") == tool.page(found)


def test_the_recovery_of_the_case_stands_far_above_her_own_acts(tool: ModuleType) -> None:
    _, found = tool.case()
    odds = {uid: row["log_odds"] for uid, row in found.items()}
    assert odds["recovery"] > max(odds["train"], odds["phone"]) + 5
