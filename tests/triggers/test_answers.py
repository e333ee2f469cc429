"""What a control API answered, beyond its status: rules on the body, refusals in it, and "later"."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import ValidationError

from csms_harness.triggers.answers import Accept, says_no
from csms_harness.triggers.base import Failed, Outcome, Performed

from .control_api import DEADLINE, ControlApi, book_of, control_api, load_triggers, wish

DONE = b'{"data": {"status": "Scheduled", "count": 1}, "success": true}'


def accept(**rule: Any) -> Accept:
    return Accept.model_validate(rule)


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"json": {"success": True}}, True),
        ({"json": {"success": 1}}, False),
        ({"json": {"data.count": 1}}, True),
        ({"json": {"data.count": True}}, False),
        ({"json": {"data.status": ["Accepted", "Scheduled"]}}, True),
        ({"json": {"data.status": ["Accepted"]}}, False),
        ({"json": {"data.status": {"present": True}, "error": {"present": False}}}, True),
        ({"json": {"data.id": {"present": True}}}, False),
        ({"json": {"success": True, "data.status": "Accepted"}}, False),
        ({"text": '"success": true'}, True),
        ({"text": "queued"}, False),
        ({"status": [202]}, False),
        ({"status": [200, 202], "text": "Scheduled", "json": {"success": True}}, True),
    ],
)
def test_status_and_body_have_both_to_be_as_the_rule_says(rule: dict[str, Any], holds: bool) -> None:
    assert accept(**rule).holds(200, DONE) is holds


@pytest.mark.parametrize("body", [b"", b"queued", b"[", b"null", b"\xff", b"[" * 100_000], ids=range(6))
def test_a_body_that_is_no_json_meets_no_rule_on_members(body: bytes) -> None:
    assert not accept(json={"success": True}).holds(200, body)
    assert accept(json={"success": {"present": False}}).holds(200, body)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "200 to 299"),
        ({"status": [200, 202]}, "200, 202"),
        ({"json": {"a.b": True, "c": ["x", 1]}}, "200 to 299 with a.b true and c x or 1"),
        ({"status": [200], "text": "ok", "json": {"e": {"present": False}}}, "200 with e absent and the text 'ok'"),
    ],
)
def test_a_rule_is_told_in_words(rule: dict[str, Any], words: str) -> None:
    assert str(Accept(**rule)) == words


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({}, "accept names nothing"),
        ({"json": {}}, "at least 1"),
        ({"json": {"a b": 1}}, "'a b' is no path"),
        ({"json": {"a": "$env.KEY"}}, "accept compares none"),
        ({"json": {"a": ["$1"]}}, "no name of a field"),
        ({"json": {"a": {"exists": True}}}, "{present: true}"),
        ({"stats": [200]}, "stats"),
        ([99], "greater than or equal to 100"),
        ([], "at least 1"),
    ],
)
def test_a_rule_that_means_nothing_is_a_mistake(rule: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why.replace("$", r"\$")):
        load_triggers({"Reset": {"http": {"url": "http://localhost/", "accept": rule}}})


@pytest.mark.parametrize(
    "body",
    [
        {"success": False},
        {"Success": False, "payload": None},
        {"ok": False},
        [{"success": False, "payload": "not connected"}],
        {"status": "error", "reason": "charger is busy"},
        {"status": "Rejected"},
        {"result": "FAILED"},
        {"status": 409},
        {"statusCode": 500, "message": "x"},
        {"error": "charger is busy"},
        {"error": {"code": 7}},
        {"errors": ["x"]},
        {"error_code": 17},
        {"success": True, "error": "but no"},
    ],
)
def test_a_body_that_leaves_no_doubt_says_no(body: Any) -> None:
    assert says_no(json.dumps(body).encode())


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        [{"success": False}, {"success": True}],
        {"success": True},
        {"success": "no"},
        {"status": "Accepted"},
        {"status": "pending"},
        {"status": 200},
        {"status": True},
        {"error": None},
        {"error": ""},
        {"error": "none"},
        {"errorCode": 0},
        {"errors": []},
        {"message": "error"},
        "error",
        None,
        404,
    ],
)
def test_a_body_that_leaves_doubt_says_nothing(body: Any) -> None:
    assert not says_no(json.dumps(body).encode())


def test_prose_says_nothing() -> None:
    assert not any(says_no(body) for body in (b"", b"error: charger is busy", b"<h1>Failed</h1>", b"\xff" * 9))


# -- over HTTP ------------------------------------------------------------------------------------------------


async def performed(api: ControlApi, deadline: float = DEADLINE, **http: Any) -> Outcome:
    book = book_of({"Reset": {"http": {"url": f"{api.url}/reset", **http}}}, environment={"KEY": "s3cret"})
    try:
        return await book.perform(wish("Reset"), deadline)
    finally:
        await book.aclose()


async def test_the_begin_of_an_accepted_answer_is_kept_on_one_line() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("202 Accepted", '{"job": 17,\n "note": "' + "x" * 500 + '"}')
        outcome = await performed(api)
    assert isinstance(outcome, Performed)
    assert outcome.said.startswith('{"job": 17, "note": "xxx')
    assert len(outcome.said) < 300
    assert outcome.detail == f"POST {api.url}/reset answered HTTP 202: {outcome.said}"
    assert not outcome.doubtful


async def test_a_secret_in_an_accepted_answer_is_masked() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("200 OK", '{"token": "s3cret"}')
        outcome = await performed(api, headers={"X-Key": "$env.KEY"})
    assert isinstance(outcome, Performed)
    assert "s3cret" not in outcome.said + outcome.detail


async def test_an_accepted_answer_that_says_no_is_doubtful_and_performed_all_the_same() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("200 OK", '{"success": false}')
        outcome = await performed(api)
    assert isinstance(outcome, Performed)
    assert (outcome.doubtful, outcome.said) == (True, '{"success": false}')


async def test_a_rule_on_the_body_that_is_not_met_is_a_failure_with_rule_and_body() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("200 OK", '{"status": "error", "reason": "charger is busy"}')
        outcome = await performed(api, accept={"json": {"status": "queued"}})
    assert isinstance(outcome, Failed)
    assert "HTTP 200 OK, accepted is 200 to 299 with status queued: " in outcome.reason
    assert "charger is busy" in outcome.reason


async def test_a_prepare_step_can_look_at_its_body_too() -> None:
    async with control_api() as api:
        api.answers["/login"] = ("200 OK", "<form>Please log in</form>")
        outcome = await performed(api, prepare=[{"url": f"{api.url}/login", "accept": {"text": "Welcome"}}])
    assert isinstance(outcome, Failed)
    assert "with the text 'Welcome': <form>Please log in</form>" in outcome.reason
    assert [asked.target for asked in api.asked] == ["/login"]


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_an_api_that_asks_to_wait_is_asked_again(status: str) -> None:
    async with control_api() as api:
        api.turns["/reset"] = [(f"{status}\nRetry-After: 0", "slow down")] * 2
        outcome = await performed(api)
    assert isinstance(outcome, Performed)
    assert len(api.asked) == 3


async def test_a_prepare_step_that_asks_to_wait_is_asked_again() -> None:
    async with control_api() as api:
        api.turns["/login"] = [("429 Later\nRetry-After: 0", "too many logins")]
        outcome = await performed(api, prepare=[{"url": f"{api.url}/login"}])
    assert isinstance(outcome, Performed)
    assert [asked.target for asked in api.asked] == ["/login", "/login", "/reset"]


@pytest.mark.parametrize("header", ["Retry-After: 3600", "Retry-After: Thu, 31 Dec 2099 23:59:59 GMT"])
async def test_a_wait_beyond_the_deadline_is_not_begun(header: str) -> None:
    async with control_api() as api:
        api.answers["/reset"] = (f"429 Later\n{header}", "slow down")
        outcome = await performed(api)
    assert isinstance(outcome, Failed)
    assert "HTTP 429 Later and asks to wait " in outcome.reason
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    "header",
    ["X: y", "Retry-After: soon", "Retry-After: ", "Retry-After: Fri, 31 Dec 99999 23:59:59 GMT", "Retry-After: -1"],
)
async def test_without_a_time_to_wait_a_refusal_is_a_refusal(header: str) -> None:
    async with control_api() as api:
        api.answers["/reset"] = (f"429 Later\n{header}", "slow down")
        outcome = await performed(api)
    assert isinstance(outcome, Failed)
    assert len(api.asked) == 1


async def test_a_date_that_has_passed_means_now() -> None:
    passed = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
    async with control_api() as api:
        api.turns["/reset"] = [(f"503 Later\nRetry-After: {passed}", "")]
        outcome = await performed(api)
    assert isinstance(outcome, Performed)


async def test_a_status_that_is_accepted_is_not_waited_for() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("429 Later\nRetry-After: 0", "slow down")
        outcome = await performed(api, accept=[429])
    assert isinstance(outcome, Performed)
    assert len(api.asked) == 1
