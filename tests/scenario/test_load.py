"""Scenario files as test cases, states and a library."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistakes
from csms_harness.scenario.load import load_case, load_library, parse_case, parse_state
from csms_harness.scenario.matchers import Asked, Both, Equals, Members, Predicates, Requirement, When
from csms_harness.scenario.model import (
    Absent,
    AnyOf,
    Connect,
    Disconnect,
    ForEach,
    Receive,
    Repeat,
    RunState,
    Send,
    Step,
    Wait,
)
from csms_harness.scenario.values import Duration, Instant, Reference
from csms_harness.scenario.walk import references_in
from tests.scenario.documents import BOOTED, CHARGING, HEAD, case, case_text, states


def step(text: str) -> Any:
    """The only step of a case."""
    found = case(text).steps
    assert len(found) == 1
    return found[0]


def at(line: int, column: int) -> Location:
    return Location("case.yaml", line, column)


def test_the_head_of_a_case_is_read() -> None:
    found = case(
        "- send: Heartbeat\n",
        """\
        description: What happens.
        requires: [profile.Reservation]
        forbid: [Reset]
        readings: [The document is silent.]
        before:
          from: disconnected
          configuration: {HeartbeatInterval: 5, AuthorizeRemoteTxRequests: true}
          memory: [{idTag: $config.blocked_id_tag}]
          states: [Booted, {state: Charging, with: {idTag: $config.valid_id_tag_2}}]
        after:
          - send: Heartbeat
        """,
    )
    assert (found.id, found.name, found.section, found.edition) == ("TC_010_CSMS", "Remote Start", "3.4.1", "2025-11")
    assert (found.profile, found.purpose) == ("Core", "The Central System starts a transaction.")
    assert (found.description, found.requires, found.forbid) == ("What happens.", ("profile.Reservation",), ("Reset",))
    assert found.readings == ("The document is silent.",)
    assert found.before.start == "disconnected"
    assert found.before.configuration == {"HeartbeatInterval": 5, "AuthorizeRemoteTxRequests": True}
    assert [state.name for state in found.before.states] == ["Booted", "Charging"]
    assert found.before.states[1].arguments["idTag"] == Reference("config.valid_id_tag_2", at(17, 52))
    assert isinstance(found.before.memory[0]["idTag"], Reference)
    assert len(found.after) == 1
    assert found.where == at(1, 1)


def test_a_case_starts_booted_when_it_says_nothing() -> None:
    assert case("- send: Heartbeat\n").before.start == "booted"


def test_a_send_step_is_read_with_all_its_modifiers() -> None:
    found = step("""\
        - step: [7, 8]
          note: The driver presents the idTag.
          send: StartTransaction
          with: {connectorId: $config.connector_id, idTag: A, meterStart: null}
          expect: {idTagInfo: {status: Accepted}}
          observe: {transactionId: {at_least: 1}}
          save: {transactionId: transactionId}
          within: 30 s
        """)
    assert found == Send(
        where=at(8, 5),
        numbers=(7, 8),
        note="The driver presents the idTag.",
        action="StartTransaction",
        payload={"connectorId": Reference("config.connector_id", at(11, 25)), "idTag": "A", "meterStart": None},
        expect=Members({"idTagInfo": Members({"status": Equals("Accepted", at(12, 34))}, at(12, 25))}, at(12, 13)),
        observe=Members({"transactionId": Predicates((Requirement("at_least", 1),), at(13, 30))}, at(13, 14)),
        save={"transactionId": "transactionId"},
        within=Duration(30.0),
        checks=2,
    )


def test_a_receive_step_is_read_with_all_its_modifiers() -> None:
    found = step("""\
        - step: 3
          receive: RemoteStartTransaction
          trigger: {idTag: $config.valid_id_tag}
          where: {idTag: A}
          expect: {connectorId: {present: true}}
          reply: {status: Accepted}
          save: {idTag: idTag}
          within: 5
          optional: true
        """)
    assert isinstance(found, Receive)
    assert (found.numbers, found.action, found.optional, found.within) == (
        (3,),
        "RemoteStartTransaction",
        True,
        Duration(5),
    )
    assert found.trigger == {"idTag": Reference("config.valid_id_tag", at(10, 22))}
    assert found.match == Members({"idTag": Equals("A", at(11, 20))}, at(11, 12))
    assert (found.reply, found.save) == ({"status": "Accepted"}, {"idTag": "idTag"})


def test_an_empty_trigger_asks_and_a_missing_one_does_not() -> None:
    assert step("- {receive: ClearCache, trigger: {}, reply: $answer}\n").trigger == {}
    assert step("- {receive: ClearCache, reply: $answer}\n").trigger is None


def test_a_reply_may_be_the_answer_of_the_charge_point_or_an_error() -> None:
    assert step("- {receive: ClearCache, reply: $answer}\n").reply.name == "answer"
    found = step("- {receive: ClearCache, reply_error: {code: InternalError, details: {a: 1}}}\n")
    assert found.reply_error == {"code": "InternalError", "details": {"a": 1}}


def test_the_other_verbs_are_read() -> None:
    found = case("""\
        - connect:
          expect: {subprotocol: ocpp1.6}
          save: {began: at}
        - disconnect:
        - disconnect: drop
          save: {lost: at}
        - {wait: $lost, because: Patience, at_most: 2 h}
        - {absent: Reset, during: 10 s, where: {type: Hard}}
        - {state: Charging, with: {idTag: A}}
        - any_of:
            - {name: a, steps: [{receive: Reset, reply: $answer}]}
            - {name: b, steps: [{send: Heartbeat}]}
        - {for_each: {connectorId: [0, 1]}, steps: [{send: Heartbeat}]}
        - {repeat: 2, every: 5 min, at_most: $config.patience, steps: [{send: Heartbeat}]}
        """).steps
    kinds = [Connect, Disconnect, Disconnect, Wait, Absent, RunState, AnyOf, ForEach, Repeat]
    assert [type(one) for one in found] == kinds
    connect, close, drop, wait, absent, state, any_of, loop, repeat = found
    assert isinstance(connect, Connect)
    assert connect.save == {"began": "at"}
    assert isinstance(close, Disconnect)
    assert isinstance(drop, Disconnect)
    assert (close.drop, drop.drop, drop.save) == (False, True, {"lost": "at"})
    assert isinstance(wait, Wait)
    assert (str(wait.duration), wait.because, wait.at_most) == ("$lost", "Patience", Duration(7200))
    assert isinstance(absent, Absent)
    assert (absent.action, absent.during) == ("Reset", Duration(10))
    assert isinstance(state, RunState)
    assert (state.name, state.arguments) == ("Charging", {"idTag": "A"})
    assert isinstance(any_of, AnyOf)
    assert [branch.name for branch in any_of.branches] == ["a", "b"]
    assert isinstance(loop, ForEach)
    assert (loop.name, loop.values) == ("connectorId", [0, 1])
    assert isinstance(repeat, Repeat)
    assert (repeat.times, repeat.every) == (2, Duration(300))


@pytest.mark.parametrize(
    ("text", "offset"),
    [("$now", 0.0), ("$now + 30 min", 1800.0), ("$now - 5 min", -300.0), ("$now+500 ms", 0.5)],
)
def test_now_is_an_instant_with_an_offset(text: str, offset: float) -> None:
    value = step(f"- {{receive: ReserveNow, trigger: {{expiryDate: {text}}}, reply: $answer}}\n").trigger["expiryDate"]
    assert isinstance(value, Instant)
    assert value.offset == offset


def test_now_takes_a_configured_duration() -> None:
    text = "- {receive: ReserveNow, trigger: {expiryDate: $now + $config.expiry_offset}, reply: $answer}\n"
    assert step(text).trigger["expiryDate"].offset.name == "config.expiry_offset"


def test_a_second_dollar_sign_makes_text_of_a_name() -> None:
    assert step("- {send: Authorize, with: {idTag: $$now}}\n").payload == {"idTag": "$now"}


def test_a_dollar_sign_inside_text_is_text() -> None:
    assert step("- {send: Authorize, with: {idTag: a$b}}\n").payload == {"idTag": "a$b"}


@pytest.mark.parametrize(
    ("path", "matcher", "word"),
    [
        ("interval", "{equals: 5}", 5),
        ("interval", "{at_most: 5.5}", 5.5),
        ("status", "{one_of: [Accepted, Pending]}", ["Accepted", "Pending"]),
        ("status", "{matches: 'A.*'}", "A.*"),
        ("status", "{present: false}", False),
        ("status", "{one_of: [Accepted], absent_means: Pending}", ["Accepted"]),
        ("interval", "{at_least: $config.x}", Reference("config.x", Location("case.yaml", 8, 60))),
    ],
)
def test_a_predicate_holds_its_operand(path: str, matcher: str, word: object) -> None:
    found = step(f"- {{send: BootNotification, expect: {{{path}: {matcher}}}}}\n")
    assert found.expect.members[path].requirements[0].operand == word


def test_predicates_of_matchers_hold_matchers() -> None:
    found = step("""\
        - receive: GetConfiguration
          expect:
            key: {count: 2, contains: A, each: {matches: ".+"}, not: [], if_present: {count: {at_least: 1}}}
          reply: $answer
        """)
    requirements = found.expect.members["key"].requirements
    assert {one.word: type(one.operand) for one in requirements} == {
        "count": Equals, "contains": Equals, "each": Predicates, "not": Equals, "if_present": Predicates,
    }  # fmt: skip


def test_near_holds_an_instant_and_a_tolerance() -> None:
    found = step("- {send: Heartbeat, expect: {currentTime: {near: $now, tolerance: 5 min}}}\n")
    near = found.expect.members["currentTime"]
    assert isinstance(near.operand("near"), Instant)
    assert (near.operand("tolerance"), near.operand("after")) == (Duration(300), None)


def test_only_holds_a_matcher_for_each_item() -> None:
    found = step("- {receive: GetConfiguration, expect: {key: {only: [A, {matches: B}]}}, reply: $answer}\n")
    assert [type(one) for one in found.expect.members["key"].operand("only")] == [Equals, Predicates]


# -- what was asked for ---------------------------------------------------------------------------------------

PROFILE = """\
- receive: SetChargingProfile
  trigger:
    connectorId: $config.connector_id
    csChargingProfiles: {stackLevel: 0, validTo: null, chargingSchedule: {duration: 300, chargingSchedulePeriod: []}}
  reply: {status: Accepted}
"""


def leaves(matcher: Any, path: str = "") -> dict[str, str]:
    """The path of each leaf of a matcher, with the name that it must be as, or what kind of matcher it is."""
    if isinstance(matcher, Members):
        inside = (leaves(inner, f"{path}.{name}".strip(".")) for name, inner in matcher.members.items())
        return {name: told for found in inside for name, told in found.items()}
    return {path: matcher.value.name if isinstance(matcher, Asked) else type(matcher).__name__}


EVERY = {
    "connectorId": "asked.connectorId",
    "csChargingProfiles.stackLevel": "asked.csChargingProfiles.stackLevel",
    "csChargingProfiles.chargingSchedule.duration": "asked.csChargingProfiles.chargingSchedule.duration",
    "csChargingProfiles.chargingSchedule.chargingSchedulePeriod": (
        "asked.csChargingProfiles.chargingSchedule.chargingSchedulePeriod"
    ),
}


def test_asked_alone_stands_for_every_member_that_is_asked_for_but_for_those_left_out() -> None:
    assert leaves(step(f"{PROFILE}  expect: $asked\n").expect) == EVERY


def test_a_difference_takes_the_place_of_the_members_it_names_and_of_no_others() -> None:
    differences = "{recurrencyKind: {present: false}, chargingSchedule: {duration: {present: true}}}"
    found = step(f"{PROFILE}  expect: {{as: $asked, csChargingProfiles: {differences}}}\n")
    assert leaves(found.expect) == {
        **EVERY,
        "csChargingProfiles.chargingSchedule.duration": "Predicates",
        "csChargingProfiles.recurrencyKind": "Predicates",
    }


def test_a_predicate_takes_the_place_of_a_whole_object_that_was_asked_for() -> None:
    found = step(f"{PROFILE}  expect: {{as: $asked, csChargingProfiles: {{present: true}}}}\n")
    assert leaves(found.expect) == {"connectorId": "asked.connectorId", "csChargingProfiles": "Predicates"}


def test_asked_at_a_member_is_what_is_asked_for_at_that_place_and_no_other() -> None:
    found = step(f"{PROFILE}  expect: {{csChargingProfiles: {{stackLevel: $asked, chargingSchedule: $asked}}}}\n")
    wanted = {name: told for name, told in EVERY.items() if name != "connectorId"}
    assert leaves(found.expect) == wanted


def test_asked_with_a_path_is_a_value_like_any_other() -> None:
    found = step(f"{PROFILE}  observe: {{connectorId: $asked.csChargingProfiles.stackLevel}}\n")
    assert leaves(found.observe) == {"connectorId": "asked.csChargingProfiles.stackLevel"}
    text = "- {receive: DataTransfer, trigger: {vendorId: v}, reply: {status: Accepted, data: $asked.vendorId}}\n"
    assert step(text).reply["data"].name == "asked.vendorId"


@pytest.mark.parametrize("predicate", ["{at_least: $asked}", "{equals: $asked}", "{one_of: [$asked]}"])
def test_asked_behind_a_predicate_is_what_is_asked_for_at_that_place(predicate: str) -> None:
    found = step(f"{PROFILE}  expect: {{csChargingProfiles: {{stackLevel: {predicate}}}}}\n")
    (name,) = {reference.name for reference in references_in(found.expect)}
    assert name == "asked.csChargingProfiles.stackLevel"


def test_as_asked_may_begin_anywhere_inside() -> None:
    found = step(f"{PROFILE}  expect: {{csChargingProfiles: {{as: $asked, stackLevel: {{at_least: 0}}}}}}\n")
    assert leaves(found.expect)["csChargingProfiles.stackLevel"] == "Predicates"
    assert "csChargingProfiles.chargingSchedule.duration" in leaves(found.expect)


def test_a_condition_stands_beside_what_is_always_expected() -> None:
    steps = "- {receive: Reset, expect: {type: Hard}, if: {type: Hard}, then: {type: Hard}, reply: $answer}\n"
    found = step(steps).expect
    assert isinstance(found, Both)
    assert isinstance(found.second, When)
    assert found.second.otherwise is None
    alone = step("- {receive: Reset, if: {type: Hard}, then: {}, else: {type: Soft}, reply: $answer}\n").expect
    assert isinstance(alone, When)
    assert isinstance(alone.otherwise, Members)


def test_an_array_element_can_be_saved_by_its_index() -> None:
    found = step("- {receive: GetConfiguration, reply: $answer, save: {first: 'key[0]'}}\n")
    assert found.save == {"first": "key[0]"}


def test_members_that_no_schema_names_may_be_anything() -> None:
    found = step(
        "- {send: DataTransfer, expect_error: {details: {a: {after: $now}, b: {at_least: 2026-01-31T12:00:00Z}}}}\n"
    )
    details = found.expect_error.members["details"].members
    assert isinstance(details["a"].operand("after"), Instant)
    assert details["b"].operand("at_least") == "2026-01-31T12:00:00Z"


def test_what_an_error_saves_cannot_be_saved_but_any_detail_can_be_matched() -> None:
    with pytest.raises(Mistakes, match="'save' and 'expect_error' cannot stand in one step"):
        case("- {send: DataTransfer, expect_error: {code: NotSupported}, save: {x: data}}\n")


def test_all_mistakes_of_a_case_are_told_at_once() -> None:
    with pytest.raises(Mistakes) as mistakes:
        case("""\
            - send: Hartbeat
            - receive: Reset
              expect: {typ: Hard}
              reply: {status: $status}
            - state: Chargng
            """)
    assert [(mistake.where.line, mistake.hint) for mistake in mistakes.value.mistakes] == [
        (8, "did you mean 'Heartbeat'?"),
        (10, "did you mean 'type'?"),
        (11, ""),
        (12, "did you mean 'Charging'?"),
    ]


def test_a_step_that_cannot_be_read_does_not_make_later_names_unknown() -> None:
    with pytest.raises(Mistakes) as mistakes:
        case("""\
            - sned: StartTransaction
              save: {transactionId: transactionId}
            - send: StopTransaction
              with: {transactionId: $transactionId}
            """)
    assert [mistake.text for mistake in mistakes.value.mistakes] == ["this step has no verb"]


def test_an_unknown_state_does_not_make_later_names_unknown() -> None:
    with pytest.raises(Mistakes) as mistakes:
        case("- state: Charginggg\n- {send: StopTransaction, with: {transactionId: $transactionId}}\n")
    assert [mistake.text for mistake in mistakes.value.mistakes] == ["there is no state 'Charginggg'"]


KNOWN_NAMES = {
    "what a state saves is visible to its caller": """\
        - state: Charging
        - {send: StopTransaction, with: {transactionId: $transactionId}}
        """,
    "the answer may use what the request said": """\
        - receive: DataTransfer
          save: {told: data}
          reply: {status: Accepted, data: $told}
        """,
    "what every branch saves is known": """\
        - any_of:
            - {name: a, steps: [{receive: Reset, reply: $answer, save: {kind: type}}]}
            - {name: b, steps: [{send: Heartbeat, save: {kind: currentTime}}]}
        - {send: DataTransfer, with: {vendorId: x, data: $kind}}
        """,
    "a loop names its value inside": """\
        - for_each: {connectorId: $charge_point.connector_ids}
          steps: [{send: StatusNotification, with: {connectorId: $connectorId}}]
        """,
    "what a loop saves is known behind it": """\
        - {repeat: 2, steps: [{send: Heartbeat, save: {time: currentTime}}]}
        - {send: DataTransfer, with: {vendorId: x, data: $time}}
        """,
    "a configuration key is given": """\
        - {wait: $configuration.ConnectionTimeOut, because: The key says so}
        """,
}


@pytest.mark.parametrize("why", KNOWN_NAMES)
def test_a_name_is_known(why: str) -> None:
    assert case(KNOWN_NAMES[why]).steps


UNKNOWN_NAMES = {
    "what an optional step saves": """\
        - {receive: Reset, optional: true, reply: $answer, save: {kind: type}}
        - {send: DataTransfer, with: {vendorId: x, data: $kind}}
        """,
    "the parameters of a state": """\
        - state: Charging
        - {send: Authorize, with: {idTag: $idTag}}
        """,
    "the name of a loop behind it": """\
        - {for_each: {kind: [a]}, steps: [{send: Heartbeat}]}
        - {send: DataTransfer, with: {vendorId: x, data: $kind}}
        """,
    "what another branch saves": """\
        - any_of:
            - {name: a, steps: [{receive: Reset, reply: $answer, save: {kind: type}}]}
            - {name: b, steps: [{receive: Reset, where: {type: $kind}, reply: $answer}]}
        """,
    "what this step itself saves": """\
        - {send: DataTransfer, with: {vendorId: x, data: $kind}, save: {kind: data}}
        """,
}


@pytest.mark.parametrize("why", UNKNOWN_NAMES)
def test_a_name_is_not_known(why: str) -> None:
    with pytest.raises(Mistakes, match=r"saves \$|saved only sometimes"):
        case(UNKNOWN_NAMES[why])


def test_the_names_of_the_scenario_are_known_afterwards() -> None:
    found = case("- state: Charging\n", "after:\n  - {send: StopTransaction, with: {transactionId: $transactionId}}\n")
    assert isinstance(found.after[0], Step)


def test_a_state_saves_what_the_states_it_runs_save() -> None:
    outer = """\
state: Offline
section: "3.23"
edition: "2025-11"
before: {states: [Charging]}
scenario:
  - disconnect: drop
"""
    text = "- state: Offline\n- {send: StopTransaction, with: {transactionId: $transactionId}}\n"
    assert case(text, known=states(outer)).steps


# -- files -------------------------------------------------------------------------------------------------


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    entry = "{id: TC_010_CSMS, name: Remote Start, section: 3.4.1, profile: Core, functionality: Core}"
    return write(
        tmp_path / "scenarios",
        core__TC_010_CSMS=case_text("- send: Heartbeat\n"),
        states__booted=BOOTED,
        states__charging=CHARGING,
        catalogue=f'edition: "2025-11"\ncases:\n  - {entry}\n',
    )


def test_a_library_holds_cases_states_and_catalogue(folder: Path) -> None:
    library = load_library(folder)
    assert (list(library.cases), sorted(library.states)) == (["TC_010_CSMS"], ["Booted", "Charging"])
    assert library.catalogue[0].id == "TC_010_CSMS"
    assert library.cases["TC_010_CSMS"].where == Location("scenarios/core/TC_010_CSMS.yaml", 1, 1)


def test_the_digest_changes_with_any_scenario_and_not_with_the_catalogue(folder: Path) -> None:
    digest = load_library(folder).digest
    assert len(digest) == hashlib.sha256().digest_size * 2
    catalogue = folder / "catalogue.yaml"
    catalogue.write_text(f"{catalogue.read_text()}# more\n")
    assert load_library(folder).digest == digest
    write(folder, states__charging=f"{CHARGING}# more\n")
    assert load_library(folder).digest != digest


def test_the_digest_changes_with_a_name(folder: Path) -> None:
    digest = load_library(folder).digest
    (folder / "states" / "charging.yaml").rename(folder / "states" / "loading.yaml")
    assert load_library(folder).digest != digest


def test_the_digest_does_not_depend_on_where_the_folder_is(folder: Path, tmp_path: Path) -> None:
    digest = load_library(folder).digest
    assert load_library(folder.rename(tmp_path / "elsewhere")).digest == digest


def test_the_mistakes_of_all_files_are_told_at_once(folder: Path) -> None:
    write(
        folder,
        core__TC_011_CSMS="a: [",
        core__TC_012_CSMS=case_text("- send: Heartbeat\n"),
        core__TC_013_CSMS=case_text("- state: Nothing\n").replace("TC_010", "TC_013"),
        states__other=CHARGING,
        catalogue="cases: []\n",
    )
    with pytest.raises(Mistakes) as mistakes:
        load_library(folder)
    assert [(str(mistake.where), mistake.text) for mistake in mistakes.value.mistakes] == [
        ("scenarios/catalogue.yaml:1:1", "missing here: 'edition'"),
        ("scenarios/core/TC_011_CSMS.yaml:1:5", "not valid YAML: did not find expected node content"),
        ("scenarios/core/TC_012_CSMS.yaml:1:1", "TC_010_CSMS is read already from scenarios/core/TC_010_CSMS.yaml"),
        (
            "scenarios/core/TC_012_CSMS.yaml:1:5",
            "the file is called TC_012_CSMS.yaml, so its id must be TC_012_CSMS, not TC_010_CSMS",
        ),
        ("scenarios/core/TC_013_CSMS.yaml:8:5", "there is no state 'Nothing'"),
        ("scenarios/states/other.yaml:1:1", "Charging is read already from scenarios/states/charging.yaml"),
    ]


def test_a_file_that_would_be_overlooked_is_told(folder: Path) -> None:
    (folder / "core" / "TC_011_CSMS.yml").write_text("")
    with pytest.raises(Mistakes, match=r"core/TC_011_CSMS.yml:1:1: must end in .yaml to be read"):
        load_library(folder)


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="is no folder with scenarios"):
        load_library(tmp_path / "none")


CATALOGUE_MISTAKES = {
    "{id: A, name: A, section: 3.4.1, profile: Core, functionality: Smart}": "the functionality of Core is 'Core'",
    "{id: A, name: A, section: 3.4.1, profile: Kore, functionality: Core}": "'profile' must be Core, Firmware",
    "{id: A, name: A, section: 3.4.1, profile: Core, functionality: Core, reason: 1}": "'reason' must be text",
    "{id: A, name: A, section: 3.4.1, profile: Core, functionality: Core, implemented: true}": "unknown key 'impl",
    "{id: A}": "missing here: 'name', 'section', 'profile', 'functionality'",
}


@pytest.mark.parametrize("entry", CATALOGUE_MISTAKES)
def test_a_mistake_in_the_catalogue_is_told(folder: Path, entry: str) -> None:
    write(folder, catalogue=f'edition: "2025-11"\ncases:\n  - {entry}\n')
    with pytest.raises(Mistakes) as mistakes:
        load_library(folder)
    assert CATALOGUE_MISTAKES[entry] in str(mistakes.value)


def test_an_entry_may_stand_only_once(folder: Path) -> None:
    text = (folder / "catalogue.yaml").read_text()
    write(folder, catalogue=text + text.splitlines()[-1] + "\n")
    with pytest.raises(Mistakes, match=r"catalogue.yaml:4:5: TC_010_CSMS stands twice in the catalogue"):
        load_library(folder)


def test_one_case_is_loaded_from_its_file(folder: Path) -> None:
    path = folder / "core" / "TC_010_CSMS.yaml"
    found = load_case(path, states())
    assert (found.id, found.where.file) == ("TC_010_CSMS", str(path))


def test_one_case_whose_id_is_not_its_file_name_is_refused(folder: Path) -> None:
    path = (folder / "core" / "TC_010_CSMS.yaml").rename(folder / "core" / "TC_011_CSMS.yaml")
    with pytest.raises(Mistakes, match=r"so its id must be TC_011_CSMS, not TC_010_CSMS"):
        load_case(path, states())


def test_one_case_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="cannot be read: no such file or directory"):
        load_case(tmp_path / "TC_010_CSMS.yaml", {})


def test_states_that_run_each_other_are_refused(folder: Path) -> None:
    ring = 'state: {}\nsection: "1"\nedition: "1"\nscenario:\n  - state: {}\n'
    write(folder, states__one=ring.format("One", "Two"), states__two=ring.format("Two", "One"))
    with pytest.raises(Mistakes) as mistakes:
        load_library(folder)
    assert [mistake.text for mistake in mistakes.value.mistakes] == [
        "the state One runs itself: One → Two → One",
        "the state Two runs itself: Two → One → Two",
    ]


def test_a_state_that_runs_a_ring_of_others_is_not_itself_in_it(folder: Path) -> None:
    ring = 'state: {}\nsection: "1"\nedition: "1"\nscenario:\n  - state: {}\n'
    for name, other in (("One", "Two"), ("Two", "Three"), ("Three", "Two")):
        write(folder, **{f"states__{name}": ring.format(name, other)})
    with pytest.raises(Mistakes) as mistakes:
        load_library(folder)
    assert [mistake.where.file for mistake in mistakes.value.mistakes] == [
        "scenarios/states/Three.yaml",
        "scenarios/states/Two.yaml",
    ]


def test_only_the_action_is_told_when_it_is_unknown_and_not_its_members() -> None:
    with pytest.raises(Mistakes) as mistakes:
        case("- {send: Hartbeat, with: {a: 1}, expect: {b: {c: 2}}, save: {d: e.f}}\n")
    assert [mistake.text for mistake in mistakes.value.mistakes] == ["OCPP 1.6 has no action 'Hartbeat'"]


def test_a_case_is_the_same_when_it_is_read_again() -> None:
    assert case("- send: Heartbeat\n") == case("- send: Heartbeat\n")
    assert replace(case("- send: Heartbeat\n"), id="x") != case("- send: Heartbeat\n")


# -- nothing but Mistakes ------------------------------------------------------------------------------------

WORDS = """
send receive absent state connect disconnect wait any_of for_each repeat with expect save steps name
where trigger reply if then else as $asked step note during because Heartbeat Reset Charging $now $x null 1 true
{} [] {a:b} near tolerance one_of contains each count matches ( status idTag .inf "" before after id TC_010_CSMS
scenario params forbid requires readings from memory states configuration
"""


def flow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Lists and mappings of words, as YAML."""
    mappings = st.dictionaries(words, inner, max_size=3).map(
        lambda members: "{" + ", ".join(f"{name}: {value}" for name, value in members.items()) + "}"
    )
    return mappings | st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")


words = st.sampled_from(WORDS.split())


@settings(deadline=None)  # the machine may be busy
@given(st.recursive(words, flow, max_leaves=20))
def test_any_step_is_read_or_raises_mistakes(text: str) -> None:
    known = states()
    for whole in (f"{HEAD}scenario: [{text}]\n", f"{HEAD}scenario: {text}\nbefore: {text}\n", text):
        for read in (parse_case, parse_state):
            with suppress(Mistakes):
                read(whole, "case.yaml", known)


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_any_text_is_a_case_or_raises_mistakes(text: str) -> None:
    with pytest.raises(Mistakes):
        parse_case(text, "case.yaml", {})


# -- standing rules ------------------------------------------------------------------------------------------------

RULE = """\
id: WIRE_001
title: Every message is JSON text
clause: OCPP-J 1.6 section 4.1.2
rule: json
looks_at: frames
purpose: A message that no parser takes means nothing.
"""


def test_a_wire_rule_is_read(folder: Path) -> None:
    (rule,) = load_library(write(folder, wire__WIRE_001=RULE)).rules
    assert (rule.id, rule.rule) == ("WIRE_001", "json")


def test_a_wire_rule_that_names_no_known_check_is_refused(folder: Path) -> None:
    write(folder, wire__WIRE_001=RULE.replace("rule: json", "rule: jsn").replace("title", "titel"))
    with pytest.raises(Mistakes) as mistakes:
        load_library(folder)
    assert [(mistake.where.line, mistake.hint) for mistake in mistakes.value.mistakes] == [
        (1, ""),
        (2, "did you mean 'title'?"),
        (4, "did you mean 'json'?"),
    ]
