"""A small Central System on loopback, and campaigns against it, for the tests of ``doctor``."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from csms_harness.doctor.checks import Check, Mark
from csms_harness.doctor.doctor import examine
from csms_harness.resources import folder
from csms_harness.runner.campaign import Campaign, Options, prepare
from csms_harness.scenario.library import Library
from csms_harness.scenario.load import load_library

TAGS = {
    "TAG-001": {"status": "Accepted", "parentIdTag": "Group-1"},
    "TAG-002": {"status": "Accepted", "parentIdTag": "GROUP-1"},
    "TAG-EXPIRED": {"status": "Expired"},
    "TAG-BLOCKED": {"status": "Blocked"},
}
CONFIG = """
config:
  valid_id_tag: TAG-001
  valid_id_tag_2: TAG-002
  parent_id_tag: GROUP-1
  invalid_id_tag: TAG-UNKNOWN
  expired_id_tag: TAG-EXPIRED
  blocked_id_tag: TAG-BLOCKED
"""
ENDPOINT = """
triggers:
  default: {http: {url: "http://127.0.0.1:1/{chargePointId}/{action}", json: $request}}
"""

Payload = dict[str, Any]
Answer = Callable[[Payload], Any]


def accepted(skew: float = 0.0, **members: Any) -> Payload:
    """BootNotification.conf of a Central System whose clock is ``skew`` seconds ahead."""
    told = datetime.now(UTC) + timedelta(seconds=skew)
    return {"status": "Accepted", "currentTime": told.isoformat().replace("+00:00", "Z"), "interval": 300} | members


@dataclass
class Csms:
    """Answers what Charge Points send, and writes it down; ``asks`` are CALLs sent before the first answer.

    An answer that is a list is sent as a whole frame; None is silence.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    asks: list[tuple[str, Payload]] = field(default_factory=list)
    refuses: frozenset[str] = frozenset()
    url: str = ""
    seen: list[tuple[str, str, Payload]] = field(default_factory=list)
    replies: list[Any] = field(default_factory=list)
    closed: list[int | None] = field(default_factory=list)
    connections: list[ServerConnection] = field(default_factory=list)

    def actions(self, charge_point: str = "CP_01") -> list[str]:
        return [action for name, action, _ in self.seen if name == charge_point]

    async def serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        name = connection.request.path.rpartition("/")[2]
        self.connections.append(connection)
        try:
            async for text in connection:
                await self._take(connection, name, json.loads(text))
        except ConnectionClosed:
            pass
        self.closed.append(connection.close_code)

    async def _take(self, connection: ServerConnection, name: str, frame: list[Any]) -> None:
        if frame[0] != 2:
            self.replies.append(frame)
            return
        _, unique_id, action, payload = frame
        self.seen.append((name, action, payload))
        for number, (asked, body) in enumerate(self.asks):
            await connection.send(json.dumps([2, f"cs-{number}", asked, body]))
        self.asks = []
        said = self.answers.get(action, GOOD[action])(payload)
        if said is not None:
            whole = said if isinstance(said, list) else [3, unique_id, said]
            await connection.send(json.dumps([unique_id if part == "$ID" else part for part in whole]))


GOOD: Mapping[str, Answer] = {
    "BootNotification": lambda _: accepted(),
    "Authorize": lambda request: {"idTagInfo": TAGS.get(request["idTag"], {"status": "Invalid"})},
    "Heartbeat": lambda _: {"currentTime": accepted()["currentTime"]},
    "StatusNotification": lambda _: {},
}


@asynccontextmanager
async def running(csms: Csms) -> AsyncIterator[Csms]:
    """The Central System, listening."""

    def refuse(connection: ServerConnection, request: Any) -> Any:
        name = request.path.rpartition("/")[2]
        return connection.respond(404, "unknown\n") if name in csms.refuses else None

    async with serve(
        csms.serve, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], process_request=refuse
    ) as listener:
        csms.url = f"ws://127.0.0.1:{next(iter(listener.sockets)).getsockname()[1]}/ocpp"
        yield csms


@cache
def library() -> Library:
    """The shipped scenarios."""
    return load_library(folder("scenarios"))


def campaign(
    folder: Path,
    url: str,
    *patterns: str,
    charge_points: str = "[{id: CP_01}]",
    more: str = CONFIG + ENDPOINT,
    pics: str = "",
    **options: Any,
) -> Campaign:
    """What ``doctor`` examines, from a target file with these parts."""
    target = folder / "target.yaml"
    target.write_text(f"url: {url}\ncharge_points: {charge_points}\n{more}", "utf-8")
    if pics:
        (folder / "pics.yaml").write_text(pics, "utf-8")
        options["pics"] = folder / "pics.yaml"
    limits = {"response": 2.0, "connection": 2.0, "close": 0.5} | options.pop("deadlines", {})
    return prepare(Options(patterns, target=target, deadlines=limits, **options), library())  # fmt: skip


async def examined(checked: Campaign, watch: float = 0.0, *, tries: bool = False) -> list[Check]:
    """Every check of a campaign; with ``tries`` its triggers are tried."""
    return [check async for check in examine(checked, watch, tries=tries)]


def wrong(checks: list[Check]) -> list[str]:
    """What is wrong, in words."""
    return [f"{check.text} → {check.advice}" for check in checks if check.mark is Mark.WRONG]


def remarks(checks: list[Check]) -> list[str]:
    """What is worth a remark."""
    return [f"{check.text} → {check.advice}" for check in checks if check.mark is Mark.REMARK]
