"""Events to enriched events: who owns the network, which client, and how usual the source is for the account.

An Ibis table of events comes in; the same rows with network, client and habit columns go out. Nothing is looked up
over the network: what the provider logged comes first, then the user's MMDB files, then the table that ships with
`iporigin`, then the address prefix.
"""

from tocsin.enrich.client import CLIENT, clients
from tocsin.enrich.enriched import (
    CODED,
    GIST,
    Fill,
    Pick,
    account_names,
    coded_values,
    enriched,
    filling,
    gist_of,
    picking,
)
from tocsin.enrich.habit import FEATURES, OWNER_ACTIVITIES, familiarity, let_in, owner_days
from tocsin.enrich.network import NETWORK, check_databases, network_kinds, networks
from tocsin.enrich.roster import ROSTER, Origin, digest, origin, read_roster, standing_for, with_origin

__all__ = [
    "CLIENT",
    "CODED",
    "FEATURES",
    "GIST",
    "NETWORK",
    "OWNER_ACTIVITIES",
    "ROSTER",
    "Fill",
    "Origin",
    "Pick",
    "account_names",
    "check_databases",
    "clients",
    "coded_values",
    "digest",
    "enriched",
    "familiarity",
    "filling",
    "gist_of",
    "let_in",
    "network_kinds",
    "networks",
    "origin",
    "owner_days",
    "picking",
    "read_roster",
    "standing_for",
    "with_origin",
]
