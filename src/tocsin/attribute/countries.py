"""Office hours of countries: the zone of the seat of government, and the days off.

Days off follow CLDR's `weekendData` (unicode-org/cldr, supplemental data); where practice is divided, each custom is
a possibility. Only countries that actors are said to work from; all others say nothing about hours.
"""

from __future__ import annotations

from collections.abc import Mapping

_SAT_SUN, _FRI_SAT, _THU_FRI, _FRI, _SUN = (5, 6), (4, 5), (3, 4), (4,), (6,)

OFFICES: Mapping[str, tuple[str, tuple[tuple[int, ...], ...]]] = {
    "AE": ("Asia/Dubai", (_SAT_SUN, _FRI_SAT)),
    "BY": ("Europe/Minsk", (_SAT_SUN,)),
    "CN": ("Asia/Shanghai", (_SAT_SUN,)),
    "EG": ("Africa/Cairo", (_FRI_SAT,)),
    "IL": ("Asia/Jerusalem", (_FRI_SAT,)),
    "IN": ("Asia/Kolkata", (_SAT_SUN, _SUN)),
    "IR": ("Asia/Tehran", (_THU_FRI, _FRI, _FRI_SAT)),
    "KP": ("Asia/Pyongyang", (_SUN, _SAT_SUN)),
    "KR": ("Asia/Seoul", (_SAT_SUN,)),
    "KZ": ("Asia/Almaty", (_SAT_SUN,)),
    "LB": ("Asia/Beirut", (_SAT_SUN, _FRI_SAT)),
    "NG": ("Africa/Lagos", (_SAT_SUN,)),
    "PK": ("Asia/Karachi", (_SAT_SUN, _SUN)),
    "PS": ("Asia/Gaza", (_FRI_SAT,)),
    "RU": ("Europe/Moscow", (_SAT_SUN,)),
    "SA": ("Asia/Riyadh", (_FRI_SAT,)),
    "SY": ("Asia/Damascus", (_FRI_SAT,)),
    "TN": ("Africa/Tunis", (_SAT_SUN,)),
    "TR": ("Europe/Istanbul", (_SAT_SUN,)),
    "UA": ("Europe/Kyiv", (_SAT_SUN,)),
    "VN": ("Asia/Ho_Chi_Minh", (_SAT_SUN,)),
}
"""By country: zone, and the customs of days off (Monday is 0)."""
