"""One departure from OCPP-J, as data."""

from __future__ import annotations

from typing import Final

from csms_harness.frozen import dataclass

MAX_BREACHES: Final = 100
MAX_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Breach:
    """One departure from OCPP-J: ``rule`` names the standing wire rule, ``text`` says what was found.

    ``path`` points into the payload (``idTagInfo.status``); it is empty for the frame itself.
    ``keyword`` is the keyword of the JSON schema that was broken, ``null`` where the value is null, ``integral``
    where a whole number is written as 1.0, ``payload`` where there is no object at all, or ``action`` where there is no
    such action. Of a frame and of a date-time it names what was broken in words of our own (``syntax``, ``zone``),
    never in those of the wire: breaches of one rule and keyword are of one kind, whatever the sentence.
    A ``note`` is worth telling but breaks nothing.
    """

    rule: str
    text: str
    path: str = ""
    note: bool = False
    keyword: str = ""
