"""Elastic's detection rules for Okta: thresholds on resets, locks, guesses and push prompts.

Parameters: elastic/detection-rules on GitHub, `rules/integrations/okta/` (each rule's file is named beside it). Only
what the rules say is re-stated; the text of the rules is under another licence and is not here.

As published they read Okta alone. A name that does not exist is `VERIFICATION_ERROR` in that log and in no rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from deployed.crowdsec import EVERY_FAILURE
from deployed.peer import Act, Alert, Peer, Rule, Watch, alert
from deployed.window import FixedSlices, Judge, SlidingWindow, at_least

MINUTE = 60_000
HOUR = 60 * MINUTE


def _actor(act: Act) -> str:
    return act.actor or act.account


def _account(act: Act) -> str:
    return act.account


def _address(act: Act) -> str:
    return act.address


def _sprayed(held: Sequence[Act]) -> bool:
    """5 accounts, 15 tries, at most 8 an account, 60 % of the accounts with 2 to 6, over 5 minutes."""
    tries = Counter(act.account for act in held)
    band = sum(2 <= count <= 6 for count in tries.values())
    return (
        len(tries) >= 5
        and len(held) >= 15
        and 2 <= max(tries.values()) <= 8
        and band >= 0.6 * len(tries)
        and held[-1].ms - held[0].ms >= 5 * MINUTE
    )


def _stuffed(held: Sequence[Act]) -> bool:
    """25 tries at 15 accounts, none with more than two."""
    tries = Counter(act.account for act in held)
    return len(held) >= 25 and len(tries) >= 15 and max(tries.values()) <= 2


def _sprayed_from_many(held: Sequence[Act]) -> bool:
    """5 addresses, 8 accounts, 25 tries, at most 5 an account, no fewer accounts than addresses."""
    accounts, addresses = len({act.account for act in held}), len({act.address for act in held})
    return addresses >= 5 and accounts >= 8 and len(held) >= 25 and len(held) <= 5 * accounts and accounts >= addresses


def _guessed_from_many(held: Sequence[Act]) -> bool:
    """5 addresses and 10 tries, and 2 countries, 3 networks, 8 addresses or 3 user agents."""
    addresses = len({act.address for act in held})
    return (
        addresses >= 5
        and len(held) >= 10
        and (
            len({act.country for act in held}) >= 2
            or len({act.network for act in held}) >= 3
            or addresses >= 8
            or len({act.user_agent for act in held}) >= 3
        )
    )


def push_bombing(acts: Iterable[Act]) -> list[Alert]:
    """Five refused prompts of one account within ten minutes and no success between; again if a success follows."""
    refused: dict[str, list[Act]] = {}
    alerts = []
    for act in acts:
        run = [one for one in refused.get(act.account, []) if one.ms >= act.ms - 10 * MINUTE]
        if act.outcome == "success":
            if len(run) >= 5:
                alerts.append(alert("successful push bombing", f"account {act.account}", act.ms, [*run, act]))
            refused.pop(act.account, None)
            continue
        run.append(act)
        if len(run) % 5 == 0:
            alerts.append(alert("push bombing", f"account {act.account}", act.ms, run))
        refused[act.account] = run
    return alerts


# stealth_suspicious_okta_user_password_reset_or_unlock_attempts.toml
RESET_MESSAGES = """provider = 'okta' AND (provider_code IN ('system.email.account_unlock.sent_message',
    'system.email.password_reset.sent_message', 'system.sms.send_account_unlock_message',
    'system.sms.send_password_reset_message', 'system.voice.send_account_unlock_call',
    'system.voice.send_password_reset_call') OR provider_code LIKE 'user.account.unlock_token%')"""
# credential_access_attempts_to_brute_force_okta_user_account.toml
LOCKS = "provider = 'okta' AND (provider_code = 'user.account.lock' OR provider_code LIKE 'user.account.lock/%')"
# credential_access_okta_{password_spray,credential_stuffing}_single_source.toml and
# credential_access_okta_{password_spray,brute_force}_multi_source.toml
WRONG_CREDENTIALS = """provider = 'okta' AND account IS NOT NULL
    AND (provider_code LIKE 'user.authentication.%' OR provider_code LIKE 'user.session.start/%')
    AND (provider_code LIKE '%/INVALID_CREDENTIALS' OR provider_code LIKE '%/LOCKED_OUT')"""
# credential_access_okta_mfa_bombing_via_push_notifications.toml, ..._potentially_successful_okta_bombing_via_...
PROMPTS = """provider = 'okta' AND ((channel_kind = 'app' AND provider_code IN ('user.mfa.okta_verify.deny_push',
    'user.authentication.auth_via_mfa/INVALID_CREDENTIALS',
    'user.authentication.auth_via_mfa/User rejected Okta push verify'))
    OR (outcome = 'success' AND provider_code IN ('user.authentication.sso', 'user.authentication.auth_via_mfa',
    'user.authentication.verify', 'user.session.start')))"""

EVERY_RESET = """provider <> 'm365' AND (activity = 'recovery_message' OR provider_code = 'SEND_RESET_PASSWORD')"""
EVERY_LOCK = """provider <> 'm365' AND (provider_code LIKE 'user.account.lock%' OR provider_code LIKE '%LOCKOUT%'
    OR provider_code = 'Sign-in activity/50053')"""
EVERY_PROMPT = """provider <> 'm365' AND ((activity = 'challenge' AND reason = 'mfa_denied')
    OR (outcome = 'success' AND activity IN ('sign_in', 'challenge', 'session_use') AND reason IS NULL))"""


def _single_source(name: str, span_ms: int, judge: Judge, least: int) -> SlidingWindow:
    return SlidingWindow(name=name, span_ms=span_ms, groupby=_address, group_word="address", judge=judge, least=least)


GUESSING: tuple[Rule, ...] = (
    _single_source("password spray, single source", HOUR, _sprayed, 15),
    _single_source("credential stuffing, single source", 15 * MINUTE, _stuffed, 25),
    FixedSlices(name="password spray, multi-source", span_ms=15 * MINUTE, judge=_sprayed_from_many),
    SlidingWindow(
        name="brute force, multi-source",
        span_ms=30 * MINUTE,
        groupby=_account,
        group_word="account",
        judge=_guessed_from_many,
        least=10,
    ),
)


def resets(groupby: Callable[[Act], str]) -> SlidingWindow:
    """Five messages in an hour. The rule groups by the actor, who for a message is Okta itself, so that everybody's
    resets are counted together (elastic/detection-rules issue 187 and later)."""
    return SlidingWindow(
        name="resets and unlocks", span_ms=HOUR, groupby=groupby, group_word="account", judge=at_least(5), least=5
    )


locks = SlidingWindow(
    name="account locks", span_ms=3 * HOUR, groupby=_account, group_word="account", judge=at_least(3), least=3
)

ELASTIC = Peer(
    name="Elastic, Okta rules",
    source="https://github.com/elastic/detection-rules/tree/main/rules/integrations/okta",
    watches=(
        Watch(where=RESET_MESSAGES, rule=resets(_actor)),
        Watch(where=LOCKS, rule=locks),
        *(Watch(where=WRONG_CREDENTIALS, rule=rule) for rule in GUESSING),
        Watch(where=PROMPTS, rule=push_bombing),
    ),
)
ELASTIC_EVERYWHERE = Peer(
    name="Elastic, the same thresholds fed every provider's events, resets by account",
    source="https://github.com/elastic/detection-rules/tree/main/rules/integrations/okta",
    watches=(
        Watch(where=EVERY_RESET, rule=resets(_account)),
        Watch(where=EVERY_LOCK, rule=locks),
        *(Watch(where=EVERY_FAILURE + " AND account IS NOT NULL", rule=rule) for rule in GUESSING),
        Watch(where=EVERY_PROMPT, rule=push_bombing),
    ),
)
