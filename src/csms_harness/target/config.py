"""What ``config`` may hold: each name with the values it takes, checked where the target file is read.

A value that cannot be would come back as a schema error of our own CALL, as a trigger that failed, or as a FAIL of the
Central System. So it is told with its line, before anything is connected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from csms_harness.documents.durations import parse_duration
from csms_harness.documents.mistakes import Mistake, did_you_mean
from csms_harness.documents.nodes import Node
from csms_harness.ocpp16.vocabulary import LONGEST_ID_TAG
from csms_harness.target.materials import certificate_due
from csms_harness.target.unknown import NEW

DEFAULTS: Final[Mapping[str, Any]] = {
    "connector_id": 1,
    "patience": "1 s",
    "expiry_offset": "30 min",
    "invalid_id_tag": "UNKNOWN",
    NEW: True,
    "retrieve_offset": "1 min",
    "offline_for": "4 h",
    "unknown_vendor_id": "org.example.unknown",
    "unknown_connector_id": 99,
    "unknown_config_key": "HarnessUnknownKey",
    "diagnostics_url": "ftp://127.0.0.1/diagnostics",
    "firmware_url": "ftp://127.0.0.1/firmware.bin",
    "security_log_url": "ftp://127.0.0.1/log",
    "certificate_common_name": "identity",
    "certificate_algorithm": "ECDSA",
    "certificate_line_ends": "LF",
    "stack_level": 0,
    "charging_rate_unit": "A",
    "charging_limit": 6.0,
    "schedule_duration": 300,
    "start_period": 0,
    "number_phases": 3,
}
"""What a target's ``config`` holds unless it says otherwise."""

CONFIDENTIAL_NAME: Final = re.compile(r"passw|pwd|secret|(?:authori[sz]ation|security|private)_?key", re.IGNORECASE)
"""Names in ``config`` of what nobody may read. An idTag is none of it: cases send it in other spellings, too."""

_LARGEST: Final = 2**31 - 1
_CONNECTORS: Final = 2
_SIGNED: Final = ("firmware_signature", "signing_certificate")
_WITH_A_STATUS: Final = ("valid_id_tag", "valid_id_tag_2", "expired_id_tag", "blocked_id_tag")
"""idTags that differ, for the Central System gives each an answer of its own; the two valid ones may be one."""

Rule = Callable[[Any], str]
"""What is due instead of a value; empty when the value fits."""


def as_number(name: str, value: Any) -> Any:
    """A number that came as a text, from the environment or in quotes, where a number is meant."""
    default = DEFAULTS.get(name)
    if isinstance(value, str) and isinstance(default, int | float) and not isinstance(default, bool):
        for kind in (int, float):
            with suppress(ValueError):
                return kind(value)
    return value


def config_mistakes(root: Node, names: Collection[str] | None = None) -> Iterator[Mistake]:
    """Every mistake in the ``config`` of a target file and of its Charge Points, ``$env.…`` filled in.

    ``names`` are those that some scenario uses; None when nobody knows the scenarios.
    """
    shared = root.members.get("config")
    points = root.members["charge_points"].items if "charge_points" in root.members else ()
    configs = [shared, *(point.members.get("config") for point in points)]
    for config in configs:
        yield from _in_config(config, names)
    for point in points or (None,):
        yield from _of_one(point, shared)


def _in_config(config: Node | None, names: Collection[str] | None) -> Iterator[Mistake]:
    for name, node in (config.members if config is not None else {}).items():
        rule = _RULES.get(name)
        if rule is not None:
            due = rule(as_number(name, node.value)) if node.kind == "scalar" else _ANY[name]
            if due:
                yield node.mistake(f"'{name}': {due} is due, this is {node}", _advice(name, node))
        elif names is not None and config is not None and not (name in names or CONFIDENTIAL_NAME.search(name)):
            hint = did_you_mean(name, {*names, *_RULES}) or "if scenarios of your own do, name them with --scenarios"
            yield config.keys[name].mistake(f"no scenario uses the name '{name}' in config", hint)


def _of_one(point: Node | None, shared: Node | None) -> Iterator[Mistake]:
    """What does not go together for one Charge Point; the place is that of the value which is out of place."""
    given = dict(shared.members if shared is not None else {})
    own = point.members.get("config") if point is not None else None
    given |= own.members if own is not None else {}
    yield from _connectors(point, given)
    yield from _signature(given)
    seen: dict[str, str] = {}
    for name in _WITH_A_STATUS:
        value = given[name].value if name in given else None
        if not isinstance(value, str):
            continue
        other = seen.setdefault(value.casefold(), name)
        if other != name and {other, name} != {"valid_id_tag", "valid_id_tag_2"}:
            yield given[name].mistake(f"'{name}' is that of '{other}'; an idTag has one status", "name another one")


def _signature(given: Mapping[str, Node]) -> Iterator[Mistake]:
    """A signature and the certificate by which it is verified come together."""
    for name, other in (_SIGNED, reversed(_SIGNED)):
        if name in given and other not in given:
            yield given[name].mistake(f"'{name}' needs '{other}' beside it: it cannot be verified with any other")


def _connectors(point: Node | None, given: Mapping[str, Node]) -> Iterator[Mistake]:
    written = point.members.get("connectors") if point is not None else None
    number = _CONNECTORS if written is None else _whole(written.value)
    if number is None or not 1 <= number <= 64:
        return  # told by the Charge Point itself
    plural = "s" * (number > 1)
    whose = str(point.members["id"].value) if point is not None and "id" in point.members else "the Charge Point"
    chosen, absent = given.get("connector_id"), given.get("unknown_connector_id")
    if chosen is not None and (one := _whole(chosen.value)) is not None and one > number:
        yield chosen.mistake(f"'connector_id' is {one}, and {whose} has {number} connector{plural}", "see connectors")
    if absent is not None and (one := _whole(absent.value)) is not None and 0 < one <= number:
        text = f"'unknown_connector_id' is {one}, which {whose} has: it has {number} connector{plural}"
        yield absent.mistake(text, f"write a number above {number}")


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _advice(name: str, node: Node) -> str:
    value = node.value
    if _is_text(name) and isinstance(value, int | float):
        return "what YAML reads as a number or a boolean needs quotes"
    return ""


def _is_text(name: str) -> bool:
    return name.endswith(("id_tag", "id_tag_2", "_key", "vendor_id"))


def _whole_number(least: int, most: int = _LARGEST) -> Rule:
    def rule(value: Any) -> str:
        fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return "" if fits else f"a whole number {_range(least, most)}"

    return rule


def _range(least: int, most: int) -> str:
    return f"of at least {least}" if most == _LARGEST else f"from {least} to {most}"


def _text(kind: str, most: int) -> Rule:
    def rule(value: Any) -> str:
        fits = isinstance(value, str) and value.strip() and len(value) <= most and value.isprintable()
        return "" if fits else f"{kind} of 1 to {most} characters"

    return rule


def _length(above: float) -> Rule:
    def rule(value: Any) -> str:
        due = f"a length of time of more than {above:g} s, such as 4 h,"
        if isinstance(value, bool | None):
            return due
        with suppress(ValueError):
            return "" if parse_duration(value if isinstance(value, str) else f"{value:f} s") > above else due
        return due

    return rule


def _choice(*words: str) -> Rule:
    return lambda value: "" if value in words else f"{' or '.join(words)}"


def _limit(value: Any) -> str:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if fits and 0 <= value <= _LARGEST and math.isclose(value, round(value, 1), abs_tol=1e-9):
        return ""
    return "a number of at least 0 with one decimal at most"


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _address(value: Any) -> str:
    if isinstance(value, str) and value.isprintable() and not any(map(str.isspace, value)):
        with suppress(ValueError):
            parts = urlsplit(value)
            if parts.scheme and parts.hostname and parts.port != 0:
                return ""
    return "a URL, such as ftp://HOST/PATH,"


_ID_TAG: Final = _text("text", LONGEST_ID_TAG)
_RULES: Final[Mapping[str, Rule]] = {
    "valid_id_tag": _ID_TAG,
    "valid_id_tag_2": _ID_TAG,
    "parent_id_tag": _ID_TAG,
    "invalid_id_tag": _ID_TAG,
    "expired_id_tag": _ID_TAG,
    "blocked_id_tag": _ID_TAG,
    NEW: _flag,
    "connector_id": _whole_number(1, 64),
    "patience": _length(0.0),
    "expiry_offset": _length(0.0),
    "retrieve_offset": _length(0.0),
    "offline_for": _length(120.0),
    "charging_rate_unit": _choice("A", "W"),
    "charging_limit": _limit,
    "stack_level": _whole_number(0),
    "schedule_duration": _whole_number(1),
    "start_period": _whole_number(0),
    "number_phases": _whole_number(1, 3),
    "diagnostics_url": _address,
    "firmware_url": _address,
    "security_log_url": _address,
    "root_certificate": certificate_due,
    "root_certificate_2": certificate_due,
    "signing_certificate": certificate_due,
    "firmware_signature": _text("a signature in Base64", 800),
    "invalid_firmware_signature": _text("a signature in Base64", 800),
    "certificate_common_name": _choice("identity", "serial_number"),
    "certificate_algorithm": _choice("ECDSA", "RSA"),
    "certificate_line_ends": _choice("LF", "CRLF"),
    "unknown_vendor_id": _text("text", 255),
    "unknown_config_key": _text("text", 50),
    "unknown_connector_id": _whole_number(1),
}
_ANY: Final[Mapping[str, str]] = {name: rule(None) for name, rule in _RULES.items()}
"""What is due under each name."""
