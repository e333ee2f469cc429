"""The dotted names a scenario may use: ``config.…``, ``charge_point.…``, ``configuration.…``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from csms_harness.certificates.hashing import ALGORITHMS, hash_data
from csms_harness.certificates.pem import Unreadable
from csms_harness.certificates.reading import request_facts
from csms_harness.charge_point.model import ChargePoint
from csms_harness.ocpp16.vocabulary import LONGEST_ID_TAG
from csms_harness.scenario.given import CHARGE_POINT_NAMES
from csms_harness.scenario.letters import TEXTS

SAMPLE: Final = {
    "value": "11024.5",
    "context": "Sample.Periodic",
    "measurand": "Power.Active.Import",
    "location": "Outlet",
    "unit": "W",
}
"""One of many samples: 116 bytes."""

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")


def _longer(text: str) -> str:
    """A text of one character more; where an idTag can have no more, another last one."""
    return f"{text}0" if len(text) < LONGEST_ID_TAG else text[:-1] + ("0" if text[-1] != "0" else "1")


def _zero_led(text: str) -> str:
    """A text with a zero before it; where an idTag can have no more characters, for its first one."""
    return f"0{text}" if len(text) < LONGEST_ID_TAG else ("0" if text[0] != "0" else "1") + text[1:]


_FILLER: Final = "01234567890123456789"
"""What fills an idTag up, place by place: so a cut shows where it is."""

_ALIKE: Final[Mapping[str, Callable[[str], str]]] = {
    "other_case": str.swapcase,
    "shorter": lambda text: text[:-1],
    "longer": _longer,
    "longest": lambda text: text[:LONGEST_ID_TAG] + _FILLER[len(text) : LONGEST_ID_TAG],
    "zero_led": _zero_led,
    "joker": lambda text: text[:-1] + ("_" if text[-1:] != "_" else "%"),
}
"""What is done with a configured value, by the group of names."""


class Given(Mapping[str, Any]):
    """Looks names up when they are asked for: the configuration key table changes while a case runs."""

    def __init__(self, config: Mapping[str, Any], charge_point: ChargePoint) -> None:
        self._config, self._charge_point = config, charge_point
        self._configured_names = {f"config.{name}": value for name, value in config.items()}

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name; nearly every one that is asked for is configured."""
        if name in self._configured_names:
            return self._configured_names[name]
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        group, _, member = name.partition(".")
        if group == "config":
            return self._configured_names[name]
        if group == "configuration":
            return self._configured(member)
        if group == "samples":
            return [dict(SAMPLE) for _ in range(int(member))]
        if group in TEXTS:
            return TEXTS[group](int(member))
        if group in _ALIKE:
            return _ALIKE[group](str(self._config[member]))
        if group == "hash_data":
            return self._hash_data(member)
        if group == "csr":
            return self._request(member)
        if group == "charge_point" and member in CHARGE_POINT_NAMES:
            return self._of_charge_point(member)
        raise KeyError(name)

    def _hash_data(self, algorithm: str) -> Any:
        """The hash data of the certificate that was installed last."""
        installed = self._charge_point.certificates
        if not installed or algorithm not in ALGORITHMS:
            raise KeyError(algorithm)
        return hash_data(installed[-1].pem, algorithm)

    def _request(self, member: str) -> Any:
        """A member of the certificate request that was sent last."""
        try:
            asked = request_facts(self._charge_point.csr)
        except Unreadable:
            raise KeyError(member) from None
        named = {"common_name": asked["subject"].get("CN"), "organization": asked["subject"].get("O")}
        return (named | {"key": asked["key"]})[member]

    def _configured(self, key: str) -> Any:
        value = self._charge_point.configuration.value(key)
        if value is None:
            raise KeyError(key)
        return int(value) if _WHOLE.fullmatch(value) else value

    def _of_charge_point(self, member: str) -> Any:
        if member == "id":
            return self._charge_point.identity
        if member == "other_connector_ids":
            return [one for one in self._charge_point.connector_ids if one != self._configured_connector()]
        if member == "second_connector_id":
            others = [one for one in self._charge_point.connector_ids if one not in (0, self._configured_connector())]
            if not others:
                raise KeyError(member)
            return others[0]
        if member == "next_security_profile":
            return str((self._charge_point.security_profile or 0) + 1)
        if member == "lower_security_profile":
            return max(0, (self._charge_point.security_profile or 0) - 1)
        value = getattr(self._charge_point, member)
        return list(value) if isinstance(value, tuple) else value

    def _configured_connector(self) -> Any:
        return self._config.get("connector_id", 1)

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self._configured_names)

    def __len__(self) -> int:
        return len(self._configured_names)
