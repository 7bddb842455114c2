"""When people do things, and how their fingers slip."""

from __future__ import annotations

from random import Random

from ..people import Account


def moment(rng: Random, account: Account, weekday: int) -> int:
    """When on its owner's day something is done, in milliseconds after midnight UTC."""
    throw = rng.random()
    if weekday >= 5:
        minutes = rng.gauss(13.5 * 60, 190)
    elif throw < 0.62:
        minutes = (
            account.work_start + rng.expovariate(1 / 45)
            if throw < 0.3
            else account.work_start + rng.uniform(0, account.work_minutes)
        )
    elif throw < 0.9:
        minutes = account.work_start + account.work_minutes * rng.betavariate(2, 1.6)
    else:
        minutes = rng.gauss(20.6 * 60, 85)
    return int((minutes - account.place.utc_offset_minutes) * 60_000) + rng.randrange(60_000)


def mistype(rng: Random, name: str) -> str:
    """The name with one slip of the finger in it."""
    local, _, domain = name.partition("@")
    at = rng.randrange(max(1, len(local) - 1))
    kind = rng.random()
    if kind < 0.35 and len(local) > 3:
        local = local[:at] + local[at + 1 :]
    elif kind < 0.65:
        local = local[:at] + local[at] + local[at:]
    elif kind < 0.9:
        local = local[:at] + rng.choice("aeiorstnlm") + local[at + 1 :]
    else:
        domain = domain.replace(".example", ".exmaple")
    wrong = f"{local}@{domain}"
    return wrong if wrong != name else "x" + name
