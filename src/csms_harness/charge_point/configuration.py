"""The configuration of one Charge Point: what GetConfiguration shows and ChangeConfiguration changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from csms_harness.charge_point.standard_keys import (
    LARGEST,
    MEASURANDS,
    PHASES,
    ROTATIONS,
    STANDARD_KEYS,
    Access,
    Key,
    Kind,
)
from csms_harness.ocpp16.vocabulary import ALLOWED_UNITS, LIMITS, FeatureProfile
from csms_harness.ocppj.frames import Payload

__all__ = ["STANDARD_KEYS", "Access", "Configuration", "Key", "Kind"]

MAX_VALUE: Final = 500
"""Characters a value may have (CiString500, section 7.29)."""

_WHOLE: Final = re.compile(r"-?[0-9]{1,10}")
_MAX_LENGTH: Final = "MaxLength"


class Configuration:
    """A table of keys and their values. Names do not distinguish case (CiString50, section 7.29)."""

    __slots__ = ("_initial", "_keys", "_values")

    def __init__(self, values: Mapping[str, str] | None = None, keys: Sequence[Key] = STANDARD_KEYS) -> None:
        self._keys = {key.name.casefold(): key for key in keys}
        self._values = {name: key.value for name, key in self._keys.items()}
        for name, value in (values or {}).items():
            self.set(name, value)
        self._initial = (dict(self._keys), dict(self._values))

    def key(self, name: str) -> Key | None:
        """The key of that name; None when this Charge Point does not know it."""
        return self._keys.get(name.casefold())

    def value(self, name: str) -> str | None:
        """The value of a key, also of a write-only one; None when unknown or without value."""
        return self._values.get(name.casefold())

    def number(self, name: str) -> int:
        """The value as a whole number; 0 when there is none."""
        value = (self.value(name) or "").strip()
        return int(value) if _WHOLE.fullmatch(value) else 0

    def limits(self) -> dict[str, int | str]:
        """What the Charge Point can take: the values of those ``LIMITS`` and ``ALLOWED_UNITS`` that it has."""
        units = self.value(ALLOWED_UNITS)
        numbers = {name: self.number(name) for name in LIMITS if self.value(name) is not None}
        return numbers | ({ALLOWED_UNITS: units} if units else {})

    def flag(self, name: str) -> bool:
        """Whether a boolean key is true."""
        return (self.value(name) or "").casefold() == "true"

    def items(self, name: str) -> tuple[str, ...]:
        """The items of a comma separated list."""
        return _items(self.value(name) or "")

    def answer_get(self, keys: Sequence[str] | None) -> Payload:
        """The GetConfiguration.conf payload (section 5.8). No keys asked for means all of them.

        A write-only key is left out of the whole list; asked for by its name it stands there without a value.
        """
        if not keys:
            readable = [key for key in self._keys.values() if key.access is not Access.W]
            return {"configurationKey": [self._entry(key) for key in readable]}
        wanted = {name.casefold(): name for name in reversed(keys)}
        names = list(dict.fromkeys(name.casefold() for name in keys))
        known = [self._entry(self._keys[name]) for name in names if name in self._keys]
        unknown = [wanted[name] for name in names if name not in self._keys]
        answer: Payload = {"configurationKey": known} if known else {}
        return answer | ({"unknownKey": unknown} if unknown else {})

    def _entry(self, key: Key) -> Payload:
        value = None if key.access is Access.W else self.value(key.name)
        entry: Payload = {"key": key.name, "readonly": key.access is Access.R}
        return entry if value is None else entry | {"value": value[:MAX_VALUE]}

    def judge_change(self, name: str, value: str) -> str:
        """The status ChangeConfiguration.conf would carry (section 5.4), without changing anything."""
        key = self.key(name)
        if key is None:
            return "NotSupported"
        if key.access is Access.R or len(value) > MAX_VALUE or not self._fits(key, value.strip()):
            return "Rejected"
        return "RebootRequired" if key.reboot else "Accepted"

    def change(self, name: str, value: str) -> str:
        """Store a value as ChangeConfiguration does, if it is allowed; the status of the answer."""
        status = self.judge_change(name, value)
        if status in ("Accepted", "RebootRequired"):
            self.set(name, value.strip())
        return status

    def set(self, name: str, value: str) -> None:
        """Store a value without any check; an unknown name becomes a key of the vendor's own."""
        self._keys.setdefault(name.casefold(), Key(name, Access.RW, Kind.STRING, None, FeatureProfile.CORE))
        self._values[name.casefold()] = value

    def reset(self) -> None:
        """Back to the values (and keys) this configuration was made with."""
        keys, values = self._initial
        self._keys, self._values = dict(keys), dict(values)

    def fits(self, name: str, value: str) -> bool:
        """Whether a key can have this value by its type and range; an unknown key takes any."""
        key = self.key(name)
        return key is None or self._fits(key, value.strip())

    def _fits(self, key: Key, value: str) -> bool:
        match key.kind:
            case Kind.BOOLEAN:
                return value.casefold() in ("true", "false")
            case Kind.INTEGER:
                return bool(_WHOLE.fullmatch(value)) and _within(int(value), key)
            case Kind.CSL:
                return self._list_fits(key, _items(value))
            case Kind.STRING:
                return _within(len(value), key)

    def _list_fits(self, key: Key, items: tuple[str, ...]) -> bool:
        longest = self.key(f"{key.name}{_MAX_LENGTH}")
        if longest is not None and len(items) > self.number(longest.name):
            return False
        return _within(len(items), key) and all(_is_allowed(item, key.allowed) for item in items)


def _items(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(",")) if value.strip() else ()


def _within(number: int, key: Key) -> bool:
    least = -LARGEST if key.minimum is None else key.minimum
    return least <= number <= (LARGEST if key.maximum is None else key.maximum)


def _is_allowed(item: str, allowed: tuple[str, ...]) -> bool:
    """An item itself, with its phase (``Voltage.L1``) or with its connector (``1.RST``)."""
    before, _, after = item.rpartition(".")
    return (
        not allowed
        or item in allowed
        or (before in allowed and before in MEASURANDS and after in PHASES)
        or (after in allowed and after in ROTATIONS and before.isascii() and before.isdigit())
    )
