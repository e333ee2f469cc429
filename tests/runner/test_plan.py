"""Which cases run, which do not apply, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from csms_harness.runner.plan import Plan, Tempo, make_plan, order, outgrown
from csms_harness.runner.selection import NothingSelected, select
from csms_harness.scenario.file_keys import NEXT_PROFILE
from csms_harness.scenario.library import Entry, Library, TestCase
from csms_harness.target.pics import Functionalities, Pics, Product, undeclared
from csms_harness.verdict import Verdict
from tests.engine.play import STATES, a_case
from tests.support.scripted_csms import CONFIG

_ENTRIES = (
    ("TC_010_CSMS", "Core", "Core"),
    ("TC_023_1_CSMS", "Core", "Core"),
    ("TC_023_2_CSMS", "Core", "Core"),
    ("TC_0230_CSMS", "Core", "Core"),
    ("TC_046_CSMS", "Reservation", "Reservation"),
    ("TC_056_CSMS", "SmartCharging", "Smart Charging"),
    ("TC_043_1_CSMS", "LocalAuthListManagement", "Local Authorization List Management"),
)
CATALOGUE = tuple(Entry(one, one, "1", profile, row, "") for one, profile, row in _ENTRIES)


def library(**cases: TestCase) -> Library:
    """The catalogue above, with these cases; the others have no scenario."""
    return Library(dict(cases), STATES, CATALOGUE, "")


def case(case_id: str, scenario: str = "- send: Heartbeat", more: str = "") -> TestCase:
    """A case of that id."""
    return replace(a_case(scenario, more), id=case_id)


def chosen(*patterns: str) -> list[str]:
    return [entry.id for entry in select(patterns, library())]


def pics(**claims: bool) -> Pics:
    return Pics(product=Product(designation="x"), functionalities=Functionalities(**claims))


@pytest.mark.parametrize(
    ("pattern", "ids"),
    [
        ("TC_010_CSMS", ["TC_010_CSMS"]),
        ("tc_010_csms", ["TC_010_CSMS"]),
        ("TC_010", ["TC_010_CSMS"]),
        ("TC_023", ["TC_023_1_CSMS", "TC_023_2_CSMS"]),
        ("TC_023_2", ["TC_023_2_CSMS"]),
        ("TC_04*", ["TC_046_CSMS", "TC_043_1_CSMS"]),
        ("TC_02?_?_*", ["TC_023_1_CSMS", "TC_023_2_CSMS"]),
        ("Reservation", ["TC_046_CSMS"]),
        ("reservation", ["TC_046_CSMS"]),
        ("Smart Charging", ["TC_056_CSMS"]),
        ("SmartCharging", ["TC_056_CSMS"]),
        ("smart-charging", ["TC_056_CSMS"]),
        ("Local Authorization List Management", ["TC_043_1_CSMS"]),
        ("LocalAuthListManagement", ["TC_043_1_CSMS"]),
    ],
)
def test_cases_are_named_by_id_beginning_pattern_or_functionality(pattern: str, ids: list[str]) -> None:
    assert chosen(pattern) == ids


def test_nothing_named_is_all_and_several_are_told_once_in_the_order_of_the_document() -> None:
    assert chosen() == [entry.id for entry in CATALOGUE]
    assert chosen("TC_046", "Core", "TC_010") == [
        "TC_010_CSMS",
        "TC_023_1_CSMS",
        "TC_023_2_CSMS",
        "TC_0230_CSMS",
        "TC_046_CSMS",
    ]


@pytest.mark.parametrize("pattern", ["", "TC_04", "TC_99*", "-"])
def test_what_matches_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(NothingSelected, match="no test case matches"):
        chosen(pattern)


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [("TC_011_CSMS", "TC_010_CSMS"), ("Reservatoin", "Reservation"), ("smart chargin", "Smart Ch")],
)
def test_what_was_probably_meant_is_asked(pattern: str, meant: str) -> None:
    with pytest.raises(NothingSelected, match=f"did you mean '{meant}"):
        chosen(pattern)


def test_one_pattern_that_matches_nothing_spoils_the_selection() -> None:
    with pytest.raises(NothingSelected, match="'nonsense'"):
        chosen("Core", "nonsense")


def planned(one: TestCase, declared: Pics | None = None, *configs: dict[str, object]) -> Plan:
    shelf = library(**{one.id: one})
    return make_plan(select([one.id], shelf), shelf, declared or undeclared("x"), configs or (CONFIG,))


def test_a_functionality_that_is_not_claimed_is_not_applicable_and_names_the_claim() -> None:
    plan = planned(replace(case("TC_046_CSMS"), profile="Reservation"), pics(Reservation=False))

    (decided,) = plan.decided
    assert (plan.run, decided.verdict, decided.reason) == (
        (),
        Verdict.NOT_APPLICABLE,
        "the PICS says functionalities.Reservation: no",
    )


def test_a_case_may_require_another_functionality_than_its_own() -> None:
    plan = planned(case("TC_010_CSMS", more="requires: [profile.SmartCharging]"), pics(Core=True, SmartCharging=False))

    assert "functionalities.SmartCharging" in plan.decided[0].reason


@pytest.mark.parametrize("declared", [pics(Core=True), undeclared("x")])
def test_a_functionality_that_is_claimed_or_not_declared_is_run(declared: Pics) -> None:
    assert [one.id for one in planned(case("TC_010_CSMS"), declared).run] == ["TC_010_CSMS"]


AUTHORIZED = "- state: Authorized\n- send: Authorize\n  with: {idTag: $config.blocked_id_tag}"


def test_a_case_that_lacks_names_of_the_target_is_inconclusive_and_names_them_all() -> None:
    bare = {name: value for name, value in CONFIG.items() if not name.endswith("_id_tag")}
    (decided,) = planned(case("TC_010_CSMS", AUTHORIZED), None, bare).decided

    assert decided.verdict is Verdict.INCONCLUSIVE
    assert decided.reason == (
        "the target file gives no config.blocked_id_tag, config.valid_id_tag, which this case needs; "
        "add them under config"
    )


def test_a_name_has_to_be_there_on_every_lane() -> None:
    bare = {name: value for name, value in CONFIG.items() if name != "blocked_id_tag"}

    assert planned(case("TC_010_CSMS", AUTHORIZED), None, CONFIG, bare).decided
    assert planned(case("TC_010_CSMS", AUTHORIZED), None, CONFIG, CONFIG).run


def test_a_claim_that_is_denied_goes_before_a_name_that_is_missing() -> None:
    (decided,) = planned(case("TC_010_CSMS", AUTHORIZED), pics(Core=False), {}).decided

    assert decided.verdict is Verdict.NOT_APPLICABLE


def test_a_selected_case_without_a_scenario_is_listed() -> None:
    plan = make_plan(select(["TC_046"], library()), library(), undeclared("x"), [CONFIG])

    assert ([entry.id for entry in plan.unimplemented], plan.run, plan.decided) == (["TC_046_CSMS"], (), ())


SHORT, LONG, MIDDLE = (
    case(f"TC_91{number}_CSMS", f"- wait: {length} s\n  because: it\n- send: Heartbeat")
    for number, length in enumerate((1, 60, 20))
)


def test_one_lane_keeps_the_order_of_the_document_and_several_begin_with_the_longest() -> None:
    cases = [SHORT, LONG, MIDDLE]

    assert order(cases, library(), Tempo(1)) == cases
    assert order(cases, library(), Tempo(2)) == [LONG, MIDDLE, SHORT]
    assert cases == [SHORT, LONG, MIDDLE]


def test_a_case_that_raises_the_security_profile_comes_last() -> None:
    raising = replace(SHORT, requires=(NEXT_PROFILE,))
    cases = [raising, LONG, MIDDLE]

    assert order(cases, library(), Tempo(1)) == [LONG, MIDDLE, raising]
    assert all(order(cases, library(), Tempo(lanes), seed=seed)[-1] is raising for lanes in (1, 2) for seed in range(4))


def test_on_several_lanes_it_begins_when_the_others_need_as_long_for_the_rest() -> None:
    raising = replace(LONG, id="TC_919_CSMS", requires=(NEXT_PROFILE,))
    cases = [raising, SHORT, MIDDLE, LONG]

    assert order(cases, library(), Tempo(2, settle=0.0)) == [LONG, raising, MIDDLE, SHORT]
    assert order(cases, library(), Tempo(2, settle=60.0)) == [LONG, MIDDLE, SHORT, raising]
    assert order(cases, library(), Tempo(3, settle=0.0)) == [raising, LONG, MIDDLE, SHORT]


@pytest.mark.parametrize(
    ("raised_to", "needed", "more", "able"),
    [
        (None, (1, 2), {}, True),
        (2, (1, 2), {}, True),
        (3, (1, 2), {}, False),
        (3, (3,), {}, True),
        (3, (), {}, True),
        (3, (1, 2), {"any_connection": True}, True),
        (2, (1, 2), {"requires": (NEXT_PROFILE,)}, True),
        (3, (1, 2, 3), {"requires": (NEXT_PROFILE,)}, False),
    ],
)
def test_a_charge_point_whose_profile_was_raised_cannot_run_what_needs_a_lower_one(
    raised_to: int | None, needed: tuple[int, ...], more: dict[str, Any], able: bool
) -> None:
    reason = outgrown(replace(SHORT, security_profiles=needed, **more), raised_to, (1, 2, 3))
    assert (not reason) is able
    assert able or f"was raised to {raised_to}, and the case needs" in reason


def test_equally_long_cases_keep_the_order_of_the_document() -> None:
    cases = [case(f"TC_92{number}_CSMS") for number in range(9)]

    assert order(cases, library(), Tempo(4)) == cases


def test_a_seed_shuffles_the_same_way_every_time_on_any_number_of_lanes() -> None:
    cases = [case(f"TC_92{number}_CSMS") for number in range(9)]
    shuffled = order(cases, library(), Tempo(1), seed=7)

    assert shuffled == order(cases, library(), Tempo(4), seed=7) != cases
    assert sorted(one.id for one in shuffled) == [one.id for one in cases]
    assert order(cases, library(), Tempo(1), seed=8) != shuffled
