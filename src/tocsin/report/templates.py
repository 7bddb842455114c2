"""Where the pages' templates stand, and how they are filled in."""

from __future__ import annotations

from pathlib import Path

import jinja2


def escaping() -> jinja2.Environment:
    """For the templates of this folder: all that is filled in is escaped, and a name that is not given is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
