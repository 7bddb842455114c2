"""Sigma rules as detections like any other. Files of rules come in; findings go out, and what cannot run, with reasons.

pySigma parses (https://github.com/SigmaHQ/pySigma); the conditions and correlations are compiled to Ibis expressions
here, so that they run on every engine. The fields of a provider's own records are read beside the events, in the same
pass over the log files. Import this room only where rules were brought: the parser takes its time to load.
"""

from tocsin.detect.sigma.convert import read_rules
from tocsin.detect.sigma.find import Found, Said, rule_findings
from tocsin.detect.sigma.load import NoRules
from tocsin.detect.sigma.notes import notes_on
from tocsin.detect.sigma.rules import Correlation, Left, Rule, RuleSet

__all__ = [
    "Correlation",
    "Found",
    "Left",
    "NoRules",
    "Rule",
    "RuleSet",
    "Said",
    "notes_on",
    "read_rules",
    "rule_findings",
]
