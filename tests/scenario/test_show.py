"""A case as a table of two columns, and matchers as short English."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from csms_harness.scenario.demands import needs
from csms_harness.scenario.given import CONFIGURED_NAMES
from csms_harness.scenario.library import Library
from csms_harness.scenario.load import load_library
from csms_harness.scenario.page import English, as_duration
from csms_harness.scenario.show import WIDTH, rule_text, state_table, two_columns
from tests.scenario.documents import case, states

SCENARIOS = Path(__file__).parents[2] / "scenarios"
ENGLISH = English()


OF_TEXT = {
    "Accepted", "' x'", "{not: A}", "{matches: A.*}", "{equals: A}", "{equals: A, absent_means: B}", "{one_of: [A, B]}",
    "{if_present: {one_of: [A]}}",
}  # fmt: skip
"""Matchers of a text; the others are of a list."""


def shown(steps: str, more: str = "") -> str:
    known = states()
    return two_columns(case(steps, more, known), Library({}, known, (), ""))


def table(steps: str) -> str:
    """The table alone, without its head."""
    return "\n" + "".join(shown(steps).partition("┼")[2].partition("\n")[2])


def test_a_case_is_shown_as_in_the_document() -> None:
    text = shown(
        """\
        - step: [1, 2]
          note: EV driver plugs in the cable.
          send: StatusNotification
          with: {connectorId: $config.connector_id, status: Preparing}
        - step: [3, 4]
          receive: RemoteStartTransaction
          trigger: {idTag: $config.valid_id_tag}
          where: {connectorId: 1}
          expect: {idTag: $config.valid_id_tag}
          observe: {connectorId: {at_least: 1}}
          reply: {status: Accepted}
          save: {idTag: idTag}
        - step: 5
          state: Charging
          with: {idTag: $idTag}
        """,
        """\
        description: The operator starts a transaction, and the driver, who has plugged in, sees it begin, and so on.
        requires: [profile.Core]
        forbid: [Reset]
        before: {configuration: {A: "true"}, memory: [{idTag: x}], states: [{state: Charging, with: {idTag: y}}]}
        after: [{send: Heartbeat}]
        readings: [The document is silent.]
        """,
    )
    assert (
        text
        == """\
TC_010_CSMS   Remote Start
Section       3.4.1, edition 2025-11, feature profile Core
Purpose       The Central System starts a transaction.
Description   The operator starts a transaction, and the driver, who has plugged in, sees it begin,
              and so on.
Requires      profile.Core
Starts        booted; A = true; provisioned {idTag: x}
Forbidden     Reset.req

Before        what fails here leaves the case INCONCLUSIVE
Charge Point                                     │ Central System
─────────────────────────────────────────────────┼──────────────────────────────────────────────────
state Charging with idTag = y (section 3.22)
  Charging 1. StartTransaction.req               │
     connectorId = the configured connector      │
     idTag = y                                   │
     reservationId left out                      │
                                                 │   Charging 2. StartTransaction.conf
                                                 │      expects idTagInfo.status = Accepted
                                                 │      keeps transactionId as $transactionId

Scenario      what the case judges
Charge Point                                     │ Central System
─────────────────────────────────────────────────┼──────────────────────────────────────────────────
Note: EV driver plugs in the cable.
1. StatusNotification.req                        │
   connectorId = the configured connector        │
   status = Preparing                            │
                                                 │ 2. StatusNotification.conf
                                                 │ 3. RemoteStartTransaction.req
                                                 │    asked for idTag = the configured idTag
                                                 │    only with connectorId = 1
                                                 │    expects idTag = the configured idTag
                                                 │    observes connectorId at least 1
                                                 │    keeps idTag as $idTag
4. RemoteStartTransaction.conf                   │
   status = Accepted                             │
5. state Charging with idTag = $idTag (section 3.22)
  5 › Charging 1. StartTransaction.req           │
     connectorId = the configured connector      │
     idTag = $idTag                              │
     reservationId left out                      │
                                                 │   5 › Charging 2. StartTransaction.conf
                                                 │      expects idTagInfo.status = Accepted
                                                 │      keeps transactionId as $transactionId

After         always, without effect on the verdict
Charge Point                                     │ Central System
─────────────────────────────────────────────────┼──────────────────────────────────────────────────
Heartbeat.req                                    │
                                                 │ Heartbeat.conf

Reading 1     The document is silent.
"""
    )


def test_the_other_verbs_are_shown() -> None:
    assert (
        table("""\
        - {connect: null, expect: {subprotocol: ocpp1.6}, save: {began: at}}
        - {step: 1, wait: 90 s, because: The interval has passed, at_most: 1 min}
        - {absent: Reset, during: 2 h, where: {type: Hard}}
        - {disconnect: drop, save: {lost: at}}
        - {disconnect: null}
        - {step: 2, for_each: {connectorId: [0, 1]}, steps: [{send: Heartbeat, within: 500 ms}]}
        - {repeat: 2, every: 5 s, at_most: $config.patience, steps: [{receive: Reset, optional: true, reply: $answer}]}
        - {send: DataTransfer, expect_error: {code: NotSupported}}
        - {receive: ClearCache, within: 3 s, reply_error: {code: InternalError}}
        - any_of:
            - {name: it is reset, steps: [{receive: Reset}]}
            - {name: it is not, steps: [{send: Heartbeat}]}
        """)
        == """
connects                                         │ expects subprotocol = ocpp1.6
   keeps at as $began                            │
1. waits 90 s, at most 1 min                     │
   The interval has passed                       │
                                                 │ no Reset.req for 2 h
                                                 │    only with type = Hard
drops the connection                             │
   keeps at as $lost                             │
closes the connection                            │
── 2. for each connectorId of [0, 1]
2. Heartbeat.req                                 │
                                                 │ Heartbeat.conf
                                                 │    within 500 ms
── end
── 2 times, every 5 s, at most the configured patience
                                                 │ Reset.req (optional)
Reset.conf                                       │
   as this Charge Point answers anyway           │
── end
DataTransfer.req                                 │
                                                 │ CALLERROR to DataTransfer.req
                                                 │    expects code = NotSupported
                                                 │ ClearCache.req
                                                 │    within 3 s
CALLERROR to ClearCache.req                      │
   code = InternalError                          │
── any of these, whichever begins first: it is reset
                                                 │ Reset.req
Reset.conf                                       │
   as this Charge Point answers anyway           │
── or: it is not
Heartbeat.req                                    │
                                                 │ Heartbeat.conf
── end
"""
    )


def test_a_long_path_breaks_before_its_last_member() -> None:
    text = table("""\
        - receive: SetChargingProfile
          expect: {csChargingProfiles: {chargingSchedule: {chargingRateUnit: {one_of: [A, W]}}}}
          reply: $answer
        """)
    assert text.startswith("""
                                                 │ SetChargingProfile.req
                                                 │    expects csChargingProfiles.chargingSchedule.
                                                 │      chargingRateUnit one of A, W
""")


def test_every_real_case_is_shown_within_the_width_and_always_the_same() -> None:
    library = load_library(SCENARIOS)
    for case_id, found in library.cases.items():
        text = two_columns(found, library)
        assert text.startswith(case_id)
        assert max(map(len, text.splitlines())) <= WIDTH
        assert text == two_columns(found, library)


def test_what_is_asked_for_and_what_depends_on_a_condition_are_told_in_short() -> None:
    assert (
        table("""\
        - step: [1, 2]
          receive: ReserveNow
          trigger: {connectorId: $config.connector_id, idTag: A, expiryDate: $now + 30 min}
          expect: {as: $asked, expiryDate: {after: $now}}
          if: {connectorId: 0}
          then: {reservationId: {more_than: 5}}
          else: {reservationId: {less_than: 5}, idTag: $asked}
          observe: {reservationId: $asked.connectorId}
          reply: $answer
        """)
        == """
                                                 │ 1. ReserveNow.req
                                                 │    asked for connectorId = the configured
                                                 │      connector
                                                 │    asked for idTag = A
                                                 │    asked for expiryDate = now + 30 min
                                                 │    expects as asked for: connectorId, idTag
                                                 │    expects expiryDate later than now
                                                 │    expects if connectorId = 0: reservationId more
                                                 │      than 5
                                                 │    expects otherwise: idTag as asked for,
                                                 │      reservationId less than 5
                                                 │    observes reservationId = the connectorId that
                                                 │      was asked for
2. ReserveNow.conf                               │
   as this Charge Point answers anyway           │
"""
    )


def test_a_step_inside_a_branch_or_a_loop_stands_under_the_numbers_around_it() -> None:
    text = table("""\
        - step: [1, 2]
          any_of:
            - {name: a, steps: [{for_each: {x: [1]}, steps: [{receive: Reset, reply: $answer}]}]}
            - {name: b, steps: [{step: [3, 4], receive: ClearCache, reply: $answer}]}
        """)
    assert all(
        label in text for label in ("│ 1. Reset.req", "2. Reset.conf", "│ 3. ClearCache.req", "4. ClearCache.conf")
    )


def test_names_are_told_by_the_values_of_a_target() -> None:
    known = states()
    found = case("- {send: Authorize, with: {idTag: $config.valid_id_tag}}\n", "", known)
    library = Library({}, known, (), "")
    assert "idTag = the configured idTag " in two_columns(found, library)
    assert "idTag = TAG-9 " in two_columns(found, library, {"config.valid_id_tag": "TAG-9"})


def test_a_state_is_shown_with_its_parameters() -> None:
    known = states()
    text = state_table(known["Charging"], Library({}, known, (), ""))
    assert text.startswith("State         Charging\n")
    assert "Parameters    idTag = the configured idTag; reservationId left out\n" in text
    assert "\n1. StartTransaction.req " in text


def test_a_standing_rule_is_told_with_its_clause_and_its_purpose() -> None:
    rules = {rule.id: rule_text(rule) for rule in load_library(SCENARIOS).rules}
    assert rules["WIRE_006"].startswith("WIRE_006      Payloads fit their OCPP 1.6 JSON schema\nClause        OCPP 1.6")
    assert rules["WIRE_006"].endswith("Held against  every frame of the run\n")
    assert rules["RULE_004"].endswith("Held against  the run as a whole\n")


def test_every_name_of_the_shipped_scenarios_has_a_name_in_english() -> None:
    library = load_library(SCENARIOS)
    used = {name for found in library.cases.values() for name in needs(found, library.states)}
    assert sorted(used - CONFIGURED_NAMES.keys()) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Accepted", "Accepted"),
        ("' x'", '" x"'),
        ("[]", "[]"),
        ("[A, $config.x]", "[A, the configured x]"),
        ("{only: [A, {matches: B}]}", "a list of only A, text like B"),
        ("{not: A}", "not A"),
        ("{one_of: [A, B]}", "one of A, B"),
        ("{matches: A.*}", "text like A.*"),
        ("{equals: A}", "A"),
        ("{equals: A, absent_means: B}", "A (absent means B)"),
        ("{present: true}", "present"),
        ("{present: false}", "absent"),
        ("{if_present: {one_of: [A]}}", "absent or one of A"),
        ("{contains: A}", "a list with A"),
        ("{each: {matches: A}}", "a list in which each is text like A"),
        ("{count: 2}", "a list of 2"),
        ("{count: {at_least: 1, at_most: 3}}", "a list of at least 1 and at most 3"),
    ],
)
def test_a_matcher_is_a_short_sentence(text: str, sentence: str) -> None:
    action, member = ("DataTransfer", "data") if text in OF_TEXT else ("GetConfiguration", "key")
    step: Any = case(f"- {{receive: {action}, expect: {{{member}: {text}}}, reply: $answer}}\n").steps[0]
    assert ENGLISH.matcher(step.expect.members[member]) == sentence


def test_dates_and_members_are_sentences_too() -> None:
    found: Any = case("""\
        - receive: ReserveNow
          expect: {expiryDate: {after: $now - 5 min, near: $now, tolerance: 90 s}}
          reply: $answer
        """).steps[0]
    assert ENGLISH.matcher(found.expect) == "{expiryDate: later than now - 5 min and now ± 90 s}"
    assert list(ENGLISH.requirements(found.expect)) == ["expiryDate later than now - 5 min and now ± 90 s"]
    assert list(ENGLISH.requirements(None)) == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.5, "500 ms"), (1, "1 s"), (1.5, "1.5 s"), (60, "1 min"), (90, "90 s"), (7200, "2 h"), (0, "0 s")],
)
def test_a_duration_is_told_in_its_largest_whole_unit(seconds: float, text: str) -> None:
    assert as_duration(seconds) == text


def test_values_are_told_as_they_are_written() -> None:
    assert ENGLISH.value({"a": [1, None, True], "b": "x y", "c": ""}) == '{a: [1, left out, true], b: x y, c: ""}'
