"""What defenders deploy today, re-stated from its public parameters, and what of it can be installed and run.

In come the events of a store (or, for installed tools, the raw logs); out go alerts. Each file is one kind of tool.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deployed.buffalogs import Place, buffalogs
from deployed.crowdsec import CROWDSEC, CROWDSEC_EVERYWHERE
from deployed.elastic import ELASTIC, ELASTIC_EVERYWHERE
from deployed.peer import Installed, Peer
from deployed.sigma import SIGMA_RECOVERIES, SIGMA_SPRAY, SIGMA_SPRAY_SLOW
from deployed.tenzir import tenzir
from deployed.zircolite import zircolite


def restated(places: Mapping[str, tuple[Place, str]]) -> tuple[Peer, ...]:
    """All of them, given where each address of the world is."""
    return (
        CROWDSEC,
        CROWDSEC_EVERYWHERE,
        ELASTIC,
        ELASTIC_EVERYWHERE,
        SIGMA_SPRAY,
        SIGMA_SPRAY_SLOW,
        SIGMA_RECOVERIES,
        buffalogs(places),
    )


def installed(tools: Path | None) -> tuple[Installed, ...]:
    """Tools that are run as they come, given the folder of their programs."""
    return (tenzir(tools), zircolite(tools))
