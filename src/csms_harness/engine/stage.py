"""What the steps of a running case stand on: the line, the clock, what is awaited, and what is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Any, Protocol

from csms_harness.dialogue.outgoing import WHOLE, Framing, Outgoing
from csms_harness.engine.effects import Effect, Hold, SendFrame
from csms_harness.engine.line import Line
from csms_harness.engine.notebook import Notebook
from csms_harness.engine.stalls import Stalls
from csms_harness.engine.waiting import CaseStopped
from csms_harness.evidence import DECIDES, Finding, Happening, Kind, Note, Role, What
from csms_harness.frozen import dataclass
from csms_harness.message import Message
from csms_harness.ocppj.frames import Payload
from csms_harness.scenario.model import Absent
from csms_harness.scenario.references import Scope
from csms_harness.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Limits:
    """Deadlines in seconds: ``responses`` by action, the empty name for all others.

    ``pace`` is the time a Central System gets to take in our answer to a CALL before it is asked for the next one
    (docs/decisions/0007); ``registration`` how long a Charge Point repeats BootNotification until it is Accepted.
    ``reboot`` is the least time between the end of a connection and the next, ``settle`` that between two cases,
    ``reconnect`` how long a refused connection is tried again (docs/decisions/0011). ``calls`` is the least time
    between two CALLs of ours on the average of a second (docs/decisions/0050). ``stepwise``: each step of the scenario
    waits until somebody wants it.
    """

    action: float = 30.0
    pace: float = 0.1
    responses: Mapping[str, float] = field(default_factory=lambda: {"": 30.0})
    registration: float = 30.0
    reboot: float = 0.0
    settle: float = 0.0
    reconnect: float = 0.0
    calls: float = 0.0
    stepwise: bool = False

    def response(self, action: str) -> float:
        """How long the answer to a CALL may take."""
        return self.responses.get(action, self.responses[""])


@dataclass(slots=True)
class Ticket:
    """A trigger that was asked for, and what became of it; ``outcome`` is empty while it is at work.

    ``not_passed`` are the members of the wish that its entry does not hand over; ``said`` is what was answered to it.
    """

    number: int
    item: str
    asked_at: float
    fields: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = ""
    text: str = ""
    adapter: str = ""
    finished_at: float | None = None
    not_passed: tuple[str, ...] = ()
    said: str = ""
    doubtful: bool = False

    def loses(self, path: str) -> bool:
        """Whether a member, or a part of it, is not handed over by the entry of the target."""
        return bool(path) and any(_inside(path, lost) or _inside(lost, path) for lost in self.not_passed)

    @property
    def gave_up(self) -> bool:
        """Whether it ended without having handed over the wish."""
        return self.outcome in ("declined", "failed")


def _inside(path: str, outer: str) -> bool:
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the Central System that no step took, with its number in the transcript."""

    number: int
    message: Message

    @property
    def at(self) -> float:
        """When it arrived."""
        return self.message.at


class Listener(Protocol):
    """Who is offered the CALLs of the Central System."""

    def claim(self, heard: Heard) -> bool:
        """Whether this CALL is its own; if so it is judged and answered now."""

    def abandon(self) -> None:
        """Stop listening; a CALL that was kept for later is answered all the same."""


class Knocking(Protocol):
    """Attempts to be let in by the Central System."""

    def let_in(self) -> None:
        """The Central System speaks."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A CALL that must not come while a step runs."""

    step: Absent
    scope: Scope


@dataclass(slots=True)
class Stage:
    """The state that the steps of one case share. Its members are read and changed by them; it decides nothing.

    ``armed`` are offered each CALL in their order; ``welcome`` are those of them that nobody waits for. ``unasked``,
    ``disturbances`` and ``strays`` are what arrived and no step took;
    ``pongs`` is the application data of all pongs. ``may_lose``: the Central System may close now.
    ``began`` is when the case itself did, ``heard`` how many frames the line had brought by then; ``let_in``: a
    connection of the scenario has ended on which the Central System spoke, ``admission`` the attempts to get another.
    ``held``: the next step waits for a person; ``to_the_end``: no further one does.
    ``bounds`` are what the Charge Point can take in this case.
    """

    line: Line
    limits: Limits
    now: float = 0.0
    role: Role = Role.BETWEEN
    place: tuple[str, ...] = ()
    tested_by: str = ""
    forbidden: tuple[str, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    notebook: Notebook = field(default_factory=Notebook)
    armed: list[Listener] = field(default_factory=list)
    welcome: list[Listener] = field(default_factory=list)
    absences: list[Watch] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    ahead: dict[str, Ticket] = field(default_factory=dict)
    unasked: list[Heard] = field(default_factory=list)
    disturbances: list[Heard] = field(default_factory=list)
    strays: list[Heard] = field(default_factory=list)
    pongs: list[str] = field(default_factory=list)
    stalls: Stalls = field(default_factory=Stalls)
    may_lose: bool = False
    began: float = 0.0
    heard: int = 0
    let_in: bool = False
    admission: Knocking | None = None
    held: bool = False
    to_the_end: bool = False
    bounds: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def preparing(self) -> bool:
        """Whether the scenario has not begun: only what makes going on impossible matters (docs/decisions/0014)."""
        return self.role is Role.PREPARATION

    @property
    def cut(self) -> bool:
        """Whether the Central System has closed the connection where it may."""
        return self.may_lose and not self.line.connected

    def turn_page(self) -> None:
        """The case itself begins: what crossed before is no part of its transcript, and has no number there."""
        self.began, self.heard = self.now, self.line.heard
        self.notebook.turn_page()
        self.unasked = [replace(one, number=0) for one in self.unasked]
        self.strays.clear()

    @property
    def step(self) -> str:
        """The place in the scenario as findings and transcript name it."""
        return " › ".join(self.place)

    def utc(self) -> datetime:
        """The wall clock now."""
        return self.line.utc(self.now)

    # -- writing down ---------------------------------------------------------------------------------

    def find(
        self,
        kind: Kind,
        what: What,
        decides: Verdict | None = None,
        step: str | None = None,
        stalled: float | None = None,
        **data: Any,
    ) -> Finding:
        """Write down a finding at the current step; what it decides depends on where the case is.

        Where the harness itself stood still (``stalled``, seconds), it blames nobody.
        """
        decides = self._decides(decides or DECIDES.get(kind))
        finding = Finding(
            kind,
            Verdict.INCONCLUSIVE if stalled is not None and decides is Verdict.FAIL else decides,
            self.step if step is None else step,
            what,
            tested_by=self.tested_by if self.role is Role.PREPARATION else "",
            stalled=stalled,
            **data,
        )
        self.notebook.findings.append(finding)
        return finding

    def _decides(self, decides: Verdict | None) -> Verdict | None:
        """Before the scenario a failure only means that the purpose was not reached; after it, nothing."""
        if self.role is Role.CLEANUP and decides is not Verdict.ERROR:
            return None
        if self.role is Role.PREPARATION and decides is Verdict.FAIL:
            return Verdict.INCONCLUSIVE
        return decides

    def stop_on_failure(self, since: int) -> None:
        """Stop the case if one of the findings from this one on decided it. Raises CaseStopped."""
        for finding in self.notebook.findings[since:]:
            if finding.decides is not None:
                raise CaseStopped(finding)

    def note(self, what: Happening, at: float, **data: Any) -> int:
        """Write down what is no message; returns its number in the transcript."""
        return self.notebook.note(Note(at, what, **data), self.role, self.step)

    def hold(self) -> bool:
        """Ask for the next step, where somebody looks; whether that has to be waited for."""
        self.held = self.limits.stepwise and not self.to_the_end
        if self.held:
            self.effects.append(Hold())
        return self.held

    def arm(self, *listeners: Listener) -> None:
        """Offer each CALL to these first: what a running step expects goes before what is armed ahead of its time."""
        self.armed = [*listeners, *(one for one in self.armed if one not in listeners)]

    def disarm(self, *listeners: Listener) -> None:
        """Offer nothing to these any more."""
        self.armed = [one for one in self.armed if one not in listeners]

    # -- the wire -------------------------------------------------------------------------------------

    def submit(
        self,
        action: str,
        given: Payload,
        limit: float | None = None,
        *,
        raw: bool = False,
        framing: Framing = WHOLE,
    ) -> Outgoing:
        """Queue a CALL; it is written as soon as no other CALL of ours is outstanding. ``raw``: as it is given."""
        seconds = self.limits.response(action) if limit is None else limit
        outgoing = self.line.dialogue.submit(
            action, given, self.role, seconds, self.now, self.step, raw=raw, framing=framing
        )
        self.pump()
        return outgoing

    def forge(self, text: str, limit: float, framing: Framing) -> Outgoing:
        """Queue a frame that is sent as it stands."""
        outgoing = self.line.dialogue.forge(text, self.role, limit, self.step, framing)
        self.pump()
        return outgoing

    def pump(self) -> None:
        """Write the next CALL if the line is free; the scenario goes before the background."""
        dialogue = self.line.dialogue
        if dialogue.outstanding is not None:
            return
        due = self.call_due
        if due is None or self.now < due:
            return
        opened = dialogue.next_call(self.now, self.limits.responses[""], self.step)
        if opened is not None:
            outgoing, message = opened
            outgoing.number = self.send(message, outgoing.role, outgoing.step, outgoing.filled, outgoing.framing)

    @property
    def call_due(self) -> float | None:
        """When the CALL that waits for the line may be written, at once where that has passed; None: none can be."""
        dialogue = self.line.dialogue
        if not (dialogue.may_call and self.line.connected):
            return None
        return dialogue.unhurried_at(self.limits.calls)

    def send(
        self, message: Message, role: Role, step: str, filled: tuple[str, ...] = (), framing: Framing = WHOLE
    ) -> int:
        """Have a message of ours written; returns its number in the transcript."""
        self.effects.append(SendFrame(message.text, message.unique_id, message.is_answer, framing))
        number = self.notebook.message(message, role, step, filled)
        if framing.pinged is not None:
            self.notebook.note(Note(self.now, Happening.PING, text=framing.pinged), role, step)
        return number

    def answered_ordinarily(self, asked: Message, *, wished: bool = False) -> bool:
        """Answer a CALL the way a good Charge Point would; whether obeying would have disturbed the case.

        One that was ``wished`` for is obeyed.
        """
        ambient, reply = self.line.dialogue.answer_ordinarily(asked, self.now, refuse_disruptive=not wished)
        self.send(reply, Role.AMBIENT, self.step)
        return ambient.disruptive
