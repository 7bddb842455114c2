"""What files are, before they are scanned. Log files and the known formats come in; an `Inspection` goes out.

Nothing is written: it says how a file was recognised, what it holds, which fields are new or gone, and for an unknown
file what it is most like, with a draft of a mapping.
"""

from tocsin.inspect.inspection import Inspection
from tocsin.inspect.look import Looked, inspected

__all__ = ["Inspection", "Looked", "inspected"]
