"""Zircolite, which cannot be had here: it is published as a repository and not as a package."""

from __future__ import annotations

from pathlib import Path

from deployed.peer import Installed, NotRun

REASON = (
    "it is published as a repository (github.com/wagga40/Zircolite) and not as a package of PyPI or Debian;"
    " Tenzir stands for what Sigma rules on single events find"
)


def zircolite(tools: Path | None) -> Installed:
    """Zircolite, with the reason why it is not run."""
    del tools
    return Installed(
        name="Zircolite",
        source="https://github.com/wagga40/Zircolite",
        alerts=lambda _logs, _scratch: NotRun(REASON),
    )
