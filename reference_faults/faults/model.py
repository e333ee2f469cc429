"""A named fault: what the Central System does wrong, which clause that breaks, and who is meant to notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from reference_faults.deviation import Deviation, Make
from reference_faults.faults.session import Session, session_making
from reference_faults.landing import Deed, doing
from reference_faults.origin import Origin, here

T = TypeVar("T")


class Group(StrEnum):
    """Where a fault shows."""

    ANSWERS = "answers"
    CALLS = "calls"
    FRAMES = "frames"
    SESSION = "session"
    SECURITY = "security"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Fault(Deviation):
    """One thing done wrong.

    `cases` are the test cases and rules meant to catch it; `session` declares what is wrong about the connection,
    for the faults of that group.
    """

    group: Group
    clause: str
    cases: tuple[str, ...]
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """What a table of faults is about: their group, the clause they break, and who is meant to catch them."""

    group: Group
    text: str
    cases: tuple[str, ...]

    def fault(self, name: str, what: str, deed: Deed, cases: Iterable[str] = (), origin: Origin | None = None) -> Fault:
        """A fault that a deed commits, frame by frame; `cases` narrows down who catches it."""
        return self.made(name, what, doing(deed), cases, origin)

    def made(self, name: str, what: str, make: Make, cases: Iterable[str] = (), origin: Origin | None = None) -> Fault:
        """A fault that is brought about otherwise; the line that declares it is the caller's unless one is given."""
        return Fault(name, what, make, origin or here(), self.group, self.text, tuple(cases) or self.cases)

    def session(self, name: str, what: str, session: Session, cases: Iterable[str] = ()) -> Fault:
        """A fault of the connection, as it is declared."""
        make = session_making(session)
        return Fault(name, what, make, here(), self.group, self.text, tuple(cases) or self.cases, session)


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """A line of a table of faults.

    The end of a name, what is wrong in words that follow those of the table, what is done, and who is meant to
    catch it if not everybody of the table.
    """

    ending: str
    what: str
    done: T
    cases: tuple[str, ...] = ()
    origin: Origin = field(default_factory=here)
