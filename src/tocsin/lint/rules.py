"""Every rule about a configuration, in the order in which they are told."""

from __future__ import annotations

from typing import Any

from tocsin.lint import authentik, entra, keycloak, okta
from tocsin.lint.rule import Rule

RULES: tuple[Rule[Any], ...] = (*keycloak.RULES, *okta.RULES, *entra.RULES, *authentik.RULES)
