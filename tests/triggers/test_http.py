from __future__ import annotations

import json
import socket
from collections.abc import Mapping

import pytest

from csms_harness.triggers.base import Failed, Outcome, Performed

from .control_api import DEADLINE, ControlApi, book_of, control_api, wish


async def performed(api: ControlApi, http: Mapping[str, object], **options: object) -> Outcome:
    fields = options.pop("fields", {"type": "Hard"})
    book = book_of({"Reset": {"http": http}}, **options)
    try:
        return await book.perform(wish("Reset", "CP 1", **fields), DEADLINE)  # type: ignore[arg-type]
    finally:
        await book.aclose()


async def test_the_recommended_endpoint_gets_the_payload_as_it_is() -> None:
    async with control_api() as api:
        http = {"url": f"{api.url}/api/octt/1.6/{{chargePointId}}/{{action}}", "json": "$request"}
        outcome = await performed(api, http, fields={"connectorId": 1, "limit": 21.4})
    assert outcome == Performed(f"POST {api.url}/api/octt/1.6/CP%201/Reset answered HTTP 200")
    (asked,) = api.asked
    assert (asked.method, asked.target) == ("POST", "/api/octt/1.6/CP%201/Reset")
    assert asked.body == b'{"connectorId":1,"limit":21.4}'
    assert asked.headers["content-type"] == "application/json"


async def test_method_headers_and_parameters_are_filled_in() -> None:
    async with control_api() as api:
        http = {
            "method": "GET",
            "url": f"{api.url}/reset?a=1",
            "headers": {"X-Type": "$type", "X-Not-There": "$nope", "Authorization": "Bearer {env.KEY}"},
        }
        await performed(api, http, environment={"KEY": "s3cret"})
        await performed(api, {"method": "GET", "url": f"{api.url}/r", "params": {"t": "$type", "n": "$nope"}})
    first, second = api.asked
    assert (first.method, first.target, first.body) == ("GET", "/reset?a=1", b"")
    assert first.headers["x-type"] == "Hard"
    assert first.headers["authorization"] == "Bearer s3cret"
    assert "x-not-there" not in first.headers
    assert first.headers["user-agent"].startswith("csms-harness/")
    assert second.target == "/r?t=Hard"


async def test_a_form_is_sent_as_a_form() -> None:
    async with control_api() as api:
        await performed(api, {"url": f"{api.url}/reset", "form": {"kind": "$type", "n": 1}})
    assert api.asked[0].body == b"kind=Hard&n=1"
    assert api.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"


async def test_a_list_of_plain_values_stands_in_a_query_or_a_form_as_often_as_it_has_values() -> None:
    async with control_api() as api:
        keys = {"key": ["One", "Two"]}
        for http in (
            {"method": "GET", "url": f"{api.url}/r", "params": {"keys": "$key", "none": []}},
            {"method": "GET", "url": f"{api.url}/r?keys={{key}}"},
            {"url": f"{api.url}/r", "form": {"keys": "$key", "all": "{key}"}},
        ):
            await performed(api, http, fields=keys)
    first, second, third = api.asked
    assert (first.target, second.target) == ("/r?keys=One&keys=Two", "/r?keys=One%2CTwo")
    assert third.body == b"keys=One&keys=Two&all=One%2CTwo"


async def test_a_status_that_is_not_accepted_is_told_with_the_body() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("500 Oops", "no such \x1b[31mpoint\n" + "x" * 500)
        outcome = await performed(api, {"url": f"{api.url}/reset"})
    assert isinstance(outcome, Failed)
    start = f"POST {api.url}/reset answered HTTP 500 Oops, accepted is 200 to 299: no such [31mpoint xxx"
    assert outcome.reason.startswith(start)
    assert len(outcome.reason) < 400


async def test_accept_decides_alone_where_it_is_given() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("409 Conflict", "")
        assert isinstance(await performed(api, {"url": f"{api.url}/reset", "accept": [409]}), Performed)
        api.answers["/reset"] = ("201 Created", "")
        outcome = await performed(api, {"url": f"{api.url}/reset", "accept": [200, 202]})
    assert isinstance(outcome, Failed)
    assert "answered HTTP 201 Created, accepted is 200, 202: (empty)" in outcome.reason


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, identity"])
async def test_an_encoding_nobody_asked_for_is_refused_before_it_is_unpacked(encoding: str) -> None:
    async with control_api() as api:
        api.answers["/reset"] = (f"200 OK\nContent-Encoding: {encoding}", "not really packed")
        outcome = await performed(api, {"url": f"{api.url}/reset"})
    assert isinstance(outcome, Failed)
    assert f"Content-Encoding {encoding} was not asked for" in outcome.reason


async def test_an_answer_that_names_its_plain_encoding_is_taken() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("200 OK\nContent-Encoding: Identity", "{}")
        assert isinstance(await performed(api, {"url": f"{api.url}/reset"}), Performed)


async def test_a_redirect_is_not_followed_but_told() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("302 Found\nLocation: /login", "")
        outcome = await performed(api, {"url": f"{api.url}/reset"})
    assert isinstance(outcome, Failed)
    assert "answered HTTP 302 Found to /login" in outcome.reason
    assert len(api.asked) == 1


async def test_a_proxy_in_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with control_api() as api:
        assert isinstance(await performed(api, {"url": f"{api.url}/reset"}), Performed)


async def test_prepare_steps_log_in_and_look_up_an_id() -> None:
    async with control_api() as api:
        api.answers["/login"] = ("200 OK", '{"data": {"token": "t0ken-abc"}}')
        api.answers["/points"] = ("200 OK", '[{"id": 77}]')
        outcome = await performed(
            api,
            {
                "url": f"{api.url}/points/{{point}}/reset",
                "headers": {"Authorization": "Bearer {token}"},
                "json": {"point": "$point", "kind": "$type"},
                "prepare": [
                    {
                        "url": f"{api.url}/login",
                        "json": {"user": "lab", "password": "$env.PW"},
                        "save": {"token": "data.token"},
                    },
                    {
                        "method": "GET",
                        "url": f"{api.url}/points",
                        "params": {"name": "$chargePointId"},
                        "headers": {"Authorization": "Bearer {token}"},
                        "save": {"point": "[0].id"},
                    },
                ],
            },
            environment={"PW": "pw"},
        )
    login, lookup, reset = api.asked
    assert login.json == {"user": "lab", "password": "pw"}
    assert (lookup.target, lookup.headers["authorization"]) == ("/points?name=CP+1", "Bearer t0ken-abc")
    assert (reset.target, reset.json) == ("/points/77/reset", {"point": 77, "kind": "Hard"})
    assert reset.headers["authorization"] == "Bearer t0ken-abc"
    assert isinstance(outcome, Performed)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (("403 Forbidden", "no"), "prepare step 1: POST {url}/login answered HTTP 403 Forbidden"),
        (("200 OK", "<html>"), "prepare step 1: POST {url}/login answered no JSON: <html>"),
        (("200 OK", '{"data": {}}'), "prepare step 1: POST {url}/login answered without data.token"),
        (("200 OK", "[" * 100_000), "prepare step 1: POST {url}/login answered no JSON"),
    ],
)
async def test_a_prepare_step_that_fails_is_named_and_the_request_not_made(answer: tuple[str, str], words: str) -> None:
    async with control_api() as api:
        api.answers["/login"] = answer
        step = {"url": f"{api.url}/login", "save": {"token": "data.token"}}
        outcome = await performed(api, {"url": f"{api.url}/reset", "prepare": [step]})
    assert isinstance(outcome, Failed)
    assert words.format(url=api.url) in outcome.reason
    assert len(api.asked) == 1


async def test_no_secret_is_in_any_text_even_when_the_csms_echoes_it() -> None:
    async with control_api() as api:
        api.answers["/login"] = ("200 OK", '{"access_token": "t0ken-abc"}')
        api.answers["/reset"] = ("401 Unauthorized", "x" * 190 + "Bearer t0ken-abc with s3cret")
        outcome = await performed(
            api,
            {
                "url": f"{api.url}/reset?key={{env.KEY}}",
                "headers": {"Authorization": "Bearer {token}"},
                "prepare": [{"url": f"{api.url}/login", "save": {"token": "access_token"}}],
            },
            environment={"KEY": "s3cret"},
        )
    assert isinstance(outcome, Failed)
    assert "?key=•••" in outcome.reason
    assert "s3c" not in outcome.reason
    assert "t0k" not in outcome.reason


async def test_a_field_that_the_url_needs_and_the_request_lacks_is_named() -> None:
    async with control_api() as api:
        outcome = await performed(api, {"url": f"{api.url}/{{reservationId}}"})
    assert outcome == Failed("{reservationId} is needed, and Reset has no such field here")
    assert not api.asked


async def test_a_field_that_the_body_is_and_the_request_lacks_is_named() -> None:
    async with control_api() as api:
        outcome = await performed(api, {"url": f"{api.url}/x", "json": "$data"})
    assert outcome == Failed("$data is needed as body, and Reset has no such field here")


async def test_an_api_that_is_not_there_is_told() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/reset"
        outcome = await performed(ControlApi(), {"url": url})
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith(f"POST {url} was not reached (")
    assert outcome.reason.endswith("start the control API or correct the url")


async def test_an_api_that_never_answers_is_bounded_by_the_timeout_of_the_entry() -> None:
    async with control_api() as api:
        api.silent = True
        outcome = await performed(api, {"url": f"{api.url}/reset", "timeout": "50 ms"})
    assert outcome == Failed(f"no answer from POST {api.url}/reset within 0.05 s")


async def test_an_answer_that_is_no_http_is_told() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("banana", "")
        outcome = await performed(api, {"url": f"{api.url}/reset"})
    assert isinstance(outcome, Failed)
    assert f"POST {api.url}/reset failed (RemoteProtocolError" in outcome.reason


async def test_a_huge_answer_is_read_in_part_only() -> None:
    async with control_api() as api:
        api.answers["/reset"] = ("200 OK", json.dumps({"x": "y" * 2**22}))
        assert isinstance(await performed(api, {"url": f"{api.url}/reset"}), Performed)
