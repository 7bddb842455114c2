"""Every rule about a configuration, in the order in which they are told."""

from __future__ import annotations

from typing import Any

from tocsin.lint import keycloak
from tocsin.lint.rule import Rule

RULES: tuple[Rule[Any], ...] = (*keycloak.RULES,)
