"""Keycloak: a realm export comes in as JSON, judged settings go out."""

from tocsin.lint.keycloak import flow, guarded, reset, told
from tocsin.lint.keycloak.realm import Realm, recognises

RULES = (*reset.RULES, *flow.RULES, *guarded.RULES, *told.RULES)

__all__ = ["RULES", "Realm", "recognises"]
