"""A scenario written from a recorded session: what the Charge Point said is sent, what the CSMS asked is asked for.

Values that belong to the target are written as its names: idTags by what was answered to them, the connector, where
files are fetched and put. What the Central System chose is saved and used by name; moments are told from now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import yaml
import yamlcore

from csms_harness.charge_point.model import ChargePoint
from csms_harness.message import Side
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, FeatureProfile
from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.record.masking import holds_key
from csms_harness.traffic.exchanges import Exchange, Opened, Session

NEAR: Final = 60.0
"""Seconds within which a moment is now."""
PAIR: Final = 2
"""The steps of an exchange: the CALL and its answer."""

_TAGS: Final = frozenset({"idTag", "parentIdTag"})
_VALID: Final = ("valid_id_tag", "valid_id_tag_2")
_OTHERS: Final = {"Invalid": "invalid_id_tag", "Expired": "expired_id_tag", "Blocked": "blocked_id_tag"}
"""The names of a target for idTags, by what its Central System says of them."""
_MOMENTS: Final = frozenset(
    {
        "timestamp", "expiryDate", "retrieveDate", "validFrom", "validTo", "startSchedule", "startTime", "stopTime",
        "retrieveDateTime", "installDateTime", "oldestTimestamp", "latestTimestamp",
    }
)  # fmt: skip
_PLACES: Final[Mapping[tuple[str, str], str]] = {
    ("GetDiagnostics", "location"): "diagnostics_url",
    ("UpdateFirmware", "location"): "firmware_url",
    ("SignedUpdateFirmware", "location"): "firmware_url",
    ("GetLog", "remoteLocation"): "security_log_url",
}
_CHOSEN: Final[Mapping[str, str]] = {
    "ReserveNow": "reservationId",
    "GetLog": "requestId",
    "SignedUpdateFirmware": "requestId",
    "SendLocalList": "listVersion",
}
"""What the Central System chooses in a CALL of its own, so that it is not asked for."""
_SAVED: Final = frozenset({"reservationId", "requestId"})
"""What of that is named again later."""
_NAME: Final = re.compile(r"\$(\w+)")
_PROFILES: Final = ("csChargingProfiles", "chargingProfile")
_PROFILE_ID: Final = "chargingProfileId"


def names_of(config: Mapping[str, Any]) -> dict[str, str]:
    """The idTags of a target, each with its name there."""
    tags = {name: value for name, value in config.items() if name.endswith(("id_tag", "id_tag_2"))}
    return {value.casefold(): name for name, value in reversed(tags.items()) if isinstance(value, str)}


def scenario_of(session: Session, case_id: str, targets: Mapping[str, str] | None = None) -> str:
    """The text of a scenario that plays the session again. ``targets`` gives names of the target by their values."""
    return _Writer(session, dict(targets or {})).text(case_id)


class _Dumper(yamlcore.CoreDumper):
    """Indents lists, as the shipped scenarios do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: ARG002, FBT002  its base's
        return super().increase_indent(flow, indentless=False)


def _yaml(data: Mapping[str, Any], *, flow: bool | None = None) -> str:
    return str(yaml.dump(data, Dumper=_Dumper, default_flow_style=flow, sort_keys=False, width=115, allow_unicode=True))


@dataclass(slots=True)
class _Writer:
    session: Session
    targets: dict[str, str]
    saved: dict[tuple[str, Any], str] = field(default_factory=dict)
    connectors: list[int] = field(default_factory=list)

    def text(self, case_id: str) -> str:
        self._name_id_tags()
        parts = list(_worth_telling(self.session.parts))
        while parts and isinstance(parts[-1], Opened):
            del parts[-1]  # nothing was said on it
        steps: list[dict[str, Any]] = []
        number = 1
        for part in parts:
            if isinstance(part, Opened):
                steps += [{"disconnect": None}] * part.again + [{"connect": None}]
                continue
            step = self._asked(part) if part.side is Side.CENTRAL_SYSTEM else self._sent(part)
            steps.append({"step": [number, number + 1], **step})
            number += PAIR
        _without_idle_saves(steps)
        head = _yaml(self._head(case_id, parts), flow=False)
        body = "\n".join(_yaml({"scenario": [step]}).partition("\n")[2] for step in steps)
        body = body.replace("- {connect: null}", "- connect:").replace("- {disconnect: null}", "- disconnect:")
        return f"# yaml-language-server: $schema=scenario.schema.json\n{head}\nscenario:\n{body}"

    def _head(self, case_id: str, parts: Sequence[Exchange | Opened]) -> dict[str, Any]:
        exchanges, name = self.session.exchanges, self.session.charge_point
        asked = [one.action for one in exchanges if one.side is Side.CENTRAL_SYSTEM]
        used = dict.fromkeys(CENTRAL_SYSTEM_ACTIONS.get(action, FeatureProfile.CORE) for action in asked)
        profiles = [str(profile) for profile in used if profile is not FeatureProfile.CORE]
        began = parts[0].at if parts else None
        head: dict[str, Any] = {
            "id": case_id,
            "name": f"Recorded session of {name}",
            "profile": profiles[0] if profiles else str(FeatureProfile.CORE),
            "purpose": "The Central System does again what it did in a recorded session.",
        }
        if began is not None:
            head["description"] = f"Recorded on {began:%Y-%m-%d} at {began:%H:%M} UTC, {len(exchanges)} exchanges."
        if profiles:
            head["requires"] = [f"profile.{profile}" for profile in profiles]
        if parts and isinstance(parts[0], Opened):
            head["before"] = {"from": "disconnected"}
        return head

    # -- steps ----------------------------------------------------------------------------------------------

    def _sent(self, one: Exchange) -> dict[str, Any]:
        """A CALL of the Charge Point, and what of its answer is demanded again."""
        step: dict[str, Any] = {"send": one.action}
        if any(not breach.note for breach in judge_payload(one.action, Direction.REQUEST, dict(one.payload))):
            step["raw"] = _escaped(one.payload)
        elif given := self._filled(one):
            step["with"] = given
        if one.error is not None:
            step["expect_error"] = {"code": _escaped(one.error["code"])}
        elif one.answer is None:
            step["note"] = "Nothing was answered when this was recorded."
        else:
            step |= self._demanded(one, one.answer)
        return step

    def _demanded(self, one: Exchange, answer: Mapping[str, Any]) -> dict[str, Any]:
        demanded: dict[str, Any] = {}
        status, info = answer.get("status"), answer.get("idTagInfo")
        told = info.get("status") if isinstance(info, Mapping) else None
        if isinstance(status, str):
            demanded["expect"] = {"status": _escaped(status)}
        elif isinstance(told, str) and one.action == "StopTransaction":
            demanded["observe"] = {"idTagInfo": {"if_present": {"status": _escaped(told)}}}
        elif isinstance(told, str):
            demanded["expect"] = {"idTagInfo": {"status": _escaped(told)}}
        if one.action == "StartTransaction" and isinstance(answer.get("transactionId"), int):
            demanded["save"] = {self._save("transactionId", answer["transactionId"]): "transactionId"}
        return demanded

    def _filled(self, one: Exchange) -> dict[str, Any]:
        """The payload without what the simulated Charge Point fills in by itself."""
        given = {name: self._value(name, value, one) for name, value in one.payload.items()}
        if given.get("timestamp") == "$now":
            del given["timestamp"]
        if one.action == "BootNotification":
            own = ChargePoint(self.session.charge_point)
            usual = {
                "chargePointVendor": own.vendor,
                "chargePointModel": own.model,
                "chargePointSerialNumber": own.serial_number,
                "firmwareVersion": own.firmware_version,
            }
            given = {name: value for name, value in given.items() if one.payload[name] != usual.get(name)}
        return given

    def _asked(self, one: Exchange) -> dict[str, Any]:
        """A CALL of the Central System: what it is asked for, what it has to say, and what was answered."""
        chosen = _CHOSEN.get(one.action, "")
        wish = {name: self._value(name, value, one) for name, value in one.payload.items() if name != chosen}
        step: dict[str, Any] = {"receive": one.action, "trigger": wish}
        if wish:
            moments = _moments(wish)
            step["expect"] = {"as": "$asked", **moments} if moments else "$asked"
        if one.error is not None:
            step["reply_error"] = {name: _escaped(value) for name, value in one.error.items() if value}
        elif one.answer is None:
            step["reply"] = "$answer"
        else:
            step["reply"] = {name: self._value(name, value, one) for name, value in one.answer.items()}
        paths = [chosen] if chosen in _SAVED else []
        paths += [f"{name}.{_PROFILE_ID}" for name in _PROFILES if name in one.payload]
        saved = {self._save(path, value): path for path in paths if (value := _at(one.payload, path)) is not None}
        return {**step, "save": saved} if saved else step

    def _save(self, path: str, value: Any) -> str:
        """The name under which a value of the Central System's choice is saved."""
        member = path.rpartition(".")[2]
        taken = sum(kind == member for kind, _ in self.saved)
        return self.saved.setdefault((member, value), f"{member}{taken + 1}" if taken else member)

    # -- values ---------------------------------------------------------------------------------------------

    def _value(self, name: str, value: Any, one: Exchange) -> Any:
        """A value as the scenario says it."""
        if isinstance(value, Mapping):
            return {key: self._value(key, item, one) for key, item in value.items() if key != _PROFILE_ID}
        if isinstance(value, list):
            return [self._value(name, item, one) for item in value]
        if name == "connectorId" and type(value) is int:
            return self._connector(value)
        known = (_PROFILE_ID if one.action == "ClearChargingProfile" and name == "id" else name, value)
        if type(value) is int and known in self.saved:
            return f"${self.saved[known]}"
        return self._text(name, value, one) if isinstance(value, str) else _escaped(value)

    def _text(self, name: str, value: str, one: Exchange) -> Any:
        place = _PLACES.get((one.action, name))
        if name == "value" and holds_key(one.payload):
            return "$config.new_authorization_key"
        if place is not None:
            return f"$config.{place}"
        if name in _TAGS and value.casefold() in self.targets:
            return f"$config.{self.targets[value.casefold()]}"
        if name in _MOMENTS:
            return _from_now(value, one.at)
        return _escaped(value)

    def _connector(self, number: int) -> Any:
        if number == 0:
            return 0
        if number not in self.connectors:
            self.connectors.append(number)
        names = ("$config.connector_id", "$charge_point.second_connector_id")
        at = self.connectors.index(number)
        return names[at] if at < len(names) else number

    def _name_id_tags(self) -> None:
        """Name each idTag by what the Central System says of it; one that was never asked about is taken for valid."""
        told: dict[str, str] = {}
        for one in self.session.exchanges:
            info = (one.answer or {}).get("idTagInfo")
            tag, status = one.payload.get("idTag"), info.get("status") if isinstance(info, Mapping) else None
            if isinstance(tag, str):
                before = told.get(tag.casefold(), "")
                told[tag.casefold()] = str(status) if status == "Accepted" or status in _OTHERS else before
        valid = [name for name in _VALID if name not in self.targets.values()]
        for tag, status in told.items():
            if tag in self.targets:
                continue
            if status in _OTHERS:
                self.targets[tag] = _OTHERS[status]
            elif valid:
                self.targets[tag] = valid.pop(0)


def _without_idle_saves(steps: Sequence[dict[str, Any]]) -> None:
    """Take away what is saved and never used."""
    used = set(_NAME.findall(repr(steps)))
    for step in steps:
        if "save" in step:
            step["save"] = {name: path for name, path in step["save"].items() if name in used}
            if not step["save"]:
                del step["save"]


def _worth_telling(parts: Sequence[Exchange | Opened]) -> Iterator[Exchange | Opened]:
    """Without Heartbeats that follow one another, and boots that were to be repeated: a Charge Point does so anyway."""
    for at, one in enumerate(parts):
        following = parts[at + 1] if at + 1 < len(parts) else None
        if isinstance(one, Exchange) and one.side is Side.CHARGE_POINT:
            if one.action == "Heartbeat" and isinstance(following, Exchange) and following.action == "Heartbeat":
                continue
            later = any(isinstance(other, Exchange) and other.action == "BootNotification" for other in parts[at + 1 :])
            if (
                one.action == "BootNotification"
                and (one.answer or {}).get("status") in ("Pending", "Rejected")
                and later
            ):
                continue
        yield one


def _at(payload: Mapping[str, Any], path: str) -> Any:
    """The whole number at a dotted path; None for anything else."""
    found: Any = payload
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if type(found) is int else None


def _moments(wish: Mapping[str, Any]) -> dict[str, Any]:
    """Members of a wish that are moments: they must be there; how near to the wish, a standing rule judges."""
    found: dict[str, Any] = {}
    for name, value in wish.items():
        if isinstance(value, Mapping) and (inner := _moments(value)):
            found[name] = inner
        elif name in _MOMENTS:
            found[name] = {"present": True}
    return found


def _from_now(text: str, now: datetime) -> str:
    """``$now + 30 min``: a moment by how far it was away."""
    try:
        away = (parse_datetime(text) - now).total_seconds()
    except ValueError:
        return str(_escaped(text))
    if abs(away) <= NEAR:
        return "$now"
    seconds = round(abs(away) / NEAR) * NEAR
    amount, unit = (seconds / 3600, "h") if seconds % 3600 == 0 else (seconds / 60, "min")
    return f"$now {'+' if away > 0 else '-'} {amount:g} {unit}"


def _escaped(value: Any) -> Any:
    """A value as it is, in YAML: a text that looks like a name is none."""
    if isinstance(value, str):
        return f"${value}" if value.startswith("$") else value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {name: _escaped(item) for name, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list) else value
