"""Every figure can be counted anew from the evidence, and a wrong one is found out."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pytest

from assessments import announced
from tocsin.assess.assessment import Counts
from tocsin.errors import UsageError
from tocsin.report import FIGURES, derive


@pytest.mark.parametrize("name", [figure.name for figure in FIGURES])
def test_the_evidence_gives_the_figure_again(name: str, evidence: pa.Table) -> None:
    derivation = derive(announced(), name, evidence)
    assert derivation.stated == derivation.derived
    assert derivation.agrees


@pytest.mark.parametrize("name", ["accounts_probed", "accounts_attacked", "accounts_compromised"])
def test_the_evidence_gives_each_category_again(name: str, evidence: pa.Table) -> None:
    campaign = announced()
    for category in campaign.by_category:
        derivation = derive(campaign, f"{name}.{category}", evidence)
        assert derivation.stated == derivation.derived
        assert set(derivation.rows["category"].to_pylist()) <= {category}


def test_every_member_of_counts_has_a_rule() -> None:
    assert {figure.name for figure in FIGURES} == set(Counts.__struct_fields__)


def test_a_figure_that_the_evidence_does_not_bear_out_disagrees(evidence: pa.Table) -> None:
    counts = msgspec.structs.replace(announced().counts, accounts_compromised=5)
    derivation = derive(msgspec.structs.replace(announced(), counts=counts), "accounts_compromised", evidence)
    assert not derivation.agrees
    assert (derivation.stated, derivation.derived) == (5, 4)


@pytest.mark.parametrize("name", ["", "accounts", "identifiers_tried.media", "accounts_attacked.media.x y"])
def test_a_name_that_is_no_figure_is_refused_with_the_names_that_are(name: str, evidence: pa.Table) -> None:
    with pytest.raises(UsageError) as refused:
        derive(announced(), name, evidence)
    assert "identification_attempts" in refused.value.remedy


def test_another_campaigns_rows_are_not_counted(evidence: pa.Table) -> None:
    other = msgspec.structs.replace(announced(), id="C-other")
    assert derive(other, "identification_attempts", evidence).derived == 0
