"""What a run leaves open in a Central System: told at its end, and kept for the next run, which closes it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from csms_harness.charge_point.model import ChargePoint
from csms_harness.charge_point.records import Reservation, Transaction
from csms_harness.engine.line import Line
from csms_harness.evidence import Left
from csms_harness.record.facts import LeftFact

STATE: Final = "CSMS_HARNESS_STATE"
"""The environment variable that names the folder in which runs leave notes for later ones."""

_FORM: Final = TypeAdapter(tuple[LeftFact, ...])


def left_on(line: Line, now: datetime, running: str = "") -> tuple[LeftFact, ...]:
    """What is open or stands on a line: transactions whose end was not confirmed, reservations, Inoperatives.

    What nobody is known to have taken yet is the ``running`` case's.
    """
    charge_point, owed = line.charge_point, line.owed
    transactions = [
        LeftFact(
            charge_point=charge_point.identity,
            what=Left.TRANSACTION,
            connector_id=item.connector_id,
            number=number,
            id_tag=item.id_tag,
            case=owed.beginners.get(number, running),
            meter_start=item.meter_start,
            since=item.started,
        )
        for number, item in charge_point.unended.items()
    ]
    standing = [
        LeftFact(
            charge_point=charge_point.identity,
            what=Left.INOPERATIVE if one.reservation_id is None else Left.RESERVATION,
            connector_id=one.connector_id,
            number=one.reservation_id,
            case=owed.takers.get(one, running),
            until=None if one.reservation_id is None else charge_point.reservations[one.reservation_id].expires,
        )
        for one in charge_point.standing(now)
    ]
    return (*transactions, *standing, *_secured(charge_point))


def _secured(charge_point: ChargePoint) -> Iterator[LeftFact]:
    """What was changed about the way this Charge Point is let in, and is so still."""
    if charge_point.password is not None and charge_point.password.hex() != charge_point.own_key.lower():
        yield LeftFact(
            charge_point=charge_point.identity, what=Left.PASSWORD, connector_id=0, case=charge_point.changed_by
        )
    if charge_point.raised_to is not None:
        yield LeftFact(
            charge_point=charge_point.identity,
            what=Left.SECURITY_PROFILE,
            connector_id=0,
            number=charge_point.raised_to,
            case=charge_point.raised_by,
        )


def take_over(line: Line, left: Iterable[LeftFact], now: datetime) -> None:
    """Let a Charge Point know what an earlier run left, so that it is closed before the first case that boots."""
    charge_point = line.charge_point
    for one in left:
        match one:
            case LeftFact(what=Left.TRANSACTION, number=int(number)):
                charge_point.unended[number] = Transaction(
                    number, one.connector_id, one.id_tag, one.meter_start, one.since or now, None
                )
            case LeftFact(what=Left.RESERVATION, number=int(number), until=datetime() as expires):
                charge_point.reservations[number] = Reservation(number, one.connector_id, one.id_tag, None, expires)
            case LeftFact(what=Left.SECURITY_PROFILE, number=int(number), case=raised_by):
                charge_point.raised_to, charge_point.raised_by = number, raised_by
            case LeftFact(what=Left.INOPERATIVE) if charge_point.has_connector(one.connector_id):
                charge_point.inoperative.add(one.connector_id)
    line.owed.remember(charge_point.standing(now), "")
    line.owed.remember_open(charge_point.unended, "")


@dataclass(slots=True)
class Notes:
    """The notes of one Charge Point at one Central System, in a folder of the user's that every run finds.

    They are brought up to date whenever something opens or closes, for a run may be killed.
    """

    folder: Path
    url: str
    identity: str
    _written: tuple[LeftFact, ...] = ()

    def read(self) -> tuple[LeftFact, ...]:
        """What the last run left; nothing where there are no notes, or none that can be read."""
        try:
            self._written = _FORM.validate_python(json.loads(self._path.read_text("utf-8"))["left"])
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            self._written = ()
        return self._written

    def write(self, left: tuple[LeftFact, ...]) -> None:
        """Keep what is left now; a folder that cannot be written keeps nothing, and the run goes on."""
        if left == self._written:
            return
        self._written = left
        with suppress(OSError):
            if not left:
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_suffix(f".{os.getpid()}")
            beside.write_text(json.dumps({"left": _FORM.dump_python(left, mode="json")}, indent=1), "utf-8")
            beside.replace(self._path)

    @property
    def _path(self) -> Path:
        digest = hashlib.sha256(f"{self.url}\n{self.identity}".encode()).hexdigest()
        return self.folder / "left" / f"{digest[:24]}.json"


def notes_folder() -> Path:
    """``CSMS_HARNESS_STATE``, else the place for such things under the home of the user (XDG base directories)."""
    named = os.environ.get(STATE)
    if named:
        return Path(named)
    state = os.environ.get("XDG_STATE_HOME")
    with suppress(RuntimeError):  # a user without a home
        return (Path(state) if state else Path.home() / ".local" / "state") / "csms-harness"
    return Path(".csms-harness")
