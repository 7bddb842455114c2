"""Somebody who reads a mailbox makes sure to go on reading it: forwards its mail, adds a rule, gives access away.

Logs show a forwarding address outside the account's own domain, or any rule, forwarding or delegation set from a source
that is new to the account. It outlasts a changed password.

Harmless look-alikes: a rule that sorts newsletters and access given to a colleague, from where the owner works; mail
forwarded to one's own private mailbox (often against the house's rules, and worth a question).
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Pattern, hits
from tocsin.detect.words import joined, places

OUTSIDE, STRANGE = "to an address outside", "from a source that is new to the account"


def _finds(seen: Observed) -> ibis.Table:
    rows = seen.telling
    rows = rows.filter(
        rows.activity == "mailbox_rule",
        rows.outcome != "failure",
        rows.reason.fill_null("") != "by_admin",
        rows.account.notnull(),
    )
    domain, target = _domain(rows.account), _domain(rows.channel_value.fill_null(""))
    by_name = rows.provider_code.fill_null("").contains("out_of_domain")
    outside = by_name | ((target != "") & (domain != "") & (target != domain))
    note = ibis.cases((outside, OUTSIDE), (rows.strange, STRANGE), else_=ibis.null("string"))
    rows = rows.mutate(said=note)
    rows = rows.filter(rows.said.notnull())
    return hits(rows, "account", rows.said)


def _domain(name: ibis.Value) -> ibis.Value:
    return name.re_extract(r"@([^@]+)$", 1)


def _says(facts: Facts) -> str:
    return f"mail forwarded or mailbox opened to others {joined(facts.notes)}{places(facts)}"


MAIL_ACCESS_HANDED_ON = Pattern(
    name="mail_access_handed_on",
    title="Mail forwarded or mailbox opened to others",
    role="persistence",
    level="medium",
    techniques=("T1114.003", "T1098.002"),
    false_positives=("People who forward their mail to a private mailbox of theirs.",),
    finds=_finds,
    says=_says,
)
