"""What a case leaves behind: its transcript, its findings, its measurements. Data only; ``report`` makes the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, Literal

from csms_harness.frozen import dataclass
from csms_harness.message import Message, Side, Word
from csms_harness.verdict import Verdict


class Role(Word):
    """What a message was to the case in which it was seen; ``BETWEEN``: nothing, it came before the case itself."""

    BETWEEN = "between"
    PREPARATION = "preparation"
    SCENARIO = "scenario"
    CLEANUP = "cleanup"
    AMBIENT = "ambient"
    BACKGROUND = "background"


class Happening(StrEnum):
    """What may stand in a transcript beside messages."""

    CONNECTED = "connected"
    REFUSED = "refused"
    DISCONNECTED = "disconnected"
    ASKED = "asked"
    TRIGGER = "trigger"
    PING = "ping"
    PONG = "pong"
    UNASKED_PONG = "pong that nobody asked for"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened and is no message: at which moment, and what there is to know of it.

    ``text`` is the sentence of whoever reported it (the transport, a trigger); ``item`` what was asked for: an action,
    or an item of the provision section; ``fields`` what it was asked to carry; ``outcome`` what became of the asking.
    """

    at: float
    what: Happening
    text: str = ""
    item: str = ""
    outcome: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transcript: a message or a note.

    ``filled`` names the members that the Charge Point filled in by itself; ``latency`` is the wait for an answer, in
    seconds from the write of our CALL to the arrival.
    """

    number: int
    role: Role
    step: str
    message: Message | None = None
    note: Note | None = None
    filled: tuple[str, ...] = ()
    latency: float | None = None

    @property
    def at(self) -> float:
        """When, in monotonic seconds."""
        if self.message is not None:
            return self.message.at
        return self.note.at if self.note is not None else 0.0

    @property
    def side(self) -> Side | None:
        """Who sent the message; None for a note."""
        return None if self.message is None else self.message.side


class Kind(StrEnum):
    """What a finding is about. Its verdict is in ``DECIDES``; what is not there never decides."""

    MISMATCH = "mismatch"
    BREACH = "breach"
    CALLERROR = "callerror"
    NO_ANSWER = "no-answer"
    LATE = "late"
    ABSENT_CALL = "absent-call"
    FORBIDDEN = "forbidden"
    DISCONNECT = "disconnect"
    FLOOD = "flood"
    REFUSED = "refused"
    TRIGGER = "trigger"
    PREREQUISITE = "prerequisite"
    INTERRUPTED = "interrupted"
    HARNESS = "harness"
    DISTURBANCE = "disturbance"
    EARLY = "early"
    OBSERVATION = "observation"
    COMPATIBILITY = "compatibility"
    CLEANUP = "cleanup"
    RECONNECT = "reconnect"


DECIDES: dict[Kind, Verdict] = {
    Kind.MISMATCH: Verdict.FAIL,
    Kind.BREACH: Verdict.FAIL,
    Kind.CALLERROR: Verdict.FAIL,
    Kind.NO_ANSWER: Verdict.FAIL,
    Kind.LATE: Verdict.FAIL,
    Kind.ABSENT_CALL: Verdict.FAIL,
    Kind.FORBIDDEN: Verdict.FAIL,
    Kind.DISCONNECT: Verdict.FAIL,
    Kind.FLOOD: Verdict.FAIL,
    Kind.REFUSED: Verdict.INCONCLUSIVE,
    Kind.TRIGGER: Verdict.INCONCLUSIVE,
    Kind.PREREQUISITE: Verdict.INCONCLUSIVE,
    Kind.INTERRUPTED: Verdict.INCONCLUSIVE,
    Kind.HARNESS: Verdict.ERROR,
}


class What(StrEnum):
    """What was found, one value to a sentence: the key by which ``report`` tells a finding."""

    WRONG_MEMBER = "wrong member"
    UNUSUAL_MEMBER = "unusual member"
    BROKEN_RULE = "broken rule"
    CALLERROR = "CALLERROR"
    NOT_REFUSED = "not refused"
    SPOILT_UNANSWERED = "wrong message not answered"
    SPOILT_TAKEN = "wrong message taken"
    SPOILT_MISJUDGED = "wrong message refused for another reason"
    SPOILT_OTHERWISE = "wrong message refused by another code"
    UNKNOWN_ACTION = "unknown action"
    FRAME = "frame taken otherwise"
    NOT_YET = "not registered yet"
    NOT_REGISTERED = "not registered"
    NO_ANSWER = "no answer"
    NO_PONG = "no pong"
    LATE = "late answer"
    NO_CALL = "no CALL"
    NOT_PASSED = "member not passed"
    SAID_NO = "trigger said no"
    ANOTHER_CALL = "another CALL"
    FORBIDDEN = "forbidden CALL"
    NOT_ABSENT = "CALL that must not come"
    LOST = "lost connection"
    FLOODED = "flooded case"
    RESTARTED = "restarted Central System"
    REFUSED = "refused connection"
    TURNED_AWAY = "closed after the handshake"
    ASTRAY = "CALL over a former connection"
    PUT_OFF = "closed after the handshake for a while"
    LET_IN_LATE = "late connection"
    SUBPROTOCOL = "wrong subprotocol"
    WELCOME = "let in where a refusal is due"
    TRIGGER = "trigger"
    PROVISION = "provision"
    EARLY = "early CALL"
    ONLY_EARLY = "only an early CALL"
    DISTURBED = "disturbed step"
    UNASKED = "unasked CALL refused"
    UNEXPECTED = "unexpected CALL"
    SHORTENED = "shortened wait"
    STOPPED = "stopped run"
    UNFINISHED = "unfinished cleanup"
    UNANSWERED = "unanswered cleanup"
    STANDING = "still standing"
    UNENDED = "still open"
    HINDERED = "hindered by what stands"
    BROKEN = "broken harness"


class Tried(StrEnum):
    """What a TLS handshake that offers one thing came to; it is not tried where OpenSSL cannot offer that here."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNTRIED = "not tried"


class Left(StrEnum):
    """What a case may leave in a Central System, and a CALL of it that went to another lane."""

    TRANSACTION = "transaction"
    RESERVATION = "reservation"
    INOPERATIVE = "inoperative"
    PASSWORD = "password"
    SECURITY_PROFILE = "security profile"
    ASTRAY = "astray"


@dataclass(frozen=True, slots=True)
class Cause:
    """What of ours stands, or stood, in the way: a transaction or reservation by its number, or an Inoperative.

    ``connector_id`` is where; 0 is the whole Charge Point. ``case`` and ``lane`` say who took it; without a case it was
    an earlier run. ``ended`` is how long before it was over, in seconds; None when it was not.
    """

    what: Left
    connector_id: int
    number: int | None = None
    id_tag: str = ""
    case: str = ""
    lane: str = ""
    ended: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found at a step. ``decides`` is the verdict it forces, or None when it is only worth telling.

    ``message`` is the type and ``actions`` are the actions of the messages it is about; ``path`` the member;
    ``required`` and ``observed`` what the language or the wire says of the member; ``rule`` the broken wire rule;
    ``seconds`` and ``limit`` lengths of time; ``outcome`` and ``detail`` what became of a trigger and why, in its own
    words; ``stalled`` the seconds that the harness itself stood still, where that spoilt a wait; ``frame`` the number
    of the transcript entry; ``where`` the line of the scenario; ``tested_by`` the case
    whose purpose a failed preparation is; ``cause`` what of our own is behind it;
    ``claimed`` the name under which the target gives the idTag that it is about. ``text`` holds the sentence made of
    all that in what was written for people.
    """

    kind: Kind
    decides: Verdict | None
    step: str
    what: What
    actions: tuple[str, ...] = ()
    type: str = ""
    path: str = ""
    required: str = ""
    observed: str = ""
    rule: str = ""
    seconds: float | None = None
    limit: float | None = None
    outcome: str = ""
    detail: str = ""
    frame: int | None = None
    where: str = ""
    tested_by: str = ""
    stalled: float | None = None
    cause: Cause | None = None
    claimed: str = ""
    text: str = ""


Outcome = Literal["held", "failed", "not reached", "skipped"]


@dataclass(slots=True)
class Executed:
    """One step as it ran: its place, its verb and what that is about, how many checks were made, its outcome.

    ``subject`` is the action, the name of the state, or the reason to wait; ``detail`` the telling value of a payload.
    ``title`` holds the line made of all that in what was written for people.
    """

    step: str
    verb: str
    subject: str = ""
    detail: str = ""
    note: str = ""
    checks: int = 0
    outcome: Outcome = "held"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """The wait for one answer, in seconds; ``resumed`` until the harness looked; ``clock`` says who stamped it."""

    action: str
    seconds: float
    resumed: float
    late: bool = False
    answered: bool = True
    clock: str = "user"


@dataclass(frozen=True, slots=True)
class Initiated:
    """A CALL that a trigger brought: seconds from asking to arrival; ``adapter`` is how it was asked for."""

    action: str
    seconds: float
    adapter: str = ""
