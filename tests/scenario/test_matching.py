"""What a message must say: every predicate, on what it was made for and on what nobody expected."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csms_harness.documents.location import Location
from csms_harness.scenario.comparing import same
from csms_harness.scenario.matchers import Asked, Both, Equals, Matcher, Members, Predicates, Requirement, When
from csms_harness.scenario.matching import Mismatch, count_checks, match, shown
from csms_harness.scenario.predicates import PREDICATES
from csms_harness.scenario.references import Scope, UndefinedName
from csms_harness.scenario.values import Duration, Instant, Reference

HERE = Location("case.yaml", 3, 7)
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NOW = Instant(0.0, HERE)
NESTED = ("not", "if_present", "contains", "each", "count")
AT_NOON = "2026-01-31T12:00:00Z"


def matcher(written: Any) -> Matcher:
    """A matcher as the loader makes it from what is written."""
    if isinstance(written, dict) and written and written.keys() <= PREDICATES.keys():
        return Predicates(tuple(Requirement(word, operand(word, value)) for word, value in written.items()), HERE)
    if isinstance(written, dict):
        return Members({name: matcher(value) for name, value in written.items()}, HERE)
    return Equals(written, HERE)


def operand(word: str, written: Any) -> Any:
    if word == "only":
        return [matcher(item) for item in written]
    return matcher(written) if word in NESTED else written


def judge(written: Any, actual: Any, path: str = "", **names: Any) -> list[Mismatch]:
    return match(matcher(written), actual, Scope(names), NOON, path)


def holds(written: Any, actual: Any, path: str = "", **names: Any) -> bool:
    return not judge(written, actual, path, **names)


@pytest.mark.parametrize(
    ("wanted", "actual"),
    [
        ("Accepted", "Accepted"),
        (1, 1.0),
        (0.1, Decimal("0.1")),
        (1, Decimal("1.00")),
        (True, True),
        (None, None),
        ([1, "a"], [1.0, "a"]),
        ([], []),
        ({"a": 1}, {"a": 1, "b": 2}),
        ([{"a": 1}], [{"a": 1, "b": 2}]),
        ({}, {"a": 1}),
        (10**40, Decimal(10**40)),
    ],
)
def test_equal_is_what_means_the_same(wanted: Any, actual: Any) -> None:
    assert same(wanted, actual)


@pytest.mark.parametrize(
    ("wanted", "actual"),
    [
        ("Accepted", "accepted"),
        (1, "1"),
        ("1", 1),
        (1, True),
        (True, 1),
        (0, False),
        (False, None),
        (None, 0),
        ([1], [1, 2]),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"b": 1}),
        ({"a": None}, {}),
        ([], {}),
        ("", None),
        (0.1, Decimal("0.1000000001")),
        ("ß", "ss"),
    ],
)
def test_different_is_what_does_not(wanted: Any, actual: Any) -> None:
    assert not same(wanted, actual)


@pytest.mark.parametrize(
    ("path", "equal"),
    [
        ("idTag", True),
        ("idTagInfo.parentIdTag", True),
        ("localAuthorizationList[3].idTag", True),
        ("configurationKey[0].key", True),
        ("key", True),
        ("key[2]", True),
        ("status", False),
        ("value", False),
        ("idTagInfo.status", False),
        ("", False),
    ],
)
def test_members_of_a_cistring_type_do_not_distinguish_case_and_others_do(path: str, *, equal: bool) -> None:
    assert same("Tag-1", "tAG-1", path) is equal
    assert same(["Tag-1"], ["tAG-1"], path) is equal


def test_a_cistring_inside_an_object_does_not_distinguish_case_either() -> None:
    assert same({"idTag": "A", "value": "x"}, {"idTag": "a", "value": "x"})
    assert not same({"value": "X"}, {"value": "x"})


def test_a_cistring_is_one_in_every_predicate() -> None:
    assert holds({"one_of": ["x", "TAG"]}, "tag", "idTag")
    assert not holds({"not": "TAG"}, "tag", "idTag")
    assert holds({"idTag": {"if_present": "TAG"}}, {"idTag": "tag"})


def test_objects_are_matched_member_by_member_and_others_are_free() -> None:
    written = {"idTagInfo": {"status": "Accepted"}}

    assert holds(written, {"idTagInfo": {"status": "Accepted", "parentIdTag": "P"}, "x": 1})
    (found,) = judge(written, {"idTagInfo": {"status": "Blocked"}})
    assert (found.path, found.required, found.observed, found.where) == (
        "idTagInfo.status",
        "Accepted",
        "Blocked",
        HERE,
    )


def test_a_missing_object_is_told_at_the_member_that_is_missing() -> None:
    (found,) = judge({"idTagInfo": {"status": "Accepted"}}, {})

    assert (found.path, found.observed) == ("idTagInfo.status", "absent")


@pytest.mark.parametrize("actual", [None, 5, "text", [], True])
def test_what_is_no_object_has_no_members(actual: Any) -> None:
    (found,) = judge({"idTagInfo": {"status": "Accepted"}}, {"idTagInfo": actual})

    assert (found.path, found.required) == ("idTagInfo", "an object")


@pytest.mark.parametrize(
    ("written", "good", "bad"),
    [
        ({"equals": 5}, [5, 5.0, Decimal(5)], [6, "5", None, True]),
        ({"not": "A"}, ["B", 1, None], ["A"]),
        ({"not": {"one_of": [1, 2]}}, [3], [1, 2.0]),
        ({"one_of": ["A", 2]}, ["A", 2.0], ["B", 3, "2", None]),
        ({"matches": "[A-Z]{2}"}, ["AB"], ["ABC", "xAB", "A", 5, None, ["AB"]]),
        ({"at_least": 1}, [1, 2, Decimal("1.0")], [0, 0.99, "1", None, True, []]),
        ({"at_most": 1}, [1, 0, -5], [1.01, "0", None, False]),
        ({"at_least": 1, "at_most": 3}, [1, 2, 3], [0, 4]),
        ({"at_least": AT_NOON}, [AT_NOON, "2026-01-31T13:00:01+01:00"], ["2026-01-31T11:59:59Z", 5, "later"]),
        ({"after": NOW}, ["2026-01-31T12:00:00.001Z"], [AT_NOON, "2026-01-31T12:30:00+01:00", "soon", 7]),
        (
            {"near": NOW, "tolerance": Duration(1.0)},
            ["2026-01-31T12:00:01Z", "2026-01-31T11:59:59Z"],
            ["2026-01-31T12:00:01.5Z", 12, "now"],
        ),
        ({"near": NOW, "tolerance": Duration(300.0)}, ["2026-01-31T13:05:00+01:00"], ["2026-01-31T12:05:00.001Z"]),
        ({"near": 10, "tolerance": Duration(2.0)}, [8, 12.0], [7.99, 12.01, "10"]),
        ({"contains": "A"}, [["B", "A"]], [["B"], [], "A", {"A": 1}, None]),
        ({"contains": {"key": "K"}}, [[{"key": "k", "value": "1"}]], [[{"key": "L"}], [5]]),
        ({"each": {"at_least": 1}}, [[1, 2], []], [[0, 1], [None], 5, "11"]),
        ({"more_than": 1}, [2, Decimal("1.001")], [1, 1.0, 0, "2", None, True]),
        ({"less_than": 1}, [0, 0.99, -1], [1, 2, "0", None, False]),
        (
            {"only": [1, {"a": 2}]},
            [[1, {"a": 2}], [{"a": 2, "b": 3}, 1.0]],
            [[1], [1, 1], [1, {"a": 2}, 1], [], 1, None],
        ),
        ({"only": [{}, {"a": 2}]}, [[{"a": 2}, {"a": 2}], [{"b": 1}, {"a": 2}]], [[{"b": 1}, {"b": 1}]]),
        ({"only": []}, [[]], [[1], None, ""]),
        ({"count": 2}, [[1, 1]], [[1], [], "ab", {"a": 1, "b": 2}]),
        ({"count": {"at_least": 1}}, [[1], [1, 2]], [[], None]),
        ({"present": True}, [None, 0, "", []], []),
        ({"if_present": {"at_least": 1}}, [1], [0, "1", None]),
    ],
)
def test_a_predicate_holds_for_what_it_means_and_for_nothing_else(
    written: Any, good: list[Any], bad: list[Any]
) -> None:
    assert [value for value in good if not holds({"m": written}, {"m": value})] == []
    assert [value for value in bad if holds({"m": written}, {"m": value})] == []


@pytest.mark.parametrize(
    "written",
    [
        {"equals": 5}, {"not": 5}, {"one_of": [5]}, {"matches": ".*"}, {"at_least": 0}, {"at_most": 9}, {"after": NOW},
        {"near": 5, "tolerance": 1}, {"only": [5]}, {"more_than": 0}, {"less_than": 9}, {"contains": 5},
        {"each": 5}, {"count": 0}, {"present": True}, 5, None,
    ],
)  # fmt: skip
def test_a_missing_member_fails_everything_that_asks_for_it(written: Any) -> None:
    (found,) = judge({"m": written}, {})

    assert (found.path, found.observed) == ("m", "absent")


def test_only_absence_itself_and_a_condition_hold_for_a_missing_member() -> None:
    assert holds({"m": {"present": False}}, {})
    assert holds({"m": {"if_present": 5}}, {})
    assert holds({"m": {"if_present": {"deep": {"present": True}}}}, {})
    assert not holds({"m": {"present": False}}, {"m": None})


def test_an_absent_member_may_stand_for_a_default() -> None:
    written = {"m": {"absent_means": 5, "at_least": 3}}

    assert holds(written, {})
    assert not holds({"m": {"absent_means": 2, "at_least": 3}}, {})
    assert not holds(written, {"m": 2})


def test_every_predicate_that_does_not_hold_is_told() -> None:
    found = judge({"m": {"at_least": 5, "one_of": [7]}}, {"m": 1})

    assert [one.required for one in found] == ["at least 5", "one of 7"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"near": NOW, "tolerance": Duration(60.0)}, "2026-01-31T12:00:00.000Z ± 60 s"),
        ({"not": {"one_of": ["something else", "B"]}}, "not one of something else, B"),
        ({"contains": {"key": "K"}}, "a list with {key: K}"),
        ({"each": {"at_least": 1, "at_most": 2}}, "a list in which each is at least 1 and at most 2"),
        ({"count": 2}, "a list of 2"),
        ({"more_than": 2}, "more than 2"),
        ({"less_than": 2}, "less than 2"),
        ({"only": [{"key": "K"}, 5]}, "a list of only {key: K}, 5"),
        ({"only": []}, "a list of only nothing"),
        ({"each": {"m": {"present": True}}}, "a list in which each is {m: present}"),
        ({"each": {"m": {"if_present": 5}}}, "a list in which each is {m: absent or 5}"),
        ({"matches": "[0-9]+"}, "text like [0-9]+"),
        ({"after": NOW}, "later than 2026-01-31T12:00:00.000Z"),
    ],
)
def test_what_is_required_is_told_in_words(written: Any, words: str) -> None:
    assert judge(written, "something else")[0].required == words


def test_names_are_looked_up_when_the_message_is_judged() -> None:
    written = Reference("wanted", HERE)

    assert holds({"m": written}, {"m": 5}, wanted=5)
    assert not holds({"m": {"one_of": [written]}}, {"m": 5}, wanted=6)
    with pytest.raises(UndefinedName, match=r"case.yaml:3:7: \$wanted has no value here"):
        judge({"m": written}, {"m": 5})


@pytest.mark.parametrize(
    ("written", "checks"),
    [
        (5, 1),
        ({"a": 1, "b": {"c": 2, "d": {"at_least": 1, "at_most": 2}}}, 4),
        ({"near": 5, "tolerance": Duration(1.0)}, 1),
        ({"absent_means": 1, "equals": 1}, 1),
        ({"contains": {"a": 1, "b": 2}}, 1),
        ({"only": [{"a": 1}, {"b": 2}]}, 1),
        ({}, 0),
    ],
)
def test_each_single_requirement_is_a_check(written: Any, checks: int) -> None:
    assert count_checks(matcher(written)) == checks
    assert count_checks(None) == 0


def test_a_value_is_shown_short_and_as_json() -> None:
    assert shown({"a": [1, None, "é"]}) == '{"a": [1, null, "é"]}'
    assert (shown("text"), shown("")) == ("text", '""')
    assert len(shown("x" * 5000)) == 200
    assert shown("x" * 5000).endswith("…")


# -- what was asked for, and conditions -----------------------------------------------------------------------

ASKED = Scope({"asked": {"idTag": "Tag", "expiryDate": AT_NOON, "limit": 6, "list": [{"idTag": "A"}], "info": AT_NOON}})


def asked(name: str, actual: Any) -> list[Mismatch]:
    return match(Asked(Reference(f"asked.{name}", HERE)), actual, ASKED, NOON, name)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("idTag", ["Tag", "TAG"], ["Tag2", 5]),
        ("expiryDate", [AT_NOON, "2026-01-31T13:00:00.000+01:00"], ["2026-01-31T12:00:01Z", "noon", 5]),
        ("limit", [6, 6.0, Decimal("6.00")], [7, "6"]),
        ("list", [[{"idTag": "a"}]], [[], [{"idTag": "A"}, {"idTag": "A"}], [{"idTag": "B"}]]),
        ("info", [AT_NOON], ["2026-01-31T13:00:00+01:00"]),
    ],
)
def test_what_was_asked_for_is_the_same_value_and_a_date_time_the_same_moment(
    name: str, good: list[Any], bad: list[Any]
) -> None:
    assert [value for value in good if asked(name, value)] == []
    assert [value for value in bad if not asked(name, value)] == []


def test_what_was_asked_for_is_told_by_its_value() -> None:
    (found,) = asked("limit", 7)
    assert (found.path, found.required, found.observed, found.word) == ("limit", "6", "7", "asked")


def test_a_member_that_was_left_out_of_what_was_asked_for_is_free() -> None:
    assert asked("reservationId", 5) == []


def test_without_anything_asked_for_the_name_has_no_value() -> None:
    with pytest.raises(UndefinedName, match=r"\$asked.limit has no value here"):
        match(Asked(Reference("asked.limit", HERE)), 6, Scope({}), NOON)


CONDITION = When(matcher({"kind": "A"}), matcher({"start": {"present": True}}), matcher({"start": 5, "end": 6}), HERE)


@pytest.mark.parametrize(
    ("message", "paths"),
    [
        ({"kind": "A", "start": 1}, []),
        ({"kind": "A"}, ["start"]),
        ({"kind": "B", "start": 5, "end": 6}, []),
        ({"start": 1}, ["start", "end"]),
    ],
)
def test_what_must_hold_depends_on_the_condition(message: Any, paths: list[str]) -> None:
    assert [found.path for found in match(CONDITION, message, Scope({}), NOON)] == paths


def test_nothing_more_is_demanded_when_a_condition_without_else_does_not_hold() -> None:
    only_then = When(matcher({"kind": "A"}), matcher({"start": 1}), None, HERE)
    assert match(only_then, {"kind": "B"}, Scope({}), NOON) == []


def test_both_of_two_matchers_must_hold() -> None:
    found = match(Both(matcher({"a": 1}), CONDITION), {"kind": "A"}, Scope({}), NOON)
    assert [one.path for one in found] == ["a", "start"]


def test_of_two_ways_the_shorter_counts_as_checks() -> None:
    assert count_checks(CONDITION) == 1
    assert count_checks(Both(matcher({"a": 1, "b": 2}), CONDITION)) == 3
    assert count_checks(Asked(Reference("asked", HERE))) == 1


@pytest.mark.parametrize(
    ("written", "word"), [(5, "equals"), ({"at_least": 5}, "at_least"), ({"if_present": {"count": 1}}, "count")]
)
def test_a_mismatch_names_the_predicate_as_data(written: Any, word: str) -> None:
    (found,) = judge(written, 1)
    assert found.word == word


def test_a_long_foreign_text_is_held_against_a_pattern_in_time() -> None:
    assert holds({"matches": "[a-z]*"}, "a" * 4096)
    assert not holds({"matches": "[a-z]{3}"}, "a" * 1_000_000)


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just(Decimal("1e999")),
        st.sampled_from([AT_NOON, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:60-23:59"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)  # fmt: skip


@given(json_values, json_values)
def test_no_value_of_a_message_breaks_a_predicate(wanted: Any, actual: Any) -> None:
    simple = ("equals", "at_least", "at_most", "more_than", "less_than", "after", "near")
    lists: list[Any] = [{"one_of": [wanted]}, {"only": [wanted]}]
    for written in (*lists, *({word: wanted, "tolerance": 1} for word in simple), *({word: 5} for word in NESTED)):
        for found in judge({"m": written}, {"m": actual}):
            assert found.required


@given(json_values)
def test_everything_finite_equals_itself(value: Any) -> None:
    if "NaN" not in repr(value) and "nan" not in repr(value) and "inf" not in repr(value).lower():
        assert same(value, value)


@pytest.mark.parametrize(
    ("actual", "observed"),
    [("300", '"300"'), (300, "300"), ("", '""'), ("absent", '"absent"'), ("true", '"true"'), ("[]", '"[]"'),
     ("null", '"null"'), ("Accepted", "Accepted"), ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
     ("-", "-"), ("none", "none")],
)  # fmt: skip
def test_a_text_keeps_its_quotes_where_it_would_read_as_something_else(actual: Any, observed: str) -> None:
    (found,) = judge({"interval": {"at_least": 10**6}}, {"interval": actual})

    assert found.observed == observed


def test_a_parameter_that_is_null_demands_nothing_and_a_literal_null_does() -> None:
    asks = {"parentIdTag": Reference("parent", HERE)}
    assert holds(asks, {}, parent=None)
    assert holds(asks, {"parentIdTag": "A"}, parent=None)
    assert not holds(asks, {}, parent="A")
    assert not holds({"parentIdTag": None}, {"parentIdTag": "A"})
