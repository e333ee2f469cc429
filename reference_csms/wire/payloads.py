"""Payloads against the JSON schemas of OCPP 1.6 and its security whitepaper, judged in 1.6 error codes."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
from ocpp.v16.enums import Action

from reference_csms.instants import parse_instant
from reference_csms.wire.errors import Breach, Code
from reference_csms.wire.frames import printable

KNOWN_ACTIONS = frozenset(str(action.value) for action in Action)

FROM_CHARGE_POINT = frozenset(
    {
        "Authorize",
        "BootNotification",
        "DataTransfer",
        "DiagnosticsStatusNotification",
        "FirmwareStatusNotification",
        "Heartbeat",
        "LogStatusNotification",
        "MeterValues",
        "SecurityEventNotification",
        "SignCertificate",
        "SignedFirmwareStatusNotification",
        "StartTransaction",
        "StatusNotification",
        "StopTransaction",
    }
)
FROM_CENTRAL_SYSTEM = (KNOWN_ACTIONS - FROM_CHARGE_POINT) | {"DataTransfer"}

_CODE_OF_KEYWORD = {
    "additionalProperties": Code.FORMATION,
    "required": Code.OCCURRENCE_CONSTRAINT,
    "minItems": Code.OCCURRENCE_CONSTRAINT,
    "maxItems": Code.OCCURRENCE_CONSTRAINT,
    "type": Code.TYPE_CONSTRAINT,
}


def _is_date_time(text: str) -> bool:
    return parse_instant(text) is not None


@cache
def _validator(name: str) -> Any:
    schema = json.loads(files("ocpp.v16").joinpath("schemas", f"{name}.json").read_text("utf-8-sig"))
    return jsonschema_rs.validator_for(schema, validate_formats=True, formats={"date-time": _is_date_time})


def find_breach(action: str, payload: Any, *, answer: bool = False) -> Breach | None:
    """Judge the payload of an action's `.req`, or of its `.conf` when `answer` is set; None is in order."""
    if not isinstance(payload, dict):
        return Breach(Code.FORMATION, f"the payload of {action} is a JSON object, here it is not.")
    error = next(_validator(f"{action}Response" if answer else action).iter_errors(payload), None)
    return None if error is None else _breach_of(action, error)


def _breach_of(action: str, error: Any) -> Breach:
    keyword = error.kind.name
    member = _dotted([*error.instance_path, *_named_member(error)])
    code = _CODE_OF_KEYWORD.get(keyword, Code.PROPERTY_CONSTRAINT)
    reason = "names no instant with zone" if keyword == "format" and _is_about_time(error) else error.message
    return Breach(code, printable(f"{action}: {member or 'payload'}: {reason}"), member)


def _named_member(error: Any) -> list[str]:
    """The member a keyword of the parent object is about: the missing one, or the first that is too much."""
    if error.kind.name == "required":
        return [error.kind.property]
    return error.kind.unexpected[:1] if error.kind.name == "additionalProperties" else []


def _is_about_time(error: Any) -> bool:
    return bool(error.kind.format == "date-time")


def _dotted(path: list[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
