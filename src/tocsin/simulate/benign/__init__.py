"""Comes in: a world. Goes out: the acts of everybody who is no campaign, a day at a time.

Each behaviour is a file: a class made once for the world, asked for its acts day by day. Every behaviour
throws its own dice (`world.dice`), so that adding one changes none of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..acts import AnyAct
from ..world import World
from .authorised_test import AuthorisedTest
from .expiry_wave import ExpiryWave
from .forgotten_passwords import ForgottenPasswords
from .helpdesk import Helpdesk
from .helpdesk_day import HelpdeskDay
from .mobile_mail import MobileMail
from .news_event import NewsEvent
from .outage import through_outages
from .retry_storm import RetryStorm
from .service_accounts import ServiceAccounts
from .settings import Settings
from .stuck_mail_program import StuckMailProgram
from .students_return import StudentsReturn
from .stuffing_bots import StuffingBots
from .term_start import TermStart
from .travel import Travel
from .unknown_name_bots import UnknownNameBots
from .work_day import WorkDay

__all__ = ["BEHAVIOURS", "Behaviour", "BenignLife"]


class Behaviour(Protocol):
    def __init__(self, world: World) -> None: ...

    def acts(self, day: int) -> Iterator[AnyAct]: ...


BEHAVIOURS: tuple[type[Behaviour], ...] = (
    Travel,  # first: it decides where people are
    ForgottenPasswords,
    Settings,
    Helpdesk,
    HelpdeskDay,
    NewsEvent,
    ExpiryWave,
    TermStart,
    StudentsReturn,
    RetryStorm,
    MobileMail,
    StuckMailProgram,
    ServiceAccounts,
    AuthorisedTest,
    UnknownNameBots,
    StuffingBots,
    WorkDay,  # last: it fills what is left of the wanted size
)


class BenignLife:
    def __init__(self, world: World) -> None:
        self.world = world
        self._behaviours = [kind(world) for kind in BEHAVIOURS]

    def acts(self, day: int) -> Iterator[AnyAct]:
        for behaviour in self._behaviours:
            yield from through_outages(self.world, day, behaviour.acts(day))
