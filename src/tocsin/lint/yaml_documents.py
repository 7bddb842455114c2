"""YAML as plain values. A tag of an application (`!KeyOf flow`) becomes `{"!KeyOf": "flow"}`, and nothing is made of
it.

Aliases are refused: a few lines of them stand for more values than fit into memory.
"""

from __future__ import annotations

from typing import Any

import yaml

MOST_BYTES = 8 * 1024 * 1024


class NotPlain(Exception):
    """The text is no YAML that is read here. Says why."""


class _Plain(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise NotPlain("it uses YAML aliases, which are not read")
        return super().compose_node(parent, index)

    def construct_scalar(self, node: Any) -> Any:
        """Halves of characters, which YAML lets escapes write, cannot be written anywhere else."""
        value = super().construct_scalar(node)
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _tagged(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {f"!{suffix}": value}


_Plain.add_multi_constructor("!", _tagged)


def plain(text: bytes) -> object:
    """What the text says; a list of what its documents say, if it holds several. Raises `NotPlain`."""
    if len(text) > MOST_BYTES:
        raise NotPlain(f"it is YAML of more than {MOST_BYTES // 1024 // 1024} MiB")
    try:
        found = list(yaml.load_all(text, Loader=_Plain))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" in line {mark.line + 1}" if mark else ""
        raise NotPlain(f"it is no YAML: {error.problem or error.context}{place}") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise NotPlain(f"it is no YAML: {' '.join(str(error).split())}") from None
    return found[0] if len(found) == 1 else found
