"""A Central System with an API of its own: a log-in that expires, snake_case, numbers that it wants to be given."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from csms_harness.runner.reference import Ports
from tests.support.command_line import DEADLINE, environment, harness, verdicts
from tests.triggers.control_api import Asked, ControlApi, control_api

pytestmark = pytest.mark.e2e

TARGET = """\
url: {ocpp}
charge_points:
  - {{id: CP_01, config: {{valid_id_tag: TAG-001, valid_id_tag_2: TAG-101, parent_id_tag: PARENT-001}}}}
  - {{id: CP_02, config: {{valid_id_tag: TAG-002, valid_id_tag_2: TAG-102, parent_id_tag: PARENT-002}}}}
config: {{invalid_id_tag: TAG-INVALID, expired_id_tag: TAG-EXPIRED, blocked_id_tag: TAG-BLOCKED}}
deadlines: {{action: 10 s, reboot: 0 s, settle: 0 s, calls: 0 s}}
session:
  login: {{url: "{api}/login", json: {{user: me, password: $env.KEY}}, save: {{token: data.access_token}}}}
triggers:
  default:
    http:
      url: "{api}/stations/{{action}}"
      auth: {{bearer: $token}}
      json: {{merge: $request, station_id: $chargePointId}}
      rename: snake_case
  ReserveNow:
    http:
      url: "{api}/reservations"
      auth: {{bearer: $token}}
      json: {{reservation_id: $new.reservationId, merge: $request, station_id: $chargePointId}}
      rename: snake_case
  SendLocalList:
    http:
      url: "{api}/lists"
      auth: {{bearer: $token}}
      json: {{list_version: $new.listVersion, merge: $request, station_id: $chargePointId}}
      rename: snake_case
"""

WANTED = {"/reservations": "reservation_id", "/lists": "list_version"}
ACTIONS = {"/reservations": "ReserveNow", "/lists": "SendLocalList"}
LIFE = 8
"""So many requests a session lasts."""


@dataclass
class OwnApi(ControlApi):
    """An API in front of the reference CSMS that takes nothing as OCPP writes it."""

    behind: str = ""
    sessions: int = 0
    left: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    client: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)

    async def answer(self, asked: Asked) -> tuple[str, str]:
        if asked.target == "/login":
            return self._session(asked)
        if asked.headers.get("authorization") != f"Bearer session-{self.sessions}" or self.left <= 0:
            return self._refusal("401 Unauthorized", "log in")
        self.left -= 1
        body = asked.json
        wanted = WANTED.get(asked.target, "station_id")
        if wanted not in body or any(name != name.lower() for name in body):
            return self._refusal("422 Unprocessable Entity", wanted)
        action = ACTIONS.get(asked.target) or asked.target.rpartition("/")[2]
        path = f"{self.behind}/api/octt/1.6/{body.pop('station_id')}/{action}"
        answer = await self.client.post(path, json=in_ocpp(body))
        return f"{answer.status_code} {answer.reason_phrase}", answer.text

    def _session(self, asked: Asked) -> tuple[str, str]:
        if asked.json != {"user": "me", "password": "a-secret-key"}:
            return self._refusal("403 Forbidden", "who?")
        if self.sessions and not self.refused["429 Too Many Requests\nRetry-After: 0"]:
            return self._refusal("429 Too Many Requests\nRetry-After: 0", "later")
        self.sessions, self.left = self.sessions + 1, LIFE
        return "200 OK", json.dumps({"data": {"access_token": f"session-{self.sessions}"}})

    def _refusal(self, status: str, why: str) -> tuple[str, str]:
        self.refused[status] += 1
        return status, json.dumps({"detail": why})


def in_ocpp(content: Any) -> Any:
    """Names as OCPP writes them."""
    if isinstance(content, dict):
        return {re.sub(r"_(\w)", lambda sign: sign[1].upper(), name): in_ocpp(one) for name, one in content.items()}
    return [in_ocpp(one) for one in content] if isinstance(content, list) else content


async def test_a_target_of_thirty_lines_makes_all_of_it_work(reference: Ports, tmp_path: Path) -> None:
    api = OwnApi(behind=reference.api_url)
    async with control_api(DEADLINE, api), api.client:
        text = TARGET.format(ocpp=reference.ocpp_url, api=api.url)
        (tmp_path / "target.yaml").write_text(text, "utf-8")
        options = ("--target", tmp_path / "target.yaml", "--out", tmp_path / "run")
        ended = await asyncio.to_thread(
            harness, "run", "Reservation", "TC_043*", "TC_01*", *options, env=environment(KEY="a-secret-key")
        )
    assert ended.code == 0, ended.said
    assert set(verdicts(tmp_path / "run").values()) == {"PASS"}
    assert len(text.splitlines()) <= 30
    assert api.sessions > 1, "a session expired on the way"
    assert api.refused["429 Too Many Requests\nRetry-After: 0"] == 1
    waits = json.loads((tmp_path / "run" / "facts.json").read_bytes())["run"]["waits"]
    assert [(one["status"], one["times"]) for one in waits] == [(429, 1)]
    assert not api.refused["422 Unprocessable Entity"]
    assert b"session-1" not in b"".join(path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file())
