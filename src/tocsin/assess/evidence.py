"""The events behind every figure: one row an event of a campaign."""

from __future__ import annotations

import pyarrow as pa

EVIDENCE = pa.schema(
    [
        pa.field("campaign_id", pa.string(), nullable=False),
        pa.field("event_uid", pa.string(), nullable=False),
        pa.field("provider", pa.string(), nullable=False),
        pa.field("role", pa.string(), nullable=False),  # identification | attack | access | persistence
        # Beyond the contract, so that a figure can be re-derived and its raw record found:
        pa.field("attempt_uid", pa.string()),  # events of one act have the same: `provider:event_uid` of its first
        pa.field("counts_as", pa.string()),  # "identification_attempt" where this event is one, else NULL
        pa.field("time", pa.timestamp("us"), nullable=False),
        pa.field("activity", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("reason", pa.string()),
        pa.field("account", pa.string()),  # the identifier, existing or not
        pa.field("account_provider", pa.string()),  # where the account lives, when another log tells of it
        pa.field("account_exists", pa.bool_()),  # NULL: cannot be told
        pa.field("stage", pa.string()),  # the furthest stage this event proves for the account
        pa.field("category", pa.string()),
        pa.field("source_ip", pa.string()),
        pa.field("raw_ref", pa.string(), nullable=False),
    ]
)
"""Every number is a count over these rows: identification_attempts = rows that count as one; identifiers_tried =
distinct accounts over them; accounts_* = distinct (account_provider, account) by furthest stage."""
