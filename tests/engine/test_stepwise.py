"""A case that somebody looks at step by step: nothing of a step is done before it is wanted."""

from __future__ import annotations

from csms_harness.engine.case import CaseRun, Limits
from csms_harness.engine.events import Event, GoOn, Interrupted, Lost
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import kinds, messages, play
from tests.support.scripted_csms import ScriptedCsms

STEPWISE = Limits(action=10.0, responses={"": 5.0}, stepwise=True)
SCENARIO = """
- {step: [1, 2], send: Heartbeat}
- step: [3, 4]
  receive: ClearCache
  trigger: {}
  reply: {status: Accepted}
- {step: 5, state: Authorized}
"""
PATIENCE = 400.0


class Keys:
    """Presses a key so many seconds after a step is held, and notes how much had been said by then."""

    def __init__(self, *, to_the_end: bool = False, instead: type[Event] | None = None) -> None:
        self.to_the_end, self.instead = to_the_end, instead
        self.since: float | None = None
        self.said: list[int] = []

    def __call__(self, run: CaseRun, now: float) -> list[Event]:
        if run.awaiting[0] != "you, at the next step":
            self.since = None
            return []
        self.since = now if self.since is None else self.since
        if now < self.since + PATIENCE:
            return []
        self.said.append(len(run.notes.executed))
        self.since = None
        if self.instead is Lost:
            return [Lost(now, "gone")]
        return [Interrupted(now)] if self.instead is Interrupted else [GoOn(now, self.to_the_end)]


def test_each_step_waits_and_no_deadline_runs_meanwhile() -> None:
    keys = Keys()
    result = play(SCENARIO, limits=STEPWISE, events=keys)
    assert result.verdict is Verdict.PASS
    assert keys.said == [1, 2, 3, 4]  # the state, and the step in it
    assert result.ended - result.began >= 4 * PATIENCE
    plain = play(SCENARIO)
    assert [one for one in messages(result) if "Heartbeat" not in one] == [
        one for one in messages(plain) if "Heartbeat" not in one
    ]
    assert result.checks == plain.checks


def test_whoever_has_seen_enough_lets_it_run_to_the_end() -> None:
    keys = Keys(to_the_end=True)
    assert play(SCENARIO, limits=STEPWISE, events=keys).verdict is Verdict.PASS
    assert keys.said == [1]


def test_a_central_system_that_hangs_up_meanwhile_and_a_user_who_stops_end_the_case() -> None:
    gone = play(SCENARIO, limits=STEPWISE, events=Keys(instead=Lost))
    assert gone.verdict is Verdict.FAIL
    assert [one.outcome for one in gone.executed] == ["failed", "not reached", "not reached"]
    assert kinds(play(SCENARIO, limits=STEPWISE, events=Keys(instead=Interrupted))) == [Kind.INTERRUPTED]


def test_a_call_that_comes_while_its_step_is_held_is_taken_by_it() -> None:
    scenario = "- {step: [1, 2], send: Heartbeat}\n- {step: [3, 4], receive: ClearCache, reply: {status: Accepted}}"
    csms = ScriptedCsms(unasked={"Heartbeat": [("ClearCache", {})]})
    assert play(scenario, csms, limits=STEPWISE, events=Keys()).verdict is Verdict.PASS


def test_branches_and_loops_wait_as_well() -> None:
    keys = Keys()
    scenario = """
    - repeat: 2
      steps: [{send: Heartbeat}]
    - any_of:
        - name: it asks
          steps: [{receive: ClearCache, trigger: {}, reply: {status: Accepted}}, {send: Heartbeat}]
        - name: it resets
          steps: [{receive: Reset, reply: {status: Accepted}}]
    """
    assert play(scenario, limits=STEPWISE, events=keys).verdict is Verdict.PASS
    assert len(keys.said) == 4
