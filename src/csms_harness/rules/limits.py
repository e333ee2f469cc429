"""Rules about what a Charge Point can take: its limits, its local list, the locations it is sent to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from csms_harness.certificates.pem import in_lines, is_pem
from csms_harness.message import Side
from csms_harness.ocpp16.vocabulary import ALLOWED_UNITS, LIMITS, RATE_UNITS
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.installed import Installed, telling
from csms_harness.rules.profiles import MEMBERS, periods_of
from csms_harness.rules.verdicts import RuleBreach
from csms_harness.rules.walking import by_charge_point, calls

_LIST: Final = "localAuthorizationList"
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[^\s<>\"{}|\\^`]+")
_TRANSFER: Final = re.compile(r"(?:https?|ftps?|sftp):", re.IGNORECASE)
_ON_A_HOST: Final = re.compile(
    r"\w+://(?:(?:[^@/?#%]|%[0-9A-Fa-f]{2})*@)?(?:\[[0-9A-Fa-f:.]+\]|[^@:/?#\[\]]+)(?::\d*)?"
    r"(?:[/?#](?:[^%]|%[0-9A-Fa-f]{2})*)?"
)
"""A location by RFC 3986, 3.2: whose user and password hold no @ and no bare %, on a host."""

_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")

LOCATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "GetDiagnostics": ("location",),
    "GetLog": ("log", "remoteLocation"),
    "SignedUpdateFirmware": ("firmware", "location"),
    "UpdateFirmware": ("location",),
}
"""CALLs that say where a file is or goes to, and in which member."""

PEM: Final[Mapping[str, tuple[str, ...]]] = {
    "CertificateSigned": ("certificateChain",),
    "InstallCertificate": ("certificate",),
    "SignedUpdateFirmware": ("firmware", "signingCertificate"),
}
"""CALLs that hold PEM, and in which member."""


def limits(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_010: what the configuration keys of the Charge Point allow, whether it was asked for them or not.

    Another unit than it knows is a remark as long as nobody asked: which units there are is no matter of size.
    """
    looked_at, found = 0, []
    for lane in by_charge_point(cases):
        listed: set[str] = set()
        allowed: dict[str, int | str] = {}
        for case in lane:
            allowed = dict(case.limits) or allowed  # between two cases those of the first still hold
            installed, told = Installed(), False
            for call in telling(case):
                allowed |= (tells := _told(call))
                told = told or ALLOWED_UNITS in tells
                for key, path, observed, fits in _sent(call, allowed, listed, installed):
                    looked_at += 1
                    if not fits:
                        named = {"subject": key, "path": path, "required": str(allowed[key]), "observed": observed}
                        found.append(call.breach(**named, remark=key == ALLOWED_UNITS and not told))
                installed.follow(call)
    return looked_at, found


def _sent(
    call: Exchange, allowed: Mapping[str, int | str], listed: set[str], installed: Installed
) -> Iterator[tuple[str, str, str, bool]]:
    """Each value of a CALL that a key bounds: the key, the path, the value, and whether it keeps within."""
    for key, path, number in (*_counted(call), *_in_all(call, listed), *_installed(call, installed)):
        if type(most := allowed.get(key)) is int:
            yield key, path, str(number), number <= most
    for path, unit in _units(call) if ALLOWED_UNITS in allowed else ():
        yield ALLOWED_UNITS, path, unit, _is_allowed(unit, str(allowed[ALLOWED_UNITS]))


def _told(call: Exchange) -> dict[str, int | str]:
    """What the Charge Point says of its limits in GetConfiguration.conf; needed where nobody else knows them."""
    keys = (call.answer or {}).get("configurationKey") if call.action == "GetConfiguration" else None
    told = {
        str(one.get("key")): str(one.get("value")) for one in keys or () if isinstance(one, dict) and "value" in one
    }
    numbers = {name: int(told[name]) for name in LIMITS if told.get(name, "").isdecimal()}
    return numbers | ({ALLOWED_UNITS: told[ALLOWED_UNITS]} if told.get(ALLOWED_UNITS) else {})


def _units(call: Exchange) -> Iterator[tuple[str, str]]:
    """The unit of the limits that are set, and where it stands."""
    path = MEMBERS.get(call.action, "")
    unit = at(call.request, (path, "chargingSchedule", "chargingRateUnit"))
    if path and isinstance(unit, str) and unit in RATE_UNITS:
        yield f"{path}.chargingSchedule.chargingRateUnit", unit


def _is_allowed(unit: str, allowed: str) -> bool:
    """Whether a Charge Point that tells this list takes the unit; some write A and W, not Current and Power."""
    items = {one.strip().casefold() for one in allowed.split(",")}
    return bool(items & {unit.casefold(), RATE_UNITS[unit].casefold()})


def _installed(call: Exchange, installed: Installed) -> Iterator[tuple[str, str, int]]:
    """How many profiles there are after a CALL that sets one."""
    if call.action == "SetChargingProfile":
        yield "MaxChargingProfilesInstalled", MEMBERS[call.action], installed.with_one_more(call)


def _counted(call: Exchange) -> Iterator[tuple[str, str, int]]:
    """Each number in a CALL that a key bounds: the key, the path, the number."""
    match call.action:
        case "GetConfiguration" if isinstance(call.request.get("key"), list):
            yield "GetConfigurationMaxKeys", "key", len(call.request["key"])
        case "SendLocalList":
            yield "SendLocalListMaxLength", _LIST, len(_entries(call))
        case "SetChargingProfile" | "RemoteStartTransaction":
            path = MEMBERS[call.action]
            profile = call.request.get(path)
            if not isinstance(profile, dict):
                return
            if type(profile.get("stackLevel")) is int:
                yield "ChargeProfileMaxStackLevel", f"{path}.stackLevel", profile["stackLevel"]
            if periods := len(periods_of(profile)):
                where = f"{path}.chargingSchedule.chargingSchedulePeriod"
                yield "ChargingScheduleMaxPeriods", where, periods


def _in_all(call: Exchange, listed: set[str]) -> Iterator[tuple[str, str, int]]:
    """The length of the local list after a CALL that was accepted; ``listed`` is what stands on it."""
    if call.action != "SendLocalList":
        return
    full, before = call.request.get("updateType") == "Full", len(listed)
    after = set() if full else set(listed)
    for entry in _entries(call):
        id_tag = str(entry.get("idTag")).casefold()
        (after.add if full or "idTagInfo" in entry else after.discard)(id_tag)
    if full or len(after) > before:
        yield "LocalAuthListMaxLength", _LIST, len(after)
    if (call.answer or {}).get("status") == "Accepted":
        listed.clear()
        listed.update(after)


def _entries(call: Exchange) -> list[dict[str, Any]]:
    entries = call.request.get(_LIST)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def listed_once(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_011: an idTag stands once in a local list, in whatever letter case it is written."""
    looked_at, breaches = 0, []
    for call in calls(cases, Side.CENTRAL_SYSTEM, "SendLocalList"):
        looked_at += 1
        tags = [entry["idTag"] for entry in _entries(call) if isinstance(entry.get("idTag"), str)]
        counts = Counter(tag.casefold() for tag in tags)
        twice = list(dict.fromkeys(tag.casefold() for tag in tags if counts[tag.casefold()] > 1))
        if twice:
            named = next(tag for tag in tags if tag.casefold() == twice[0])
            observed, others = str(counts[twice[0]]), len(twice) - 1
            breaches.append(call.breach(path=_LIST, subject=named, observed=observed, others=others))
    return looked_at, breaches


def locations(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_012: the location of a file transfer is a URI.

    One whose host is missing or can be read in two ways, as with an @ in a password, is a remark: anyURI does not look
    into what a scheme makes of it.
    """
    sent = [
        (call, ".".join(path), location)
        for call in calls(cases, Side.CENTRAL_SYSTEM, *LOCATIONS)
        if isinstance(location := at(call.request, path := LOCATIONS[call.action]), str)
    ]
    breaches = [
        call.breach(path=path, observed=location) for call, path, location in sent if not _URI.fullmatch(location)
    ]
    breaches += [
        call.breach(path=path, observed=location, remark=True)
        for call, path, location in sent
        if _URI.fullmatch(location) and _TRANSFER.match(location) and not _ON_A_HOST.fullmatch(location)
    ]
    return len(sent), breaches


def private_keys(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_013: no private key crosses a connection."""
    looked_at, breaches = 0, []
    for call in calls(cases, Side.CENTRAL_SYSTEM, *PEM):
        text = at(call.request, PEM[call.action])
        if isinstance(text, str):
            looked_at += 1
            if _PRIVATE_KEY.search(text):
                breaches.append(call.breach(path=".".join(PEM[call.action])))
    return looked_at, breaches


def pem_lines(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_020: PEM is written in lines."""
    looked_at, breaches = 0, []
    for call in calls(cases, Side.CENTRAL_SYSTEM, *PEM):
        text = at(call.request, PEM[call.action])
        if isinstance(text, str) and is_pem(text):
            looked_at += 1
            if not in_lines(text):
                breaches.append(call.breach(path=".".join(PEM[call.action])))
    return looked_at, breaches


def at(payload: Any, path: tuple[str, ...]) -> Any:
    """The value that a path leads to; None where it leads nowhere."""
    for name in path:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload
