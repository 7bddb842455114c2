"""How a command's examples stand below its help."""

from __future__ import annotations

from collections.abc import Sequence


def as_epilog(examples: Sequence[str]) -> str:
    """Each on its own line: as paragraphs, for Typer makes one line of what is not apart."""
    return "\n\n".join(["Examples:", *(f"  {example}" for example in examples)])


def of(command: str, examples: Sequence[str]) -> str:
    """Those of one command of a group, as `share stix`."""
    return as_epilog([example for example in examples if example.startswith(f"tocsin {command} ")])
