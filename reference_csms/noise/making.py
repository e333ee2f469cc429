"""How a noise is made: of seams, or of what it does with each frame."""

from __future__ import annotations

from reference_csms.landing import Deed, doing, watched
from reference_csms.seams import Deviation, Seams


def noise(name: str, what: str, seams: Seams) -> Deviation:
    """A noise that changes frames or uniqueIds; what differs on the wire is counted."""
    return watched(Deviation(name, what, seams))


def noise_by(name: str, what: str, deed: Deed) -> Deviation:
    """A noise that handles each frame itself."""
    return Deviation(name, what, Seams(outgoing=(doing(name, deed),)))
