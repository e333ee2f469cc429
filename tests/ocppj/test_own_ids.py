"""Frames that are sent as they stand: which uniqueId they name themselves, and whether they are CALLs."""

from __future__ import annotations

import pytest

from csms_harness.ocppj.correlation import Correlation
from csms_harness.ocppj.forging import is_call, own_id


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[2,"0002","Heartbeat",{}]', "0002"),
        (' [ 2 , "\\u0061" , "Heartbeat" , { } ]', "a"),
        ('[2,"$id","Heartbeat",{}]', None),
        ('[3,"1",{}]', None),
        ('[2,"","Heartbeat",{}]', None),
        (f'[2,"{"x" * 37}","Heartbeat",{{}}]', None),
        ("no JSON", None),
        ("", None),
    ],
)
def test_the_unique_id_that_a_frame_names_itself(text: str, named: str | None) -> None:
    assert own_id(text) == named


def test_a_call_is_one_by_its_form() -> None:
    assert is_call('[2,"1","Heartbeat",{}]')
    assert not is_call('[2,"1","Heartbeat"]')
    assert not is_call(f'[2,"{"x" * 37}","Heartbeat",{{}}]')


def test_a_call_can_have_a_unique_id_that_is_given() -> None:
    correlation = Correlation("cp")
    assert correlation.open_call("Heartbeat", {}, unique_id="1").unique_id == "1"
    correlation.give_up()
    assert correlation.open_call("Heartbeat", {}).unique_id == "cp-2"
