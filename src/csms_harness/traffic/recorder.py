"""Keeps what passes a proxy as JSON lines, which ``judge`` reads; with stand-ins for every secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from csms_harness.message import Side
from csms_harness.ocppj.datetimes import format_datetime
from csms_harness.ocppj.frames import Call, parse_frame
from csms_harness.record.masking import secrets_in
from csms_harness.record.standins import StandIns
from csms_harness.traffic.reading import BYTES


@dataclass(frozen=True, slots=True)
class Passed:
    """A message of one ``side`` as it passed; without a side ``text`` says what became of the connection.

    ``opened``: a Charge Point was let in.
    """

    at: datetime
    charge_point: str
    side: Side | None
    text: str
    opened: bool = False


@dataclass(slots=True)
class Recorder:
    """Writes a line for each message and each connection; ``passed_by`` is all of it, in order."""

    file: IO[str]
    clock: Callable[[], datetime]
    say: Callable[[str], None] = lambda _text: None
    passed_by: list[Passed] = field(default_factory=list)
    _hidden: StandIns = field(default_factory=StandIns)

    def connected(self, charge_point: str, subprotocol: str) -> None:
        """A Charge Point was let in."""
        self._event(charge_point, "connected", f"with the subprotocol {subprotocol or 'of none'}", opened=True)

    def refused(self, charge_point: str, sentence: str) -> None:
        """It was not."""
        self._event(charge_point, "refused", sentence)

    def closed(self, charge_point: str, sentence: str) -> None:
        """A connection has ended."""
        self._event(charge_point, "closed", sentence)

    def passed(self, charge_point: str, side: Side, data: str | bytes) -> None:
        """A message is passed on."""
        text = data if isinstance(data, str) else data.decode("utf-8", BYTES)
        call = parse_frame(text).message
        if isinstance(call, Call):
            self._hidden.learn(secrets_in(call.action, call.payload))
        text = self._hidden.text(text)
        message: dict[str, Any] = {"side": str(side), "text": text}
        if isinstance(data, bytes):
            message["binary"] = True
        self._keep(Passed(self.clock(), charge_point, side, text), message=message)

    def _event(self, charge_point: str, event: str, text: str, *, opened: bool = False) -> None:
        self._keep(Passed(self.clock(), charge_point, None, text, opened), event=event, said=text)
        self.say(f"{charge_point}  {event}: {text}")

    def _keep(self, one: Passed, **what: Any) -> None:
        self.passed_by.append(one)
        line = {"at": format_datetime(one.at), "chargePoint": one.charge_point, **what}
        self.file.write(json.dumps(line, ensure_ascii=True) + "\n")
        self.file.flush()
