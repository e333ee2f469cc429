"""From a file to the frames in it: HAR, JSON lines, or a log of any shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from csms_harness.message import Side
from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.traffic.finding import Piece, frames_in, is_frame
from csms_harness.traffic.moments import moment_in, without_moments

BYTES: Final = "surrogateescape"
"""How bytes that are no UTF-8 stand in a text."""
_WORD: Final = re.compile(r"[^\W_](?:[\w.\-]*\w)?")


@dataclass(frozen=True, slots=True)
class Found:
    """A frame as it was found: its text, where and when, and the words that stand around it.

    ``side`` and ``lane`` are set where the file itself says who sent it, and for which Charge Point; ``binary`` where
    it says that it was no text message.
    """

    text: str
    line: int
    words: tuple[str, ...] = ()
    at: datetime | None = None
    zoned: bool = True
    verbatim: bool = True
    side: Side | None = None
    lane: str = ""
    binary: bool = False

    @property
    def data(self) -> str | bytes:
        """The message as it crossed the wire."""
        return self.text.encode("utf-8", BYTES) if self.binary else self.text


@dataclass(slots=True)
class Recording:
    """All frames of a file in their order; ``cut`` are the beginnings of frames that cannot be read."""

    form: str
    frames: list[Found] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)


class NoTraffic(ValueError):
    """There is nothing to judge; the text says why, and what to do."""


def read_recording(path: Path) -> Recording:
    """Read a file. Raises NoTraffic with one sentence when there is no frame in it, or it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig", "backslashreplace")
    except OSError as error:
        raise NoTraffic(f"{path}: cannot be read: {error.strerror or error}") from None
    if _is_journal(text):
        raise NoTraffic(
            f"{path}: this is the journal of a run; judge that again with: csms-harness replay {path.parent}"
        )
    recording = _har(text) or _log(text)
    if not recording.frames:
        raise NoTraffic(
            f"{path}: no OCPP-J frame is in it; a frame is a JSON list such as "
            '[2,"id","BootNotification",{…}], and the log has to show them whole (often its level debug)'
        )
    return recording


def _is_journal(text: str) -> bool:
    """Whether this is what a run of ours keeps of all that happened: it holds frames, and much that is none."""
    try:
        head = json.loads(text.partition("\n")[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(head, dict) and head.get("kind") == "run" and "fact" in head


def _har(text: str) -> Recording | None:
    """The WebSocket messages of a HAR file, as browsers and proxies write it: a send is of whoever connected."""
    if '"_webSocketMessages"' not in text:
        return None
    try:
        entries = json.loads(text)["log"]["entries"]
    except (ValueError, KeyError, TypeError):
        return None
    recording = Recording("HAR")
    for entry in entries:
        lane = unquote(urlsplit(str(entry.get("request", {}).get("url", ""))).path.rstrip("/").rpartition("/")[2])
        for number, message in enumerate(entry.get("_webSocketMessages") or ()):
            data, sent, seconds = str(message.get("data", "")), message.get("type") == "send", message.get("time")
            at = datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
            side = Side.CHARGE_POINT if sent else Side.CENTRAL_SYSTEM
            recording.frames.append(Found(data, number + 1, (), at, side=side, lane=lane))
    return recording


def _log(text: str) -> Recording:
    lines = text.splitlines()
    structured = [_record(line) for line in lines]
    if any(structured):
        recording = Recording("JSON lines")
        for number, (line, record) in enumerate(zip(lines, structured, strict=True), 1):
            if record is not None:
                _take_record(recording, record, number)
            else:
                _take_text(recording, line, number)
        return recording
    recording = Recording("log")
    _take_text(recording, text, 1)
    return recording


def _record(line: str) -> dict[str, Any] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _take_record(recording: Recording, record: dict[str, Any], number: int) -> None:
    """A record of any program; in a transcript of this one, and in what it recorded, it is said who sent the frame."""
    message = record.get("message")
    if isinstance(message, dict) and message.get("side") in tuple(Side) and isinstance(message.get("text"), str):
        at, lane = _instant(record.get("at")), record.get("chargePoint")
        lane, binary = lane if isinstance(lane, str) else "", message.get("binary") is True
        found = Found(message["text"], number, at=at, side=Side(message["side"]), lane=lane, binary=binary)
        recording.frames.append(found)
        return
    frames: list[tuple[str, bool]] = []
    around: list[str] = []
    for path, value in _leaves(record, ""):
        if isinstance(value, list):
            frames.append((json.dumps(value, ensure_ascii=False), False))
            continue
        shown = str(value)
        pieces = [piece for piece in frames_in(shown) if isinstance(piece, Piece)] if isinstance(value, str) else []
        recording.cut += [piece for piece in frames_in(shown) if isinstance(piece, str)] if not pieces else []
        frames += [(piece.text, piece.verbatim) for piece in pieces]
        around.append(f"{path} {shown[: pieces[0].begin] if pieces else shown}")
    context = " \n".join(around)
    recording.frames += [_found(text, number, context, verbatim=verbatim) for text, verbatim in frames]


def _instant(value: object) -> datetime | None:
    try:
        return parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The values of a record with their names; a list that is a frame is one value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, str(name))
    elif isinstance(value, list) and not is_frame(value):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, value


def _take_text(recording: Recording, text: str, first: int) -> None:
    line, counted_to, behind = first, 0, 0
    for piece in frames_in(text):
        if isinstance(piece, str):
            recording.cut.append(piece)
            continue
        line += text.count("\n", counted_to, piece.begin)
        counted_to = piece.begin
        begin = max(text.rfind("\n", 0, piece.begin) + 1, behind)
        recording.frames.append(_found(piece.text, line, text[begin : piece.begin], verbatim=piece.verbatim))
        behind = piece.end


def _found(text: str, line: int, around: str, *, verbatim: bool) -> Found:
    told = moment_in(around)
    words = tuple(dict.fromkeys(_WORD.findall(without_moments(around))))
    at, zoned = told or (None, True)
    return Found(text, line, words, at, zoned, verbatim)
