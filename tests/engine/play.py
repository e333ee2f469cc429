"""Tiny cases on the pure engine: a scenario as text, a scripted Central System, no clock but a virtual one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from textwrap import dedent, indent
from typing import Any

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, FrameReceived, Interrupted, Lost
from csms_harness.engine.line import Line
from csms_harness.evidence import Finding, Kind
from csms_harness.scenario.library import Library, State, TestCase
from csms_harness.scenario.load import parse_case, parse_state
from tests.support.reading import Result as CaseResult
from tests.support.reading import Seen as Entry
from tests.support.scripted_csms import ScriptedCsms, run_case

RESPONSE = 5.0
"""Seconds that an answer may take, as ``run_case`` has it unless told otherwise."""
ACTION = 10.0
"""Seconds that a CALL may take after its trigger, as ``run_case`` has it unless told otherwise."""

_STATES = (
    """
    state: Booted
    section: "1"
    edition: "2025-11"
    scenario:
      - step: 1
        send: BootNotification
        expect: {status: Accepted}
    """,
    """
    state: Authorized
    section: "1"
    edition: "2025-11"
    params: {idTag: $config.valid_id_tag}
    scenario:
      - step: [1, 2]
        send: Authorize
        with: {idTag: $idTag}
        expect: {idTagInfo: {status: Accepted}}
    """,
    """
    state: Charging
    section: "1"
    edition: "2025-11"
    params: {idTag: $config.valid_id_tag, connectorId: $config.connector_id, reservationId: null}
    before: {states: [{state: Authorized, with: {idTag: $idTag}}]}
    scenario:
      - step: [1, 2]
        send: StatusNotification
        with: {connectorId: $connectorId, status: Preparing}
      - step: [3, 4]
        send: StartTransaction
        with: {connectorId: $connectorId, idTag: $idTag, reservationId: $reservationId}
        expect: {idTagInfo: {status: Accepted}}
        save: {transactionId: transactionId}
      - step: [5, 6]
        send: StatusNotification
        with: {connectorId: $connectorId, status: Charging}
    """,
)


def _read_states() -> dict[str, State]:
    states: dict[str, State] = {}
    for text in _STATES:
        state = parse_state(dedent(text), "state.yaml", states)
        states[state.name] = state
    return states


STATES = _read_states()

_HEAD = """\
id: TC_900_CSMS
name: A case of a test
section: "1"
edition: "2025-11"
profile: Core
purpose: What a test needs.
"""


def a_case(scenario: str, more: str = "", states: Iterable[State] = ()) -> TestCase:
    """A case with this scenario; ``more`` holds further top-level keys."""
    body = indent(dedent(scenario).strip("\n"), "  ")
    text = f"{_HEAD}{dedent(more)}\nscenario:\n{body}\n"
    return parse_case(text, "case.yaml", STATES | {state.name: state for state in states})


def play(
    scenario: str, csms: ScriptedCsms | None = None, *, more: str = "", states: Iterable[State] = (), **options: Any
) -> CaseResult:
    """Run a scenario against a Central System; ``options`` go to ``run_case``."""
    extra = list(states)
    library = Library({}, STATES | {state.name: state for state in extra}, (), "")
    return run_case(a_case(scenario, more, extra), library, csms, **options)


def a_state(text: str) -> State:
    """A reusable state from its text."""
    return parse_state(dedent(text), "state.yaml", STATES)


def a_line(**more: Any) -> Line:
    """A Charge Point that has not connected yet."""
    return Line(ChargePoint("CP_01", **more))


def a_booted_line() -> Line:
    """A Charge Point that an earlier case has left connected and booted."""
    line = a_line()
    play("- send: Heartbeat", line=line)
    return line


def kinds(result: CaseResult) -> list[Kind]:
    """The kind of every finding, in order."""
    return [finding.kind for finding in result.findings]


def only(result: CaseResult, kind: Kind) -> Finding:
    """The one finding of a kind."""
    (found,) = (finding for finding in result.findings if finding.kind is kind)
    return found


def frames(result: CaseResult, direction: str = "", message: str = "") -> list[Entry]:
    """The frames of the transcript, in order, of one side and of one name if wanted."""
    return [
        entry
        for entry in result.entries
        if entry.kind == "frame" and direction in ("", entry.direction) and message in ("", entry.message)
    ]


def messages(result: CaseResult, direction: str = "") -> list[str]:
    """The names of the frames, in order."""
    return [entry.message for entry in frames(result, direction)]


def payload(entry: Entry) -> Any:
    """The last element of a frame: a payload."""
    return json.loads(entry.text)[-1]


Inject = Callable[[CaseRun, float], list[Event]]
Make = Callable[[CaseRun, float], list[Event]]


def once(wanted: Callable[[CaseRun], bool], make: Make) -> Inject:
    """Bring events into a run, once, as soon as the run is where they are wanted."""
    done: list[bool] = []

    def inject(run: CaseRun, now: float) -> list[Event]:
        if done or not wanted(run):
            return []
        done.append(True)
        return make(run, now)

    return inject


def together(*injects: Inject) -> Inject:
    """Several of them in one run."""
    return lambda run, now: [event for inject in injects for event in inject(run, now)]


def while_awaiting(what: str) -> Callable[[CaseRun], bool]:
    """Whether the run waits for this just now, and has written what it waits on."""

    def waits(run: CaseRun) -> bool:
        outgoing = run.line.dialogue.outstanding
        written = outgoing is None or outgoing.sent_at is not None
        return run.awaiting[0].startswith(what) and (written or what.startswith("the line"))

    return waits


def arrives(*texts: str | bytes) -> Make:
    """These frames arrive; ``$ID`` stands for the uniqueId of the CALL of ours that is open."""

    def make(run: CaseRun, now: float) -> list[Event]:
        open_call = run.line.dialogue.outstanding
        unique_id = "" if open_call is None else open_call.unique_id
        told = [text.replace("$ID", unique_id) if isinstance(text, str) else text for text in texts]
        return [FrameReceived(now, text) for text in told]

    return make


def interrupted(_run: CaseRun, now: float) -> list[Event]:
    """The user stops the run."""
    return [Interrupted(now)]


def lost(_run: CaseRun, now: float) -> list[Event]:
    """The Central System closes the connection."""
    return [Lost(now, "The Central System closed the connection with code 1011.", 1011)]


def call(unique_id: Any, action: str, body: Any) -> str:
    """A CALL of the Central System as text."""
    return json.dumps([2, unique_id, action, body])
