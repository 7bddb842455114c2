"""authentik: blueprints and exports of them come in as YAML or JSON, judged flows go out."""

from tocsin.lint.authentik import around, recovery

RULES = (*recovery.RULES, *around.RULES)

__all__ = ["RULES"]
