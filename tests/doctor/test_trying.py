"""The doctor tries the triggers of a target: what is found at a control API that is wrong in many ways."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from csms_harness.doctor.checks import Check, Mark, exit_code, grouped
from tests.runner.peer import CONFIG, Csms, campaign, examined, remarks, running, wrong
from tests.triggers.control_api import Asked, ControlApi, control_api

LIMIT = 30.0
CASES = ("TC_019_1", "TC_042_1", "TC_054", "TC_066")
"""They ask for GetConfiguration, GetLocalListVersion, TriggerMessage, GetCompositeSchedule and more."""


@dataclass
class Api(ControlApi):
    """Sends the CALL that a path ends with to the Charge Point, with the members of the body that it knows."""

    csms: Csms = field(default_factory=Csms)
    drops: frozenset[str] = frozenset()

    async def answer(self, asked: Asked) -> tuple[str, str]:
        path = asked.target.split("?")[0]
        if path in self.answers or asked.method == "OPTIONS":
            return await super().answer(asked)
        body = {name: value for name, value in asked.json.items() if name not in self.drops}
        call = [2, f"api-{len(self.asked)}", path.rpartition("/")[2], body]
        await self.csms.connections[-1].send(json.dumps(call))
        return "202 Accepted", "{}"


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield unused.getsockname()[1]


async def tried(folder: Path, api: Api, more: str, *patterns: str, **options: Any) -> list[Check]:
    """What the doctor finds, with ``API`` in the target for the address of the control API."""
    async with running(api.csms), control_api(LIMIT, api):
        text = CONFIG + more.replace("API", api.url)
        limits = {"action": options.pop("action", 20.0)}
        checked = campaign(folder, api.csms.url, *(patterns or CASES), more=text, deadlines=limits, **options)
        return await examined(checked, tries=True)


DEFAULT = 'triggers: {default: {http: {url: "API/{chargePointId}/{action}", json: $request}}}'


async def test_every_way_in_which_a_map_is_wrong_is_found_in_one_run(tmp_path: Path, closed_port: int) -> None:
    api = Api(drops=frozenset({"conectorId", "unit"}))
    api.answers = {
        "/TriggerMessage": ("404 Not Found", '{"error": "no such route"}'),
        "/GetLocalListVersion": ("401 Unauthorized", '{"error": "who are you?"}'),
        "/tags/TAG-BLOCKED": ("200 OK", '{"state": "Accepted"}'),
        "/tags/TAG-001": ("200 OK", '{"state": "Accepted"}'),
    }
    more = f"""
triggers:
  GetConfiguration: {{http: {{url: "http://127.0.0.1:{closed_port}/GetConfiguration", json: $request}}}}
  ChangeConfiguration: {{http: {{url: "http://127.0.0.1:{closed_port}/ChangeConfiguration", json: $request}}}}
  TriggerMessage: {{http: {{url: "API/TriggerMessage", json: $request}}}}
  GetLocalListVersion: {{http: {{url: "API/GetLocalListVersion", json: $request}}}}
  GetCompositeSchedule:
    http:
      url: "API/GetCompositeSchedule"
      json: {{conectorId: $connectorId, duration: $duration, unit: $chargingRateUnit}}
  default: {{http: {{url: "API/{{action}}", json: $request}}}}
provision:
  idTag:
    - when: {{idTag: [TAG-001, TAG-BLOCKED]}}
      http: {{method: PUT, url: "API/tags/{{idTag}}", json: {{state: $status}}}}
      read: {{method: GET, url: "API/tags/{{idTag}}", accept: {{json: {{state: $status}}}}}}
"""
    points = "[{id: CP_01}, {id: CP_02}]"
    checks = await tried(tmp_path, api, more, *CASES, "TC_021", charge_points=points)
    told = "\n".join(wrong(checks))
    assert f"nothing was reached at http://127.0.0.1:{closed_port}, where GetConfiguration, ChangeConfig" in told
    assert "TriggerMessage: POST" in told
    assert "HTTP 404 Not Found" in told
    assert "correct the url; or its Charge Point is not the one that is connected" in told
    assert "GetLocalListVersion: POST" in told
    assert "HTTP 401 Unauthorized" in told
    assert "GetCompositeSchedule.req came with no connectorId; asked for was 1" in told
    assert "CP_01, CP_02 share TAG-001, TAG-002" in told
    assert "TAG-BLOCKED (Blocked) is not there as the target says: GET" in told
    assert len(wrong(checks)) == 6, told
    assert any("read back, and as the target says: TAG-001" in check.text for check in checks)
    assert exit_code(checks) == 4


async def test_a_good_map_is_tried_and_nothing_is_left_behind(tmp_path: Path) -> None:
    api = Api()
    checks = await tried(tmp_path, api, DEFAULT, *CASES, "TC_043_1")
    assert wrong(checks) == []
    assert remarks(checks) == []
    assert any(check.text.startswith("tried: GetConfiguration, GetLocalListVersion, Trig") for check in checks)
    asked = {(one.method, one.target.rpartition("/")[2]) for one in api.asked}
    assert {action for method, action in asked if method == "POST"} == {
        "GetConfiguration", "GetLocalListVersion", "TriggerMessage", "GetCompositeSchedule",
    }  # fmt: skip
    assert ("OPTIONS", "SendLocalList") in asked
    assert all(not one.body for one in api.asked if one.method == "OPTIONS")


async def test_an_entry_that_serves_nothing_harmless_of_the_cases_is_tried_all_the_same(tmp_path: Path) -> None:
    api = Api()
    checks = await tried(tmp_path, api, DEFAULT, "TC_013")
    assert wrong(checks) == []
    assert [(one.method, one.target) for one in api.asked] == [
        ("POST", "/CP_01/GetConfiguration"),
        ("OPTIONS", "/CP_01/Reset"),
    ]


async def test_a_central_system_that_asks_for_more_keys_is_not_taken_for_a_wrong_map(tmp_path: Path) -> None:
    class More(Api):
        async def answer(self, asked: Asked) -> tuple[str, str]:
            if asked.method == "POST":
                asked.body = json.dumps({"key": ["Other", *asked.json["key"]]}).encode()
            return await super().answer(asked)

    assert wrong(await tried(tmp_path, More(), DEFAULT, "TC_019_2")) == []


async def test_a_connection_that_ends_at_the_first_wish_is_told_once(tmp_path: Path) -> None:
    class Closing(Api):
        async def answer(self, asked: Asked) -> tuple[str, str]:
            await self.csms.connections[-1].close()
            return "202 Accepted", "{}"

    api = Closing()
    told = [text for text in wrong(await tried(tmp_path, api, DEFAULT)) if "the connection ended when" in text]
    assert len(told) == 1
    assert [one.target for one in api.asked if one.method == "POST"] == ["/CP_01/GetConfiguration"]


async def test_a_wish_that_is_taken_and_brings_no_call_is_wrong(tmp_path: Path) -> None:
    api = Api(answers={"/CP_01/GetConfiguration": ("200 OK", '{"queued": 1}')})
    (told,) = wrong(await tried(tmp_path, api, DEFAULT, "TC_019_1", action=0.2))
    assert 'answered HTTP 200: {"queued": 1}, and no GetConfiguration.req came in 0.2 s' in told
    assert "meant for CP_01" in told


@pytest.mark.parametrize(("options_status", "remarked"), [("405 Method Not Allowed", True), ("404 Not Found", False)])
async def test_an_address_without_a_route_is_a_remark_where_options_tells_them_apart(
    tmp_path: Path, options_status: str, remarked: bool
) -> None:
    class Routed(Api):
        async def answer(self, asked: Asked) -> tuple[str, str]:
            if asked.method != "OPTIONS":
                return await super().answer(asked)
            return ("404 Not Found" if "Reset" in asked.target else options_status), ""

    checks = await tried(tmp_path, Routed(), DEFAULT, "TC_013")
    assert wrong(checks) == []
    assert any(text.startswith("Reset: POST ") for text in remarks(checks)) is remarked


async def test_a_log_in_that_is_refused_is_told_once(tmp_path: Path) -> None:
    session = 'session: {login: {url: "API/login", json: {user: me}, save: {token: token}}}\n'
    api = Api(answers={"/login": ("401 Unauthorized", "no")})
    checks = await tried(tmp_path, api, session + DEFAULT)
    (told,) = wrong(checks)
    assert told.startswith("log-in step 1: POST ")
    (check,) = (check for check in checks if check.mark is Mark.WRONG)
    assert "user and the password" in check.advice
    assert {one.target for one in api.asked} == {"/login"}


async def test_a_log_in_that_works_is_told(tmp_path: Path) -> None:
    session = 'session: {login: {url: "API/login", json: {user: me}, save: {token: token}}}\n'
    api = Api(answers={"/login": ("200 OK", '{"token": "abc"}')})
    checks = await tried(tmp_path, api, session + DEFAULT, "TC_019_1")
    assert any(check.subject == "log-in" and check.mark is Mark.FINE for check in checks)
    assert wrong(checks) == []


async def test_charge_points_of_which_the_same_is_said_share_a_line(tmp_path: Path) -> None:
    own = ", ".join(
        f"{{id: CP_0{number}, config: {{valid_id_tag: TAG-{number}, valid_id_tag_2: TAG-1{number}}}}}"
        for number in range(1, 5)
    )
    checks = await tried(tmp_path, Api(), DEFAULT, "TC_013", charge_points=f"[{own}]")
    boots = [check.subject for check in checks if check.text.startswith("BootNotification: Accepted")]
    assert boots == ["CP_01", "CP_02 to CP_04"]


def test_only_names_that_follow_each_other_are_a_span() -> None:
    def of(*names: str) -> list[str]:
        every = [Check(Mark.FINE, f"CP_{number}", "x") for number in range(1, 6)]
        return [one.subject for one in grouped([*every, *(Check(Mark.WRONG, name, "y") for name in names)])][1:]

    assert of("CP_2", "CP_3", "CP_4") == ["CP_2 to CP_4"]
    assert of("CP_1", "CP_3", "CP_4") == ["CP_1, CP_3, CP_4"]
    assert of("CP_1", "CP_2") == ["CP_1, CP_2"]
