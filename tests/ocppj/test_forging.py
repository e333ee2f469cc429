"""Frames as the scenario has them: only what stands for a uniqueId or a depth is replaced."""

from __future__ import annotations

import json

from csms_harness.ocppj.correlation import Answer, Correlation, Stray
from csms_harness.ocppj.forging import DEEPEST, forged, id_length


def test_the_unique_id_is_put_in_as_json() -> None:
    assert forged('[2,"$id","Heartbeat",{}]', 'a"b') == '[2,"a\\"b","Heartbeat",{}]'
    assert forged("no id, $5", "x") == "no id, $5"
    assert (id_length('["$id37"]'), id_length('["$id"]'), id_length("")) == (37, None, None)


def test_lists_are_nested_as_deep_as_asked_but_never_without_end() -> None:
    assert json.loads(forged("$deep.3", "")) == [[[]]]
    assert len(forged("$deep.999999999", "")) == 2 * DEEPEST


def test_a_unique_id_has_the_length_that_was_wanted() -> None:
    correlation = Correlation("a-prefix-of-some-length")
    for length in (1, 36, 37):
        assert len(correlation.open_call("", {}, length).unique_id) == length
        correlation.give_up()


def test_the_echo_of_an_id_that_we_made_too_long_breaks_nothing() -> None:
    correlation = Correlation("cp")
    call = correlation.open_call("", {}, 37)
    arrival = correlation.receive(f'[4,"{call.unique_id}","FormationViolation","",{{}}]')
    assert isinstance(arrival, Answer)
    assert arrival.frame.breaches == ()


def test_such_an_echo_may_come_late_too() -> None:
    correlation = Correlation("cp")
    call = correlation.open_call("", {}, 37)
    correlation.give_up()
    arrival = correlation.receive(f'[4,"{call.unique_id}","FormationViolation","",{{}}]')
    assert isinstance(arrival, Answer)
    assert [breach.note for breach in arrival.frame.breaches] == [True]


def test_an_answer_that_names_no_call_of_ours_is_pardoned_once_for_each_such_frame() -> None:
    correlation = Correlation("cp")
    correlation.pardons = 1
    first, second = (correlation.receive('[4,"","FormationViolation","",{}]') for _ in range(2))
    assert isinstance(first, Stray)
    assert [breach.note for breach in first.frame.breaches] == [True]
    assert [breach.note for breach in second.frame.breaches] == [False, False]
