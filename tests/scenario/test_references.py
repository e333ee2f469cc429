"""Names: what they mean, for whom, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from csms_harness.documents.durations import parse_duration
from csms_harness.documents.location import Location
from csms_harness.scenario.references import Scope, UndefinedName, resolve, seconds, seconds_until, value_at
from csms_harness.scenario.values import Duration, Instant, Reference

HERE = Location("case.yaml", 3, 7)
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def name(text: str) -> Reference:
    return Reference(text, HERE)


@pytest.mark.parametrize(
    ("text", "length"),
    [("500 ms", 0.5), ("30 s", 30.0), ("5 min", 300.0), ("2 h", 7200.0), ("1.5s", 1.5), (" 3  s ", 3.0), ("0 s", 0.0)],
)
def test_a_duration_is_a_number_with_its_unit(text: str, length: float) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "30", "s", "-3 s", "3 d", "1,5 s", "3 s 4", "inf s", "1e3 s", "30 S"])
def test_what_lacks_a_unit_or_a_number_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        parse_duration(text)


def test_a_saved_name_goes_before_a_given_one_and_the_inside_before_the_outside() -> None:
    outer = Scope({"a": "given", "b": "given", "config.c": 1})
    outer.save("b", "saved")
    inner = outer.inner({"a": "parameter"}, {})

    assert [inner.value(name(one)) for one in ("a", "b", "config.c")] == ["parameter", "saved", 1]
    assert outer.value(name("a")) == "given"


def test_what_is_saved_inside_is_seen_by_every_caller_and_parameters_are_not() -> None:
    case = Scope({})
    state = case.inner({"idTag": "T"}, {})
    inside = state.inner({"deep": 1}, {})
    inside.save("transactionId", 7)

    assert case.value(name("transactionId")) == state.value(name("transactionId")) == 7
    assert not case.has("idTag")
    assert not state.has("deep")


def test_a_value_that_is_null_false_or_empty_is_a_value() -> None:
    scope = Scope({"null": None, "no": False, "nothing": ""})

    assert all(scope.has(one) for one in ("null", "no", "nothing"))
    assert scope.value(name("null")) is None


def test_a_name_without_a_value_is_told_with_its_place() -> None:
    with pytest.raises(UndefinedName, match=r"^case\.yaml:3:7: \$nobody has no value here$"):
        Scope({}).value(name("nobody"))


def test_a_name_keeps_its_type() -> None:
    scope = Scope({"number": 5, "list": [1, {"a": None}], "text": "5"})

    assert [resolve(name(one), scope, NOON) for one in ("number", "list", "text")] == [5, [1, {"a": None}], "5"]


def test_names_are_replaced_at_any_depth_and_members_that_are_null_are_left_out() -> None:
    written = {"a": name("x"), "b": None, "c": [{"d": name("null"), "e": name("x")}], "f": {"g": None}}

    assert resolve(written, Scope({"x": 5, "null": None}), NOON) == {"a": 5, "c": [{"e": 5}], "f": {}}
    assert written["a"] == name("x")


def test_an_instant_is_written_as_utc_with_z_and_milliseconds() -> None:
    scope = Scope({"config.offset": "30 min", "config.back": -60})

    assert resolve(Instant(0.0, HERE), scope, NOON) == "2026-01-31T12:00:00.000Z"
    assert resolve(Instant(-300.5, HERE), scope, NOON) == "2026-01-31T11:54:59.500Z"
    assert resolve(Instant(name("config.offset"), HERE), scope, NOON) == "2026-01-31T12:30:00.000Z"
    assert resolve(Instant(name("config.back"), HERE), scope, NOON) == "2026-01-31T11:59:00.000Z"


@pytest.mark.parametrize(
    ("value", "length"), [(Duration(3.5), 3.5), (4, 4.0), (0.25, 0.25), ("7", 7.0), ("2 min", 120.0), (0, 0.0)]
)
def test_a_length_of_time_may_be_a_duration_a_number_or_text(value: Any, length: float) -> None:
    assert seconds(value, Scope({})) == length
    assert seconds(name("x"), Scope({"x": value})) == length


@pytest.mark.parametrize("value", [None, True, [], {}, "a while", "", "²", "-3"])
def test_what_is_no_length_of_time_is_told_with_the_name_that_holds_it(value: Any) -> None:
    with pytest.raises(ValueError, match=r"is no length of time|is no duration|could not convert"):
        seconds(value, Scope({}))
    with pytest.raises(ValueError, match=r"^case.yaml:3:7: \$x is .*, which is no length of time$"):
        seconds(name("x"), Scope({"x": value}))


def test_a_length_of_time_may_be_the_time_until_a_moment() -> None:
    scope = Scope({"soon": "2026-01-31T13:01:00+01:00", "past": "2026-01-31T11:00:00Z", "length": "5 s", "number": 9})

    assert [seconds_until(name(one), scope, NOON) for one in ("soon", "past", "length", "number")] == [
        60.0,
        0.0,
        5.0,
        9.0,
    ]
    assert seconds_until(Duration(2.0), scope, NOON) == 2.0
    with pytest.raises(UndefinedName):
        seconds_until(name("nobody"), scope, NOON)


DATA = {"idTagInfo": {"status": "Accepted", "x": None}, "list": [{"idTag": "A"}, {"idTag": "B"}], "n": 0}


@pytest.mark.parametrize(
    ("path", "value"),
    [("n", 0), ("idTagInfo.status", "Accepted"), ("idTagInfo.x", None), ("list[1].idTag", "B"), ("list.0.idTag", "A")],
)
def test_a_dotted_path_leads_to_a_value(path: str, value: Any) -> None:
    assert value_at(DATA, path) == value


@pytest.mark.parametrize(
    "path", ["m", "idTagInfo.nothing", "list[2].idTag", "list.x", "n.m", "idTagInfo.status.z", "list[-1]"]
)
def test_a_path_that_leads_nowhere_says_so(path: str) -> None:
    with pytest.raises(KeyError, match=path.replace("[", r"\[").replace("]", r"\]")):
        value_at(DATA, path)


def test_what_a_name_stands_for_is_added_to_now_or_taken_from_it() -> None:
    scope = Scope({"config.offline_for": "4 h"})
    offset = name("config.offline_for")
    assert resolve(Instant(offset, HERE), scope, NOON) == "2026-01-31T16:00:00.000Z"
    assert resolve(Instant(offset, HERE, before=True), scope, NOON) == "2026-01-31T08:00:00.000Z"
