"""Which cases run under which security profile, and what is said of those that cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from csms_harness.runner.plan import Security, make_plan
from csms_harness.scenario.library import Entry, Library, TestCase
from csms_harness.scenario.model import Credential
from csms_harness.target.pics import Functionalities, Pics, Product
from csms_harness.verdict import Verdict
from tests.engine.play import a_case

CASE = replace(
    a_case("- connect: {password: none}\n  expect_refusal: {}", "before: {from: disconnected}"),
    security_profiles=(1, 2),
    profile="Security",
)
ENTRY = Entry(CASE.id, CASE.name, CASE.section, CASE.profile, "Security")


RAISING = replace(CASE, id="TC_901_CSMS", requires=("security_profile.next",))


def decided(
    profiles: tuple[int, ...], *, passwords: bool = True, case: TestCase = CASE, **pics: Any
) -> tuple[Verdict, str] | None:
    declared = Pics(product=Product(designation="CSMS"), **pics)
    library = Library({case.id: case}, {}, (), "")
    plan = make_plan([replace(ENTRY, id=case.id)], library, declared, [{}], 2, Security(profiles, passwords))
    return None if plan.run else (plan.decided[0].verdict, plan.decided[0].reason)


@pytest.mark.parametrize("declared", [None, (1,), (2, 3)])
def test_what_is_declared_and_served_runs_and_so_does_what_is_only_served(declared: tuple[int, ...] | None) -> None:
    assert decided((1, 2), security_profiles=declared and list(declared)) is None


def test_what_is_not_declared_does_not_apply() -> None:
    assert decided((3,), security_profiles=[3]) == (
        Verdict.NOT_APPLICABLE,
        "it needs security profile 1 or 2, and the PICS declares 3",
    )


def test_what_nobody_declares_and_the_target_does_not_serve_does_not_apply() -> None:
    told = decided((0,))
    assert told is not None
    assert told[0] is Verdict.NOT_APPLICABLE
    assert "the target file gives no URL for it (security_profiles); nothing is declared" in told[1]


SERVED, ASKED = {"named": True}, {"asked_for": frozenset({CASE.id})}


@pytest.mark.parametrize(
    ("pics", "security", "verdict"),
    [
        ({}, {}, Verdict.NOT_APPLICABLE),
        ({}, SERVED, None),
        ({}, ASKED, None),
        ({"functionalities": Functionalities(Security=True)}, {}, None),
        ({"functionalities": Functionalities(Security=False)}, ASKED, Verdict.NOT_APPLICABLE),
        ({"security_profiles": [3]}, SERVED, Verdict.NOT_APPLICABLE),
        ({"security_profiles": [2]}, SERVED, Verdict.INCONCLUSIVE),
    ],
)
def test_a_case_about_messages_runs_over_any_connection_where_somebody_wants_it(
    pics: dict[str, Any], security: dict[str, Any], verdict: Verdict | None
) -> None:
    about_messages = replace(CASE, steps=(), any_connection=True)
    library = Library({CASE.id: about_messages}, {}, (), "")
    declared = Pics(product=Product(designation="CSMS"), **pics)
    plan = make_plan([ENTRY], library, declared, [{}], 2, Security((0,), passwords=False, **security))
    assert [one.verdict for one in plan.decided] == ([] if verdict is None else [verdict])
    assert bool(plan.run) is (verdict is None)


@pytest.mark.parametrize(
    ("pics", "verdict"), [({}, Verdict.NOT_APPLICABLE), ({"functionalities": Functionalities(Security=True)}, None)]
)
def test_a_case_that_only_requires_security_runs_where_somebody_wants_it_too(
    pics: dict[str, Any], verdict: Verdict | None
) -> None:
    beyond = replace(CASE, steps=(), security_profiles=(), profile="Beyond", requires=("profile.Security",))
    library = Library({CASE.id: beyond}, {}, (), "")
    plan = make_plan([ENTRY], library, Pics(product=Product(designation="CSMS"), **pics), [{}], 2, Security((0,)))
    assert [one.verdict for one in plan.decided] == ([] if verdict is None else [verdict])


@pytest.mark.parametrize("pics", [{"security_profiles": [1, 3]}, {"functionalities": Functionalities(Security=True)}])
def test_what_is_declared_and_not_served_is_inconclusive(pics: dict[str, Any]) -> None:
    told = decided((3,), **pics)
    assert told is not None
    assert told[0] is Verdict.INCONCLUSIVE


def test_a_case_about_passwords_needs_one() -> None:
    assert decided((1,), passwords=False) == (
        Verdict.INCONCLUSIVE,
        "the target file gives the Charge Points no password",
    )


def test_a_case_that_raises_the_profile_needs_two_in_a_row() -> None:
    assert decided((1, 2), case=RAISING) is None
    assert decided((1, 2, 3), case=RAISING, security_profiles=[2, 3]) is None
    assert decided((2,), case=RAISING, security_profiles=[2]) == (
        Verdict.NOT_APPLICABLE,
        "it needs security profile 1 or 2 and the next one, and the PICS declares 2",
    )
    told = decided((2,), case=RAISING, security_profiles=[1, 2])
    assert told is not None
    assert told[0] is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("kind", [Credential.ANOTHER, Credential.EXPIRED, Credential.EARLY])
def test_a_case_that_shows_a_certificate_which_only_the_target_can_give_does_not_apply_without_it(
    kind: Credential,
) -> None:
    showing = replace(CASE, requires=(f"certificate.{kind}",), steps=())
    library, declared = Library({CASE.id: showing}, {}, (), ""), Pics(product=Product(designation="CSMS"))
    for given in (frozenset[Credential](), frozenset({kind})):
        plan = make_plan([ENTRY], library, declared, [{}], 2, Security((1, 2), certificates=given))
        assert [one.verdict for one in plan.decided] == ([] if given else [Verdict.NOT_APPLICABLE])
