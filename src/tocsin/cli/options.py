"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Store = Annotated[
    Path | None,
    typer.Option(
        "--store",
        envvar="TOCSIN_STORE",
        help="Folder of the event store. Without it, every set of scanned paths has its own below .tocsin/.",
        show_default=False,
    ),
]

Sigma = Annotated[
    list[Path] | None,
    typer.Option(
        "--sigma",
        help="Sigma rules (docs/sigma.md): a file, or a folder of them; may be repeated.",
        show_default=False,
    ),
]

Mapping = Annotated[
    list[Path] | None,
    typer.Option(
        "--mapping",
        help="TOML file that describes an own application's log (docs/own-log.md); may be repeated.",
        show_default=False,
    ),
]

Profiles = Annotated[
    Path | None,
    typer.Option(
        "--profiles",
        envvar="TOCSIN_PROFILES",
        help="Folder of own actor profiles, one YAML file each (docs/attribution.md).",
        show_default=False,
    ),
]

CredentialsFile = Annotated[
    Path | None,
    typer.Option(
        "--credentials",
        help="TOML file with user and password, or token, which only you may read (chmod 600). Without it:"
        " TOCSIN_TAXII_USER and TOCSIN_TAXII_PASSWORD, or TOCSIN_TAXII_TOKEN, or the keyring.",
        show_default=False,
    ),
]

Insecure = Annotated[
    bool, typer.Option("--insecure", help="Allow plain HTTP to other machines, which others can read and change.")
]
