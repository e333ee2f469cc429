"""The contract of a trigger: a wish in OCPP words goes in, what became of the wish comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class TriggerRequest:
    """What the CSMS is wished to send: an action, to which Charge Point, with which fields of that .req.

    ``fields`` holds JSON values; instants are ISO 8601 strings with a zone. ``within`` is how many seconds the
    harness will wait for the outcome, or None.
    """

    action: str
    charge_point_id: str
    fields: Mapping[str, Any]
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Performed:
    """The CSMS accepted the wish. What it then sends, or does not, is judged on the wire.

    ``said`` is the begin of what it answered; ``doubtful``: by that it may have refused after all.
    """

    detail: str = ""
    said: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """The wish was understood and will not be done; ``stop`` asks for the whole run to end."""

    reason: str
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The wish could not be brought to the CSMS, or the CSMS took it for an error.

    ``status`` is the HTTP status of its answer, where there was one; ``unreached`` where nothing was reached.
    """

    reason: str
    status: int | None = field(default=None, compare=False)
    unreached: str = field(default="", compare=False)


Outcome = Performed | Declined | Failed


@dataclass(frozen=True, slots=True)
class Knock:
    """What an address says to OPTIONS, which changes nothing (RFC 9110, 9.2.1): a status, or why there is none."""

    address: str
    status: int | None = None
    failed: Failed | None = None


class Trigger(Protocol):
    """A way to make a CSMS act; plug-ins of the entry point group ``csms_harness.triggers`` implement it."""

    async def perform(self, request: TriggerRequest) -> Outcome:
        """Hand the wish over; resolves when the CSMS accepted it, not when OCPP answered."""
        ...


class Adapter(Trigger, Protocol):
    """A trigger of the harness itself, which can also name what it talks to."""

    def label(self, request: TriggerRequest) -> str:
        """Whom the harness waits for, as in "no answer from …"."""
        ...

    async def aclose(self) -> None:
        """Give back what the adapter holds."""
        ...
