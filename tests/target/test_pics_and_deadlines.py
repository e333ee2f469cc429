"""pics.yaml, and every deadline from where it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.engine.case import Limits
from csms_harness.target.deadlines import NAMES, Deadlines, decide, parse_option
from csms_harness.target.pics import Pics, read_pics, undeclared
from csms_harness.target.target import parse_target

WHOLE = """\
product: {designation: Central 9, vendor: ACME, software_version: "9.1"}
report: {laboratory: L, number: "7"}
functionalities: {Core: yes, Reservation: no, SmartCharging: true}
performance: {ocpp_response_timeout: 5 s, response_time_authorize: 500 ms}
settings: {milliseconds_in_timestamps: no}
"""


def read(text: str, folder: Path) -> Pics:
    path = folder / "pics.yaml"
    path.write_text(text, "utf-8")
    return read_pics(path)


def mistakes(text: str, folder: Path) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        read(text, folder)
    return [f"{one.where.line}:{one.where.column} {one.text} {one.hint}".strip() for one in caught.value.mistakes]


def test_claims_are_yes_no_or_not_declared(tmp_path: Path) -> None:
    pics = read(WHOLE, tmp_path)

    assert [pics.claim(name) for name in ("Core", "Reservation", "SmartCharging", "RemoteTrigger")] == [
        True,
        False,
        True,
        None,
    ]
    assert pics.claim("Nonsense") is None


def test_the_facts_of_a_pics_hold_what_it_says(tmp_path: Path) -> None:
    facts = read(WHOLE, tmp_path).facts()

    assert (facts.product.designation, facts.product.laboratory, facts.product.number) == ("Central 9", "L", "7")
    assert (facts.ocpp_response_timeout, facts.response_time_authorize) == (5.0, 0.5)
    assert facts.functionalities["RemoteTrigger"] is None
    assert facts.settings == {"milliseconds_in_timestamps": False}


def test_every_mistake_is_told_at_once_with_its_place_and_what_was_meant(tmp_path: Path) -> None:
    text = """\
product: {designation: ""}
functionality: {Core: yes}
functionalities: {Core: perhaps, Reservatoin: no}
performance: {ocpp_response_timeout: 5, response_time_authorize: 0 s}
"""
    told = mistakes(text, tmp_path)

    assert [line.split(" ")[0] for line in told] == ["1:24", "2:1", "3:25", "3:34", "4:38", "4:66"]
    assert "did you mean 'functionalities'?" in told[1]
    assert "did you mean 'Reservation'?" in told[3]
    assert "a duration with its unit is due" in told[4]
    assert "longer than 0 s" in told[5]


def test_a_pics_without_a_product_is_a_mistake(tmp_path: Path) -> None:
    assert "'product' is missing" in mistakes("functionalities: {}\n", tmp_path)[0]


def test_without_a_pics_nothing_is_declared() -> None:
    pics = undeclared("Somebody's CSMS")

    assert pics.facts().product.designation == "Somebody's CSMS"
    assert set(pics.facts().functionalities.values()) == {None}


def test_the_command_line_goes_before_the_target_and_the_target_before_the_pics() -> None:
    decided = decide({"action": 1.0}, {"action": 2.0, "response": 3.0}, {"response": 4.0, "authorize": 0.5})

    assert (decided.action, decided.response, decided.authorize, decided.close) == (1.0, 3.0, 0.5, 2.0)


def test_a_response_deadline_of_the_run_means_every_response() -> None:
    assert decide({"response": 1.0}, {}, {"authorize": 9.0}).authorize is None
    assert decide({"response": 1.0, "authorize": 2.0}, {}, {"authorize": 9.0}).authorize == 2.0


def test_what_was_not_declared_leaves_the_default() -> None:
    assert decide({}, {}, {"response": None, "authorize": None}) == Deadlines()


def test_the_engine_is_told_the_deadline_of_authorize_apart() -> None:
    assert Deadlines(response=5.0).limits() == Limits(
        30.0, 0.1, {"": 5.0, "Authorize": 5.0}, 30.0, 2.0, 0.5, 10.0, 0.025
    )
    assert Deadlines(response=5.0, authorize=1.0).limits().responses == {"": 5.0, "Authorize": 1.0}


def test_every_deadline_that_is_set_is_a_fact() -> None:
    assert set(Deadlines().as_facts()) == set(NAMES) - {"authorize"}
    assert Deadlines(authorize=1.0).as_facts()["authorize"] == 1.0


@pytest.mark.parametrize("name", ["pace", "thinking", "reboot", "settle", "reconnect", "calls"])
def test_a_wait_that_nobody_needs_can_be_left_out(name: str, tmp_path: Path) -> None:
    text = f"url: ws://127.0.0.1/\ncharge_points: [{{id: CP_01}}]\ndeadlines: {{{name}: 0 ms}}\n"

    assert parse_option(f"{name}=0s") == (name, 0.0)
    assert parse_target(text, "target.yaml", tmp_path).deadlines == {name: 0.0}


def test_no_deadline_is_a_bare_number() -> None:
    with pytest.raises(Mistakes, match="a duration with its unit is due"):
        parse_target("url: ws://h/\ncharge_points: [{id: A}]\ndeadlines: {settle: 0}\n", "target.yaml", Path())


@pytest.mark.parametrize(
    ("text", "meant"),
    [("response=2s", ("response", 2.0)), ("action=500 ms", ("action", 0.5)), ("operator=5min", ("operator", 300.0))],
)
def test_an_option_is_a_name_and_a_duration(text: str, meant: tuple[str, float]) -> None:
    assert parse_option(text) == meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("respnse=2s", "did you mean 'response'?"),
        ("response", "NAME=DURATION"),
        ("response=2", "no duration"),
        ("response=0 s", "longer than 0 s"),
        ("=2s", "NAME=DURATION"),
        ("response=-2s", "no duration"),
    ],
)
def test_an_option_that_is_none_is_told_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"--deadline {text}") as caught:
        parse_option(text)

    assert words in str(caught.value)
