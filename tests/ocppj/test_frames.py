"""Reading and writing OCPP-J frames, above all the hostile ones."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csms_harness.ocppj.breach import MAX_BREACHES
from csms_harness.ocppj.error_codes import ERROR_CODES, LATER_ERROR_CODES
from csms_harness.ocppj.frames import SHOWN_OF_BYTES, Call, CallError, CallResult, Message, encode, parse_frame
from csms_harness.ocppj.json_text import MAX_DEPTH

from .corpus import WORDS

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rules(raw: str | bytes) -> list[str]:
    """The rules a frame breaks, notes left out."""
    return [breach.rule for breach in parse_frame(raw).breaches if not breach.note]


def call_with(members: str) -> str:
    """A CALL whose payload has these members, as text."""
    return f'[2,"1","Heartbeat",{{{members}}}]'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[2,"1","Heartbeat",{}]', Call("1", "Heartbeat", {})),
        ('[2,"1","Authorize",{"idTag":"A"}]', Call("1", "Authorize", {"idTag": "A"})),
        ('[3,"1",{"status":"Accepted"}]', CallResult("1", {"status": "Accepted"})),
        ('[4,"1","GenericError","no",{"a":1}]', CallError("1", "GenericError", "no", {"a": 1})),
        (' [ 2 , "1",\n"Heartbeat",\t{} ] ', Call("1", "Heartbeat", {})),
        ('[2,"1","DataTransfer",{"vendorId":"한국"}]', Call("1", "DataTransfer", {"vendorId": "한국"})),
        ('[2,"1","DataTransfer",{"vendorId":"\\ud83d\\udd0c"}]', Call("1", "DataTransfer", {"vendorId": "🔌"})),
        ('[2,"","Heartbeat",{}]', Call("", "Heartbeat", {})),
    ],
)
def test_a_frame_is_read_for_what_it_is(text: str, message: Message) -> None:
    frame = parse_frame(text)
    assert frame.message == message
    assert frame.text == frame.raw == text


@pytest.mark.parametrize("text", ['[2,"1","Heartbeat",null]', '[3,"1",null]'])
def test_null_may_stand_for_no_payload(text: str) -> None:
    frame = parse_frame(text)
    assert not frame.broken
    assert frame.message is not None
    assert getattr(frame.message, "payload", None) == {}


@pytest.mark.parametrize("kind", ["0", "1", "5", "9", "-2", '"2"', "2.0", "true", "null", "[2]", "{}", "9" * 40])
def test_a_message_type_that_is_none_of_ours_is_no_message(kind: str) -> None:
    frame = parse_frame(f'[{kind},"1","Heartbeat",{{}}]')
    assert frame.message is None
    assert "is none of 2, 3, 4" in frame.breaches[-1].text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "the frame is an object, not an array"),
        ('"2"', "the frame is a string, not an array"),
        ("2", "the frame is a number, not an array"),
        ("true", "the frame is a boolean, not an array"),
        ("null", "the frame is null, not an array"),
        ("[]", "the frame is an empty array"),
        ("[2]", "a CALL has 4 elements; this one has 1"),
        ('[2,"1"]', "a CALL has 4 elements; this one has 2"),
    ],
)
def test_what_is_no_frame_at_all_is_no_message(text: str, said: str) -> None:
    frame = parse_frame(text)
    assert frame.message is None
    assert [breach.text for breach in frame.breaches] == [said]
    assert frame.broken


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[2,"1","Heartbeat"]', Call("1", "Heartbeat", {})),
        ('[2,"1","Heartbeat",{},{}]', Call("1", "Heartbeat", {})),
        ('[3,"1"]', CallResult("1", {})),
        ('[3,"1",{},1]', CallResult("1", {})),
        ('[4,"1","GenericError"]', CallError("1", "GenericError", "", {})),
        ('[4,"1","GenericError","",{},1]', CallError("1", "GenericError", "", {})),
    ],
)
def test_a_wrong_number_of_elements_is_a_breach_but_the_message_is_known(text: str, message: Message) -> None:
    frame = parse_frame(text)
    assert frame.message == message
    assert rules(text) == ["frame"]
    assert "elements; this one has" in frame.breaches[0].text


@pytest.mark.parametrize("payload", ["[]", '"a"', "1", "true"])
@pytest.mark.parametrize("start", ['[2,"1","Heartbeat",', '[3,"1",'])
def test_a_payload_that_is_no_object_is_a_breach(start: str, payload: str) -> None:
    frame = parse_frame(f"{start}{payload}]")
    assert frame.message is not None
    assert rules(frame.raw) == ["frame"]


def test_a_unique_id_may_have_36_characters_and_not_37() -> None:
    assert rules(f'[2,"{"a" * 36}","Heartbeat",{{}}]') == []
    assert rules(f'[2,"{"a" * 37}","Heartbeat",{{}}]') == ["unique_id"]


@pytest.mark.parametrize("unique_id", ["1", "null", "true", "[]", "{}", "1.5", '""'])
def test_a_unique_id_that_is_no_string_or_empty_is_a_breach(unique_id: str) -> None:
    for text in (f'[2,{unique_id},"Heartbeat",{{}}]', f"[3,{unique_id},{{}}]"):
        assert rules(text) == ["unique_id"]
        assert parse_frame(text).message is not None


@pytest.mark.parametrize("action", ["1", "null", "[]", "{}", "true"])
def test_an_action_that_is_no_string_is_a_breach_and_can_be_answered(action: str) -> None:
    frame = parse_frame(f'[2,"1",{action},{{}}]')
    assert rules(frame.raw) == ["frame"]
    assert isinstance(frame.message, Call)
    assert frame.message.action == action


@pytest.mark.parametrize("code", sorted(ERROR_CODES))
def test_the_ten_error_codes_of_16_are_known(code: str) -> None:
    assert rules(f'[4,"1","{code}","",{{}}]') == []


@pytest.mark.parametrize("code", sorted(LATER_ERROR_CODES))
def test_an_error_code_of_201_is_only_noted(code: str) -> None:
    frame = parse_frame(f'[4,"1","{code}","",{{}}]')
    assert not frame.broken
    assert [breach.note for breach in frame.breaches] == [True]
    assert "OCPP 2.0.1 knows it" in frame.breaches[0].text


@pytest.mark.parametrize("code", ['"Oops"', '""', "1", "null", '"genericerror"'])
def test_an_unknown_error_code_is_a_breach(code: str) -> None:
    assert rules(f'[4,"1",{code},"",{{}}]') == ["error_code"]


@pytest.mark.parametrize(("description", "details"), [("1", "{}"), ("null", "{}"), ('""', "[]"), ('""', "null")])
def test_description_and_details_have_their_types(description: str, details: str) -> None:
    assert rules(f'[4,"1","GenericError",{description},{details}]') == ["frame"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "<html>",
        "Heartbeat",
        "[2,",
        '[2,"1","Heartbeat",{}',
        '[2,"1","Heartbeat",{}]]',
        '[2,"1","Heartbeat",{},]',
        '[2,"1","Heart\nbeat",{}]',
        '\ufeff[2,"1","Heartbeat",{}]',
        "[2,'1','Heartbeat',{}]",
    ],
)
def test_what_is_no_json_is_a_breach_and_no_message(text: str) -> None:
    frame = parse_frame(text)
    assert frame.message is None
    assert rules(text) == ["json"]
    assert frame.breaches[0].text.startswith("not JSON: ")


def test_bytes_are_read_but_they_are_no_text_frame() -> None:
    frame = parse_frame(b'[2,"1","Heartbeat",{}]')
    assert frame.message == Call("1", "Heartbeat", {})
    assert rules(frame.raw) == ["frame"]


def test_bytes_that_are_no_utf_8_can_still_be_shown() -> None:
    frame = parse_frame(b'[2,"\xff"]')
    assert frame.message is None
    assert rules(frame.raw) == ["frame", "json"]
    assert frame.text == '[2,"\\xff"]'


def test_of_a_long_message_that_is_not_utf_8_the_beginning_is_shown_up_to_a_mark() -> None:
    assert parse_frame(b"\xff" * (SHOWN_OF_BYTES // 4)).text == "\\xff" * (SHOWN_OF_BYTES // 4)
    assert parse_frame(b"\xff" * 4_000_000).text == "\\xff" * (SHOWN_OF_BYTES // 4) + "… (4000000 bytes in all)"
    secret = b"\xff" + b"x" * (SHOWN_OF_BYTES - 7) + b'"secret"'
    assert parse_frame(secret).text == "\\xff" + "x" * (SHOWN_OF_BYTES - 7) + f"… ({len(secret)} bytes in all)"


def test_a_long_message_of_bytes_that_is_utf_8_is_whole() -> None:
    assert parse_frame(b"x" * 100_000).text == "x" * 100_000


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_nesting_without_end_is_refused(opening: str) -> None:
    for depth in (1_000, 100_000):
        frame = parse_frame(opening * depth)
        assert frame.message is None
        assert frame.breaches[0].text == f"nested deeper than {MAX_DEPTH} levels"


def test_nesting_is_counted_outside_of_strings() -> None:
    assert rules(call_with(f'"a":"{"[{" * 500}"')) == []
    assert rules(call_with('"a":"' + '\\"[' * 500 + '"')) == []
    deep = "[" * (MAX_DEPTH - 2) + "]" * (MAX_DEPTH - 2)
    assert rules(call_with(f'"a":{deep}')) == []
    assert rules(call_with(f'"a":[{deep}]')) == ["json"]


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_whole_number_may_have_30_digits_and_not_31(sign: str) -> None:
    assert rules(call_with(f'"a":{sign}{"9" * 30}')) == []
    assert rules(call_with(f'"a":{sign}{"9" * 31}')) == ["json"]


def test_a_whole_number_of_5000_digits_is_kept_exactly() -> None:
    frame = parse_frame(call_with('"a":-' + "9" * 5000))
    assert isinstance(frame.message, Call)
    assert str(frame.message.payload["a"]) == "-" + "9" * 5000
    assert frame.breaches[0].text == "a whole number of 5000 digits"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e999999999", "1.5E+309"])
def test_a_number_beyond_any_range_is_a_breach(number: str) -> None:
    frame = parse_frame(call_with(f'"a":{number}'))
    assert isinstance(frame.message, Call)
    assert frame.message.payload == {"a": Decimal(number)}
    assert rules(frame.raw) == ["json"]


def test_an_exponent_no_decimal_can_hold_makes_the_frame_unreadable() -> None:
    assert parse_frame(call_with('"a":1e99999999999999999999')).message is None


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_constants_of_javascript_are_no_json(constant: str) -> None:
    frame = parse_frame(call_with(f'"a":{constant}'))
    assert frame.breaches[0].text == f"{constant} is not JSON"
    assert isinstance(frame.message, Call)


def test_a_member_that_stands_twice_is_named() -> None:
    frame = parse_frame(call_with('"a":1,"b":{"c":1,"c":2},"a":2'))
    assert [(breach.rule, breach.path) for breach in frame.breaches] == [("json", "c"), ("json", "a")]
    assert isinstance(frame.message, Call)
    assert frame.message.payload == {"a": 2, "b": {"c": 2}}


@pytest.mark.parametrize("member", ['"a":"\\ud800"', '"\\udfff":1', '"a":["\\ud800"]', '"a":{"b":"\\udc00\\ud800"}'])
def test_a_lone_surrogate_is_a_breach_and_does_not_stop_us_from_answering(member: str) -> None:
    frame = parse_frame(call_with(member))
    assert isinstance(frame.message, Call)
    assert rules(frame.raw) == ["json"]
    encode(frame.message).encode("utf-8")


def test_a_hundred_thousand_members_are_read_in_no_time() -> None:
    members = ",".join(f'"m{number}":1' for number in range(100_000))
    begin = time.process_time()
    frame = parse_frame(call_with(members))
    assert time.process_time() - begin < 2.0
    assert isinstance(frame.message, Call)
    assert len(frame.message.payload) == 100_000


def test_a_flood_of_mistakes_is_cut() -> None:
    frame = parse_frame(call_with(",".join(f'"{number}":NaN' for number in range(5000))))
    assert len(frame.breaches) == MAX_BREACHES
    assert frame.message is not None


def test_a_breach_shows_only_the_beginning_of_what_is_endless() -> None:
    endless = "x" * 100_000
    for text in (
        f'[2,["{endless}"],"A",{{}}]',
        f'[4,"1","{endless}","",{{}}]',
        call_with(f'"{endless}":1,"{endless}":2'),
    ):
        [breach] = parse_frame(text).breaches
        assert len(breach.text) + len(breach.path) < 250


# -- writing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (Call("1", "Heartbeat", {}), '[2,"1","Heartbeat",{}]'),
        (CallResult("1", {"a": 1.5}), '[3,"1",{"a":1.5}]'),
        (CallError("1", "GenericError"), '[4,"1","GenericError","",{}]'),
        (Call("1", "DataTransfer", {"data": "한국"}), '[2,"1","DataTransfer",{"data":"한국"}]'),
        (Call("1", "X", {"a": Decimal(7), "b": Decimal("0.1")}), '[2,"1","X",{"a":7,"b":0.1}]'),
        (Call("1", "X", {"a": "\ud800"}), '[2,"1","X",{"a":"\\ud800"}]'),
    ],
)
def test_a_message_is_written_compactly(message: Message, text: str) -> None:
    assert encode(message) == text


@pytest.mark.parametrize("digits", ["9" * 5000, "1e400", "1e999999999", "-1e-999999999", "NaN", "Infinity"])
def test_a_number_beyond_any_range_is_written_as_a_string(digits: str) -> None:
    written = encode(Call("1", "StopTransaction", {"transactionId": Decimal(digits)}))
    assert json.loads(written)[3] == {"transactionId": str(Decimal(digits))}


def test_what_json_does_not_know_is_refused_with_its_type() -> None:
    with pytest.raises(TypeError, match="object is no OCPP value"):
        encode(Call("1", "X", {"a": object()}))


NUMBERS = st.integers(-(10**29), 10**29) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.dictionaries(WORDS, VALUES, max_size=4)
IDS = WORDS.map(lambda text: f"i{text}"[:36])
MESSAGES = st.one_of(
    st.builds(Call, IDS, WORDS, OBJECTS),
    st.builds(CallResult, IDS, OBJECTS),
    st.builds(CallError, IDS, st.sampled_from(sorted(ERROR_CODES)), WORDS, OBJECTS),
)


@FUZZ
@given(MESSAGES)
def test_what_is_written_is_read_back_the_same(message: Message) -> None:
    frame = parse_frame(encode(message))
    assert frame.message == message
    assert frame.breaches == ()
    assert repr(frame.message) == repr(message)  # tells 1 from 1.0 and True


@FUZZ
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_random_bytes_and_text_never_raise(raw: str | bytes) -> None:
    frame = parse_frame(raw)
    assert frame.raw == raw
    assert frame.message is not None or frame.broken
    frame.text.encode("utf-8", "surrogatepass")


PIECES = st.lists(
    st.sampled_from(
        ['[2,"1",', '"Heartbeat"', "{}", "]", "[", "{", "}", ",", ":", '"a"', "1e400", "NaN", "\\", '"\\ud800"']
    )
    | st.sampled_from(["null", "-", "0", "9" * 40, "[4,", "[3,", '"', "\x00", "\ufeff", "true"]),
    max_size=12,
)


@FUZZ
@given(PIECES)
def test_frames_pasted_from_pieces_never_raise(pieces: list[str]) -> None:
    frame = parse_frame("".join(pieces))
    if frame.message is not None:
        json.loads(encode(frame.message))


@FUZZ
@given(st.lists(VALUES | st.sampled_from([2, 3, 4]), max_size=6))
def test_any_array_is_read_without_raising(elements: list[Any]) -> None:
    frame = parse_frame(json.dumps(elements))
    assert frame.message is None or isinstance(frame.message, Call | CallResult | CallError)
    if len(elements) not in (3, 4, 5):
        assert frame.broken


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**70, str(2**70)),
        (float("nan"), "NaN"),
        ([None, float("inf")], "[null,Infinity]"),
        ({"a": None}, '{"a":null}'),
        (Decimal("1.5"), "1.5"),
        ("\udcff", '"\\udcff"'),
        ("é\u2028\x7f", '"é\u2028\x7f"'),
        ("\x1f/", '"\\u001f/"'),
    ],
)
def test_what_is_no_usual_json_is_written_as_the_scenario_has_it(value: object, text: str) -> None:
    assert encode(Call("1", "DataTransfer", {"data": value})) == f'[2,"1","DataTransfer",{{"data":{text}}}]'
