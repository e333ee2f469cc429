"""One CALL and its CALLRESULT, as the rules of a Charge Point see it."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from csms_harness.charge_point import json_values
from csms_harness.charge_point.state import ChargePointState
from csms_harness.frozen import dataclass
from csms_harness.ocppj.frames import Payload


@dataclass(frozen=True, slots=True)
class Exchange:
    """The payload of a ``.req``, who sends or receives it, and when; ``answer`` is empty while there is none."""

    charge_point: ChargePointState
    payload: Payload
    now: datetime
    answer: Payload = field(default_factory=dict)

    def whole(self, name: str) -> int | None:
        """A member of the request, if it is a whole number."""
        return json_values.whole(self.payload.get(name))

    def text(self, name: str) -> str | None:
        """A member of the request, if it is a string."""
        return json_values.text(self.payload.get(name))

    def moment(self, name: str) -> datetime | None:
        """A member of the request, if it is a date-time."""
        return json_values.moment(self.payload.get(name))
