"""One side of correlation: which frame belongs to which CALL."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csms_harness.ocppj.correlation import REMEMBERED, Answer, Correlation, Request, Stray
from csms_harness.ocppj.frames import MAX_UNIQUE_ID, Call, CallError, CallResult


def texts(arrival: Answer | Request | Stray) -> list[str]:
    """What is wrong with the frame of an arrival."""
    return [breach.text for breach in arrival.frame.breaches]


def result(unique_id: str) -> str:
    """A CALLRESULT with that uniqueId."""
    return f'[3,"{unique_id}",{{}}]'


@pytest.fixture
def correlation() -> Correlation:
    """A connection that has just begun."""
    return Correlation(prefix="cp")


def test_every_call_of_ours_has_an_id_of_its_own_that_is_short_enough(correlation: Correlation) -> None:
    ids = []
    for _ in range(100):
        ids.append(correlation.open_call("Heartbeat", {}).unique_id)
        correlation.give_up()
    assert len(set(ids)) == 100
    assert max(map(len, ids)) <= MAX_UNIQUE_ID


def test_only_one_call_may_be_outstanding(correlation: Correlation) -> None:
    correlation.open_call("Heartbeat", {})
    with pytest.raises(RuntimeError, match="Heartbeat is still outstanding"):
        correlation.open_call("Authorize", {})


def test_an_answer_with_our_id_ends_the_call(correlation: Correlation) -> None:
    call = correlation.open_call("Heartbeat", {})
    arrival = correlation.receive(result(call.unique_id))
    assert isinstance(arrival, Answer)
    assert arrival.action == call.action
    assert arrival.frame.message == CallResult(call.unique_id, {})
    assert (arrival.late, arrival.again, texts(arrival)) == (False, False, [])
    assert correlation.outstanding is None


def test_a_callerror_ends_the_call_as_well(correlation: Correlation) -> None:
    call = correlation.open_call("Heartbeat", {})
    arrival = correlation.receive(f'[4,"{call.unique_id}","InternalError","",{{}}]')
    assert isinstance(arrival, Answer)
    assert isinstance(arrival.frame.message, CallError)
    assert correlation.outstanding is None


def test_an_answer_with_our_id_in_other_letters_is_none_and_says_so(correlation: Correlation) -> None:
    correlation.open_call("Heartbeat", {}, unique_id="CP-1")
    arrival = correlation.receive(result("cp-1"))
    assert isinstance(arrival, Stray)
    assert texts(arrival) == [
        "an answer with uniqueId 'cp-1', which no CALL of ours has, but for its letters: Heartbeat.req has 'CP-1'"
    ]


def test_an_answer_after_giving_up_is_late_and_knows_its_call(correlation: Correlation) -> None:
    call = correlation.open_call("Heartbeat", {})
    correlation.give_up()
    arrival = correlation.receive(result(call.unique_id))
    assert isinstance(arrival, Answer)
    assert (arrival.action, arrival.late, arrival.again) == ("Heartbeat", True, False)
    assert texts(arrival) == ["an answer to Heartbeat.req, which had been given up"]
    assert not arrival.frame.broken  # it missed a deadline; the correlation is right


def test_a_second_answer_says_so(correlation: Correlation) -> None:
    call = correlation.open_call("Heartbeat", {})
    correlation.receive(result(call.unique_id))
    arrival = correlation.receive(result(call.unique_id))
    assert isinstance(arrival, Answer)
    assert (arrival.late, arrival.again) == (False, True)
    assert texts(arrival) == ["an answer to Heartbeat.req, which was answered before"]
    assert arrival.frame.broken


def test_a_second_late_answer_is_no_longer_late_but_again(correlation: Correlation) -> None:
    call = correlation.open_call("Heartbeat", {})
    correlation.give_up()
    correlation.receive(result(call.unique_id))
    arrival = correlation.receive(result(call.unique_id))
    assert isinstance(arrival, Answer)
    assert (arrival.late, arrival.again) == (False, True)


@pytest.mark.parametrize("raw", ['[3,"who",{}]', '[4,"who","GenericError","",{}]'])
def test_an_answer_nobody_asked_for_is_stray_and_touches_nothing(correlation: Correlation, raw: str) -> None:
    call = correlation.open_call("Heartbeat", {})
    arrival = correlation.receive(raw)
    assert isinstance(arrival, Stray)
    assert texts(arrival) == ["an answer with uniqueId 'who', which no CALL of ours has"]
    assert correlation.outstanding == call


@pytest.mark.parametrize("unique_id", ["1", "null", "[]", "{}", "true", "1.0", "-1", '["cp-1"]'])
def test_an_id_of_another_type_never_answers_our_call(unique_id: str) -> None:
    for prefix in ("cp", "1", "null", ""):
        correlation = Correlation(prefix=prefix)
        correlation.open_call("Heartbeat", {})
        assert isinstance(correlation.receive(f"[3,{unique_id},{{}}]"), Stray)
        assert correlation.outstanding is not None


def test_an_answer_while_a_newer_call_is_open_goes_to_the_older_one(correlation: Correlation) -> None:
    older = correlation.open_call("Heartbeat", {})
    correlation.give_up()
    newer = correlation.open_call("Authorize", {})
    arrival = correlation.receive(result(older.unique_id))
    assert isinstance(arrival, Answer)
    assert (arrival.action, arrival.late) == ("Heartbeat", True)
    assert correlation.outstanding == newer


def test_a_call_of_the_central_system_crosses_ours(correlation: Correlation) -> None:
    ours = correlation.open_call("Heartbeat", {})
    arrival = correlation.receive('[2,"x","Reset",{"type":"Soft"}]')
    assert isinstance(arrival, Request)
    assert arrival.call == Call("x", "Reset", {"type": "Soft"})
    assert isinstance(correlation.receive(result(ours.unique_id)), Answer)


def test_their_ids_may_equal_ours(correlation: Correlation) -> None:
    ours = correlation.open_call("Heartbeat", {})
    arrival = correlation.receive(f'[2,"{ours.unique_id}","Reset",{{}}]')
    assert isinstance(arrival, Request)
    assert texts(arrival) == []
    assert correlation.outstanding == ours


def test_an_id_the_central_system_uses_twice_is_a_breach(correlation: Correlation) -> None:
    correlation.receive('[2,"x","Reset",{}]')
    arrival = correlation.receive('[2,"x","ClearCache",{}]')
    assert isinstance(arrival, Request)
    assert texts(arrival) == ["uniqueId 'x' was used before, by a Reset.req"]
    assert arrival.frame.broken


@pytest.mark.parametrize("raw", ["", "[]", "{}", "[2]", "[9]", "nonsense", b"\xff", '[5,"1","Heartbeat",{}]'])
def test_what_cannot_be_read_is_stray_and_the_conversation_goes_on(correlation: Correlation, raw: str | bytes) -> None:
    call = correlation.open_call("Heartbeat", {})
    arrival = correlation.receive(raw)
    assert isinstance(arrival, Stray)
    assert arrival.frame.raw == raw
    assert isinstance(correlation.receive(result(call.unique_id)), Answer)


def test_only_so_many_ids_are_remembered(correlation: Correlation) -> None:
    first = correlation.open_call("Heartbeat", {}).unique_id
    correlation.give_up()
    correlation.receive('[2,"x","Reset",{}]')
    for number in range(REMEMBERED):
        correlation.open_call("Heartbeat", {})
        correlation.give_up()
        correlation.receive(f'[2,"{number}","Reset",{{}}]')
    assert isinstance(correlation.receive(result(first)), Stray)
    assert texts(correlation.receive('[2,"x","Reset",{}]')) == []
    assert texts(correlation.receive(f'[2,"{REMEMBERED - 1}","Reset",{{}}]')) != []


def test_an_endless_id_is_neither_remembered_nor_repeated_at_length(correlation: Correlation) -> None:
    endless = "x" * 100_000
    for _ in range(2):
        arrival = correlation.receive(f'[2,"{endless}","Reset",{{}}]')
        assert texts(arrival) == ["uniqueId has 100000 characters; at most 36 are allowed"]
    assert max(map(len, texts(correlation.receive(result(endless))))) < 200
    action = correlation.receive(f'[2,"y","{endless}",{{}}]')
    assert texts(action) == []
    assert len(texts(correlation.receive('[2,"y","Reset",{}]'))[0]) < 200


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["open", "give up", '[2,"a","Reset",{}]', "[]", '[3,"cp-1",{}]', '[3,"cp-2",{}]', "[3,1]"])
        | st.text(max_size=5)
        | st.binary(max_size=5),
        max_size=12,
    )
)
def test_no_order_of_events_makes_a_conversation_raise(events: list[str | bytes]) -> None:
    correlation = Correlation(prefix="cp")
    answered: set[str] = set()
    for event in events:
        if event == "open":
            if correlation.outstanding is None:
                correlation.open_call("Heartbeat", {})
        elif event == "give up":
            correlation.give_up()
        else:
            arrival = correlation.receive(event)
            if isinstance(arrival, Answer):
                answer = arrival.frame.message
                assert isinstance(answer, CallResult | CallError)
                assert arrival.again is (answer.unique_id in answered)
                answered.add(answer.unique_id)
