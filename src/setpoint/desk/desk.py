"""``Desk``: everything that a principal may read of a system or do with it."""

from __future__ import annotations

from .looking_back import LookingBack
from .observing import Observing
from .reading import Reading
from .restoring import Restoring


class Desk(Reading, LookingBack, Observing, Restoring):
    """The one way on which requests reach documents: what is not allowed here is not allowed.

    Arguments: ``backing`` is what all desks of a system share; ``principal`` is who asks, ``client`` where from. Made
    anew for each request: that costs nothing.

    What a principal may not read does not exist for them: it is ``ConfigNotFoundError``, whose near names are those of
    documents that they may read. What they may read and not do is ``DeniedError``. All that is returned is plain data
    that JSON can hold; secrets in it, and in every text, are masked unless the principal may see them.
    """

    __slots__ = ()
