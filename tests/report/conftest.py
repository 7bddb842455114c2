"""The assessments that the tests of this room render."""

from __future__ import annotations

import pyarrow as pa
import pytest

from assessments import announced, assess, evidence_table, hostile_assessment, spray
from tocsin.assess.assessment import Assessment


@pytest.fixture
def assessment() -> Assessment:
    return assess([spray(), announced()])


@pytest.fixture
def evidence() -> pa.Table:
    return evidence_table()


@pytest.fixture
def hostile() -> Assessment:
    return hostile_assessment()
