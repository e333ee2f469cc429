"""The append-only journal of a run: a JSON line for its head, for each case and its events, and for its end.

The events are those that the engine was fed, so that a case can be judged again without a Central System.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import chain, repeat
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

from csms_harness.engine import events
from csms_harness.engine.events import Event
from csms_harness.foreign import in_blocks
from csms_harness.record.masking import Redact, blocks, is_free_of_secrets

NAME = "journal.jsonl"
_OURS: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_BLOCK: Final = 1 << 16
_PIECE: Final = 1 << 10
"""Bytes of a line that are looked at together: few of them hold anything beyond ASCII."""
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_BYTES: Final = "surrogateescape"
"""How bytes that are no UTF-8 stand in a text: secrets are found in it, and every byte comes back."""


class Journal:
    """Writes ``journal.jsonl`` in the folder of a run; what ``flush`` returns from is on the disk."""

    def __init__(self, folder: Path, *, more: bool = False) -> None:
        """Creates the folder; ``more`` goes on behind the last whole line. Raises OSError when it cannot be written.

        A link of that name is replaced, not followed.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / NAME
        if not more:
            path.unlink(missing_ok=True)
        self._file: IO[bytes] = os.fdopen(os.open(path, _OURS, 0o666), "r+b")
        self._file.truncate(_whole_lines(self._file))
        self._file.seek(0, os.SEEK_END)

    def write(self, kind: str, fact: Any) -> None:
        """Append one line: a model, or a JSON value."""
        self._file.writelines(chain((f'{{"kind": "{kind}", "fact": '.encode(),), _told(fact), (b"}\n",)))

    def flush(self) -> None:
        """Bring everything to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """No more lines."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _whole_lines(file: IO[bytes]) -> int:
    """How many bytes of a file are whole lines; a kill leaves the last one cut off."""
    end = file.seek(0, os.SEEK_END)
    while end:
        begin = max(0, end - _BLOCK)
        file.seek(begin)
        found = file.read(end - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0


def _told(fact: Any) -> Iterable[bytes]:
    """A fact as JSON in ASCII; piece by piece where it is long, because escaped it is longer still."""
    try:
        data = to_json(fact, fallback=str)
    except (PydanticSerializationError, UnicodeError):  # a lone surrogate, which JSON can only escape
        return map(str.encode, json.JSONEncoder().iterencode(to_jsonable_python(fact, fallback=str)))
    return (data,) if data.isascii() else map(_in_ascii, in_blocks(data, _PIECE))


def _in_ascii(text: str) -> bytes:
    if text.isascii():
        return text.encode()
    return _BEYOND_ASCII.sub(lambda found: json.dumps(found.group())[1:-1], text).encode()


def read_journal(folder: Path) -> Iterator[tuple[str, Any]]:
    """The lines of a journal; a last line that was cut off by a kill is passed over. Raises OSError."""
    with (folder / NAME).open(encoding="ascii", errors="replace") as file:
        for line in file:
            if not line.endswith("\n"):
                return  # however much of it is there: who goes on with the run writes it anew
            try:
                record = json.loads(line)
                yield record["kind"], record["fact"]
            except (ValueError, KeyError, TypeError):
                continue


@dataclass(slots=True)
class Played:
    """All that the engine was fed for one case: enough to run it again.

    ``before`` are the events between the last case of the lane and this one; ``calls`` counts the CALLs that its
    connection had carried by then, which number the uniqueIds; ``epoch`` is the wall clock (UTC) at monotonic 0;
    ``limits`` are the deadlines, ``config`` what ``$config.…`` meant; ``security_profile`` is the one it ran under.
    """

    case: str
    lane: str
    began: float
    epoch: datetime
    config: Mapping[str, Any]
    limits: Mapping[str, Any]
    calls: int = 0
    security_profile: int | None = None
    before: list[Event] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def as_json(self, redact: Redact) -> dict[str, Any]:
        """As a JSON object, secrets replaced by ``redact``; floats keep every digit."""
        return {
            "case": self.case,
            "lane": self.lane,
            "began": self.began,
            "epoch": self.epoch.isoformat(),
            "config": redact(dict(self.config)),
            "limits": dict(self.limits),
            "calls": self.calls,
            "security_profile": self.security_profile,
            "before": list(_written(self.before, redact)),
            "events": list(_written(self.events, redact)),
        }

    @classmethod
    def from_json(cls, fact: Mapping[str, Any]) -> Self:
        """Read back. Raises KeyError, ValueError or TypeError on what it is not."""
        return cls(
            fact["case"],
            fact["lane"],
            float(fact["began"]),
            datetime.fromisoformat(fact["epoch"]),
            fact["config"],
            fact["limits"],
            fact["calls"],
            fact.get("security_profile"),
            [_read(event) for event in fact["before"]],
            [_read(event) for event in fact["events"]],
        )


_EVENTS: Final[Mapping[str, type[Any]]] = {
    kind.__name__: kind
    for kind in (
        events.Connected,
        events.TlsProbed,
        events.Refused,
        events.Lost,
        events.Parted,
        events.FrameReceived,
        events.FrameSent,
        events.PongReceived,
        events.KeyMade,
        events.TriggerBegan,
        events.TriggerFinished,
        events.TimePassed,
        events.Interrupted,
        events.GoOn,
        events.Stalled,
    )
}
_MEMBERS: Final = {name: tuple(one.name for one in fields(kind)) for name, kind in _EVENTS.items()}


def _written(played: Sequence[Event], redact: Redact) -> Iterator[list[Any]]:
    """Events, each as its name and its members in order."""
    for block in blocks(played):
        texts = [_text_of(event) for event in block]
        told = texts if is_free_of_secrets(texts, redact) else map(redact, texts)
        yield from map(_record, block, told, repeat(redact))


def _text_of(event: Event) -> str:
    """What crossed the wire; of a frame of ours only its uniqueId is kept."""
    if isinstance(event, events.FrameSent):
        return event.unique_id
    if isinstance(event, events.FrameReceived):
        return event.data if isinstance(event.data, str) else event.data.decode("utf-8", _BYTES)
    return ""


def _record(event: Event, told: str, redact: Redact) -> list[Any]:
    """An event with its text as it may be told; the bytes of a binary message as the text that they hold."""
    if isinstance(event, events.FrameSent):
        return ["FrameSent", event.at, told]
    if isinstance(event, events.FrameReceived):
        data = told if isinstance(event.data, str) else {"bytes": told}
        return ["FrameReceived", event.at, data, event.resumed, event.clock]
    name = type(event).__name__
    return [name, *(redact(getattr(event, member)) for member in _MEMBERS[name])]


def _read(record: Sequence[Any]) -> Event:
    name, *values = record
    event: Event = _EVENTS[name](*(_given(value) for value in values))
    return event


def _given(value: Any) -> Any:
    if isinstance(value, dict):
        return value["bytes"].encode("utf-8", _BYTES)
    return tuple(map(_given, value)) if isinstance(value, list) else value
