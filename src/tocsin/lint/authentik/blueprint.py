"""An authentik blueprint, or an export of one, as rules read it: its recovery flows and the stages bound to them.

The format is described under https://docs.goauthentik.io/customize/blueprints/ ; models and their fields are those of
goauthentik/authentik (`authentik/flows/models.py`, `authentik/stages/*/models.py`), the example of a recovery flow is
`blueprints/example/flows-recovery-email-verification.yaml`. Entries point at each other by `!KeyOf` and `!Find`,
exports by primary key. None: not in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

STAGES_PAGE = "https://docs.goauthentik.io/add-secure-apps/flows-stages/stages"
KEY_OF, FIND = "!KeyOf", "!Find"
FLOW = "authentik_flows.flow"
BINDING = "authentik_flows.flowstagebinding"
IDENTIFICATION = "authentik_stages_identification.identificationstage"
MAIL = "authentik_stages_email.emailstage"
VALIDATE = "authentik_stages_authenticator_validate.authenticatorvalidatestage"
PASSWORD = "authentik_stages_password.passwordstage"  # noqa: S105 - a model
WRITE = "authentik_stages_user_write.userwritestage"
LOGIN = "authentik_stages_user_login.userloginstage"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    model: str
    id: str | None = None
    state: Any = None  # present | created | must_created | absent
    identifiers: dict[str, Any] = {}
    attrs: dict[str, Any] | None = None

    def get(self, name: str) -> Any:
        """A field, wherever it stands."""
        attrs = self.attrs or {}
        return attrs[name] if name in attrs else self.identifiers.get(name)


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    entries: list[Entry]
    metadata: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """As its metadata call it."""
        named = (self.metadata or {}).get("name")
        return f"blueprint {named}" if isinstance(named, str) else "blueprint"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage bound to a flow; `entry` None: it stands in another file."""

    at: str
    entry: Entry | None

    def field(self, name: str) -> str:
        """Where a field of it stands."""
        return f"{self.at}.attrs.{name}"


@dataclass(frozen=True, kw_only=True)
class RecoveryFlow:
    at: str
    name: str
    stages: tuple[Stage, ...]  # in their order

    def of(self, model: str) -> list[tuple[Stage, Entry]]:
        """Its stages of a model."""
        return [(one, one.entry) for one in self.stages if one.entry is not None and one.entry.model == model]

    @property
    def whole(self) -> bool:
        """Whether every stage stands in the file, and there are some."""
        return bool(self.stages) and all(one.entry is not None for one in self.stages)


def recognises(raw: Mapping[str, Any]) -> bool:
    """Whether an object is a blueprint: entries, each of a model."""
    entries = raw.get("entries")
    if not isinstance(entries, list) or not entries:
        return False
    return all(isinstance(one, Mapping) and "model" in one for one in entries) and (
        "version" in raw or "metadata" in raw
    )


def recovery_flows(blueprint: Blueprint) -> list[RecoveryFlow]:
    """The flows with which people recover their accounts."""
    there = [(f"entries[{n}]", one) for n, one in enumerate(blueprint.entries) if one.state != "absent"]
    found = []
    for at, flow in there:
        if flow.model != FLOW or flow.get("designation") != "recovery":
            continue
        bound = [one for _, one in there if one.model == BINDING and _points(one.get("target"), flow)]
        stages = [_stage(one.get("stage"), there) for one in sorted(bound, key=_order)]
        name = flow.get("slug") or flow.get("name")
        found.append(RecoveryFlow(at=at, name=name if isinstance(name, str) else "recovery", stages=tuple(stages)))
    return found


def _order(binding: Entry) -> int:
    order = binding.get("order")
    return order if isinstance(order, int) else 0


def _stage(pointer: object, there: list[tuple[str, Entry]]) -> Stage:
    for at, one in there:
        if one.model.startswith("authentik_stages_") and _points(pointer, one):
            return Stage(at=at, entry=one)
    return Stage(at="entries", entry=None)


def _points(pointer: object, at: Entry) -> bool:
    """Whether this is a pointer at the entry."""
    if isinstance(pointer, str):
        return pointer in (at.get("pk"), at.id)
    if not isinstance(pointer, Mapping):
        return False
    if KEY_OF in pointer:
        return at.id is not None and pointer[KEY_OF] == at.id
    found = pointer.get(FIND)
    if not isinstance(found, list) or len(found) < 2 or found[0] != at.model:
        return False
    pairs = [one for one in found[1:] if isinstance(one, list) and len(one) == 2 and isinstance(one[0], str)]
    return len(pairs) == len(found) - 1 and all(at.get(name) == value for name, value in pairs)
