"""A named fault: what the Central System does wrong, which clause that breaks, and who is meant to notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reference_csms.faults.session import Session
from reference_csms.landing import Deed, doing
from reference_csms.seams import Deviation, Seams


class Group(StrEnum):
    """Where a fault shows."""

    ANSWERS = "answers"
    CALLS = "calls"
    FRAMES = "frames"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing done wrong.

    `cases` are the test cases and rules meant to catch it; `seams` is all that does it; `session` declares what
    is wrong about the connection, for the faults of that group.
    """

    name: str
    group: Group
    what: str
    clause: str
    cases: tuple[str, ...]
    seams: Seams
    session: Session | None = None

    @property
    def deviation(self) -> Deviation:
        """The fault as something to plug in."""
        return Deviation(self.name, self.what, self.seams)


@dataclass(frozen=True, slots=True)
class Clause:
    """What a table of faults is about: their group, the clause they break, and who is meant to catch them."""

    group: Group
    text: str
    cases: tuple[str, ...]

    def fault(self, name: str, what: str, deed: Deed, cases: Iterable[str] = ()) -> Fault:
        """A fault that a deed commits, frame by frame; `cases` narrows down who catches it."""
        seams = Seams(outgoing=(doing(name, deed),))
        return Fault(name, self.group, what, self.text, tuple(cases) or self.cases, seams)
