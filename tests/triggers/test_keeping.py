"""What a request keeps of an answer that is no JSON, or beside it; and what it accepts of its headers."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from csms_harness.triggers import calling
from csms_harness.triggers.base import Failed, Performed
from csms_harness.triggers.book import TriggerBook
from csms_harness.triggers.requests import PrepareStep, Session

from .control_api import DEADLINE, ControlApi, ScriptedTerminal, book_of, control_api, desk, load_triggers, wish

PAGE = """<!DOCTYPE html><html><head><meta name="csrf-token" content="meta&amp;1"></head><body>
<form><INPUT type=hidden name="_csrf" value="form-1"><input name='empty'>
<select name="cp"><option value="A">a<option value="B" selected>b</select>
<textarea name="note">one
two</textarea></form></body>"""


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ({"html": "_csrf"}, "form-1"),
        ({"html": "csrf-token"}, "meta&1"),
        ({"html": "empty"}, ""),
        ({"html": "cp"}, "B"),
        ({"html": "note"}, "one\ntwo"),
        ({"header": "x-next"}, "/tasks/7"),
        ({"cookie": "sid"}, "abc"),
    ],
)
async def test_a_value_is_kept_from_a_form_a_header_and_a_cookie(how: object, value: str) -> None:
    async with control_api() as api:
        api.answers["/form"] = ("200 OK\nX-Next: /tasks/7\r\nSet-Cookie: a=b\r\nSet-Cookie: sid=abc; Path=/", PAGE)
        step = {"method": "GET", "url": f"{api.url}/form", "save": {"kept": how}}
        http = {"prepare": [step], "url": f"{api.url}/reset", "json": {"v": "$kept"}}
        book = book_of({"Reset": {"http": http}})
        assert isinstance(await book.perform(wish(), DEADLINE), Performed)
        await book.aclose()
    assert api.asked[1].json == {"v": value}
    assert api.asked[1].headers["cookie"] == "a=b; sid=abc"


@pytest.mark.parametrize(
    ("how", "told"),
    [({"html": "x"}, "the form field x"), ({"header": "X"}, "the header X"), ({"cookie": "x"}, "the c")],
)
async def test_what_is_not_there_is_told(how: object, told: str) -> None:
    async with control_api() as api:
        step = {"method": "GET", "url": f"{api.url}/form", "save": {"kept": how}}
        book = book_of({"Reset": {"http": {"prepare": [step], "url": f"{api.url}/reset"}}})
        outcome = await book.perform(wish(), DEADLINE)
        await book.aclose()
    assert isinstance(outcome, Failed)
    assert f"answered without {told}" in outcome.reason


def test_a_value_is_kept_from_one_place() -> None:
    with pytest.raises(ValidationError, match="exactly one of json, html, header and cookie"):
        PrepareStep.model_validate({"url": "http://127.0.0.1", "save": {"x": {"html": "a", "cookie": "b"}}})


async def test_a_form_with_a_session_and_a_csrf_field_works_and_an_expired_one_is_renewed() -> None:
    """As a Central System that renders pages has it: a redirect to the log-in page says that the session is over."""

    class Pages(ControlApi):
        sessions = 0

        async def answer(self, asked: object) -> tuple[str, str]:
            target, body, method = asked.target, asked.body.decode(), asked.method  # type: ignore[attr-defined]
            good = f"sid={self.sessions}" in asked.headers.get("cookie", "")  # type: ignore[attr-defined]
            if target == "/signin" and method == "GET":
                return "200 OK", f'<input name="_csrf" value="field-{self.sessions}">'
            if target == "/signin":
                assert f"_csrf=field-{self.sessions}" in body
                self.sessions += 1
                return f"302 Found\nLocation: /home\r\nSet-Cookie: sid={self.sessions}", ""
            return ("302 Found\nLocation: /tasks/1", "") if good else ("302 Found\nLocation: /signin", "")

    async with control_api(api=Pages()) as api:
        login = [
            {"method": "GET", "url": f"{api.url}/signin", "save": {"csrf": {"html": "_csrf"}}},
            {
                "url": f"{api.url}/signin",
                "form": {"user": "me", "_csrf": "$csrf"},
                "accept": {"status": [302], "headers": {"Location": "/home"}},
            },
        ]
        accept = {"status": [302], "headers": {"location": "/tasks"}}
        http = {"url": f"{api.url}/reset", "form": {"type": "$type"}, "accept": accept}
        session = Session.model_validate({"login": login, "expired": [302]})
        book = TriggerBook(*load_triggers({"Reset": {"http": http}}), session, desk=desk(ScriptedTerminal()))
        first = await book.perform(wish(type="Hard"), DEADLINE)
        api.sessions = 5  # type: ignore[attr-defined]
        second = await book.perform(wish(type="Hard"), DEADLINE)
        await book.aclose()
    assert isinstance(first, Performed)
    assert isinstance(second, Performed)
    assert api.sessions == 6  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", ["404 Not Found", "503 Service Unavailable"])
async def test_a_csms_that_has_not_noticed_the_connection_yet_is_asked_again(
    status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "AGAIN", 0.01)
    async with control_api() as api:
        api.turns["/reset"] = [(status, "not connected"), (status, "not connected")]
        book = book_of({"Reset": {"http": {"url": f"{api.url}/reset", "retry": [404, 503]}}})
        assert isinstance(await book.perform(wish(), DEADLINE), Performed)
        await book.aclose()
    assert len(api.asked) == 3


async def test_it_is_asked_again_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "AGAIN", 0.01)
    async with control_api() as api:
        api.answers["/reset"] = ("404 Not Found", "not connected")
        retry = {"status": [404], "within": "100 ms"}
        book = book_of({"Reset": {"http": {"url": f"{api.url}/reset", "retry": retry}}})
        outcome = await book.perform(wish(), DEADLINE)
        await book.aclose()
    assert isinstance(outcome, Failed)
    assert "answered HTTP 404 Not Found" in outcome.reason
    assert len(api.asked) > 1
