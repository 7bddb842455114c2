"""Who can fall, and how: roster, exports of registered methods and the channels that logs show come in; the ways into
each account at risk, what single channels open and what one change would prevent go out (`Exposure`).
"""

from tocsin.exposure.answer import Exposure
from tocsin.exposure.drawn import drawn
from tocsin.exposure.expose import Found, exposure
from tocsin.exposure.read import Reading, read_exports
from tocsin.exposure.registered import Registered
from tocsin.exposure.seen import channels_seen, seen

__all__ = ["Exposure", "Found", "Reading", "Registered", "channels_seen", "drawn", "exposure", "read_exports", "seen"]
