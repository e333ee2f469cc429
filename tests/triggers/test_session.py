"""A target's log-in is made once, shared, and made again when it has expired."""

from __future__ import annotations

import asyncio

from csms_harness.triggers.base import Failed, Performed
from csms_harness.triggers.book import TriggerBook
from csms_harness.triggers.requests import Session

from .control_api import DEADLINE, ControlApi, ScriptedTerminal, control_api, desk, load_triggers, wish

LOGIN = "/login"
RESET = "/reset"


def logging_in(api: ControlApi, session: dict[str, object] | None = None) -> TriggerBook:
    login = {"url": f"{api.url}{LOGIN}", "json": {"user": "me"}, "save": {"token": "access_token"}}
    http = {"url": f"{api.url}{RESET}", "auth": {"bearer": "$token"}, "json": "$request"}
    triggers, provision = load_triggers({"default": {"http": http}})
    wanted = Session.model_validate({"login": login, **(session or {})})
    return TriggerBook(triggers, provision, wanted, desk=desk(ScriptedTerminal(interactive=False)))


def paths(api: ControlApi) -> list[str]:
    return [asked.target for asked in api.asked]


def tokens(api: ControlApi) -> list[str]:
    return [asked.headers["authorization"] for asked in api.asked if asked.target == RESET]


async def test_many_wishes_of_many_lanes_log_in_once() -> None:
    async with control_api() as api:
        api.answers[LOGIN] = ("200 OK", '{"access_token": "t-1"}')
        book = logging_in(api)
        wishes = [book.perform(wish("Reset", f"CP_{number}", type="Hard"), DEADLINE) for number in range(5)]
        outcomes = await asyncio.gather(*wishes)
        await book.aclose()
    assert all(isinstance(outcome, Performed) for outcome in outcomes)
    assert sorted(paths(api)) == [LOGIN, *[RESET] * 5]
    assert set(tokens(api)) == {"Bearer t-1"}


async def test_an_answer_that_says_expired_brings_another_log_in_and_the_request_again() -> None:
    async with control_api() as api:
        api.turns[LOGIN] = [("200 OK", '{"access_token": "t-1"}'), ("200 OK", '{"access_token": "t-2"}')]
        api.turns[RESET] = [("200 OK", "{}"), ("401 Unauthorized", "{}")]
        book = logging_in(api)
        first, second = [await book.perform(wish("Reset", type="Hard"), DEADLINE) for _ in range(2)]
        await book.aclose()
    assert isinstance(first, Performed)
    assert isinstance(second, Performed)
    assert paths(api) == [LOGIN, RESET, RESET, LOGIN, RESET]
    assert tokens(api) == ["Bearer t-1", "Bearer t-1", "Bearer t-2"]


async def test_lanes_whose_session_expired_at_once_log_in_again_once() -> None:
    async with control_api() as api:
        api.turns[LOGIN] = [("200 OK", '{"access_token": "t-1"}'), ("200 OK", '{"access_token": "t-2"}')]
        api.turns[RESET] = [("401 Unauthorized", "{}")] * 3
        book = logging_in(api)
        wishes = [book.perform(wish("Reset", f"CP_{number}", type="Hard"), DEADLINE) for number in range(3)]
        outcomes = await asyncio.gather(*wishes)
        await book.aclose()
    assert [type(outcome) for outcome in outcomes] == [Performed] * 3
    assert paths(api).count(LOGIN) == 2


async def test_a_session_that_is_refused_again_is_told_and_not_asked_for_ever() -> None:
    async with control_api() as api:
        api.answers |= {LOGIN: ("200 OK", '{"access_token": "t-0"}'), RESET: ("401 Unauthorized", "no")}
        book = logging_in(api)
        outcome = await book.perform(wish("Reset", type="Hard"), DEADLINE)
        await book.aclose()
    assert isinstance(outcome, Failed)
    assert "answered HTTP 401 Unauthorized" in outcome.reason
    assert paths(api) == [LOGIN, RESET, LOGIN, RESET]


async def test_statuses_that_mean_expired_can_be_named() -> None:
    async with control_api() as api:
        api.answers[LOGIN] = ("200 OK", '{"access_token": "t-0"}')
        api.turns[RESET] = [("419 Page Expired", "")]
        book = logging_in(api, {"expired": [401, 419]})
        outcome = await book.perform(wish("Reset", type="Hard"), DEADLINE)
        await book.aclose()
    assert isinstance(outcome, Performed)


async def test_a_log_in_that_asks_to_wait_is_waited_for() -> None:
    async with control_api() as api:
        api.turns[LOGIN] = [("429 Too Many Requests\nRetry-After: 0", "")]
        api.answers[LOGIN] = ("200 OK", '{"access_token": "t-0"}')
        book = logging_in(api)
        outcome = await book.perform(wish("Reset", type="Hard"), DEADLINE)
        await book.aclose()
    assert isinstance(outcome, Performed)
    assert paths(api) == [LOGIN, LOGIN, RESET]


async def test_what_was_waited_for_is_counted_for_each_address_and_status() -> None:
    async with control_api() as api:
        api.turns[LOGIN] = [("429 Too Many Requests\nRetry-After: 0", "")]
        api.answers[LOGIN] = ("200 OK", '{"access_token": "t-0"}')
        api.turns[RESET] = [("429 Too Many Requests\nRetry-After: 0", "")] * 2
        book = logging_in(api)
        assert isinstance(await book.perform(wish("Reset", type="Hard"), DEADLINE), Performed)
        await book.aclose()
    assert [(one.address, one.status, one.times) for one in book.waits] == [
        (f"POST {api.url}{LOGIN}", 429, 1),
        (f"POST {api.url}{RESET}", 429, 2),
    ]
    assert all(one.seconds >= 0 for one in book.waits)


async def test_a_log_in_that_fails_names_its_step_and_hides_its_secrets() -> None:
    async with control_api() as api:
        api.turns[LOGIN] = [("403 Forbidden", "user me is locked")]
        api.answers[LOGIN] = ("200 OK", '{"access_token": "abcd-secret"}')
        api.answers[RESET] = ("500 Oops", "token abcd-secret is odd")
        book = logging_in(api)
        locked, odd = [await book.perform(wish("Reset", type="Hard"), DEADLINE) for _ in range(2)]
        await book.aclose()
    assert isinstance(locked, Failed)
    assert locked.reason.startswith(f"log-in step 1: POST {api.url}{LOGIN} answered HTTP 403 Forbidden")
    assert isinstance(odd, Failed)
    assert "token ••• is odd" in odd.reason
