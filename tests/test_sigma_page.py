"""The page on Sigma is true: its rules run, and find what it says in a log made for them."""

from __future__ import annotations

import re
from pathlib import Path

from sigma_site import asked, okta
from tocsin.detect.sigma import read_rules
from tocsin.detect.sigma.logs import OF_PROVIDERS, PRODUCTS
from tocsin.engines import opened
from tocsin.sources import SOURCES

PAGE = (Path(__file__).parents[1] / "docs" / "sigma.md").read_text(encoding="utf-8")
EXAMPLE, COLUMNS = re.findall(r"(?ms)^```yaml\n(.*?)^```$", PAGE)


def test_the_worked_example_finds_what_the_page_shows(tmp_path: Path) -> None:
    """Three resets from one address, then a session from there; the office's own sessions are left out."""
    hour = 3600
    records = [
        okta(
            f"reset{number}", number * hour, eventType="user.account.reset_password", outcome={"result": "SUCCESS"},
            client={"ipAddress": "203.0.113.9"}, target=[{"alternateId": f"{name}@example.org"}],
        )
        for number, name in enumerate(("ada", "bea", "cleo"))
    ]  # fmt: skip
    records += [
        okta("in", 50 * hour, outcome={"result": "SUCCESS"}, client={"ipAddress": "203.0.113.9"}),
        okta("office", 51 * hour, outcome={"result": "SUCCESS"}, client={"ipAddress": "192.0.2.7"}),
    ]
    engine = opened("duckdb", scratch=tmp_path / "scratch")
    site = asked(engine, tmp_path, EXAMPLE, records)
    engine.close()
    (finding,) = site.found.findings
    assert [uid for _, uid in finding.event_uids] == ["reset0", "reset1", "reset2", "in"]
    page = " ".join(PAGE.split())
    assert finding.reason in page
    for shown in (finding.id, f"{finding.title} {finding.level} 1", finding.detection, f"{finding.account} from"):
        assert shown in page, shown


def test_the_rule_on_columns_runs(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text(COLUMNS, encoding="utf-8")
    rules = read_rules([tmp_path], SOURCES)
    assert [one.about.title for one in rules.rules] == ["Recovery started for an account of the board"]


def test_every_log_that_rules_may_be_about_stands_on_the_page() -> None:
    named = {f"`product: {product}`" for product, _ in PRODUCTS} - {"`product: entra`", "`product: google_workspace`"}
    assert {one for one in named if one not in PAGE} == set()
    assert {one for one in OF_PROVIDERS if one not in PAGE} == set()


def test_every_format_that_is_named_exists() -> None:
    formats = {source.format for source in SOURCES}
    assert {name for logs in PRODUCTS.values() for name in (*logs.formats, *logs.blind)} <= formats
