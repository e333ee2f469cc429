"""Rules about what a Charge Point can take: its limits, its local list, the locations it is sent to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from csms_harness.message import Side
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.profiles import MEMBERS, periods_of
from csms_harness.rules.verdicts import RuleBreach
from csms_harness.rules.walking import by_charge_point, calls

_LIST: Final = "localAuthorizationList"
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[^\s<>\"{}|\\^`]+")
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
    """RULE_010: what the configuration keys of the Charge Point allow, whether it was asked for them or not."""
    looked_at, breaches = 0, []
    for lane in by_charge_point(cases):
        listed: set[str] = set()
        allowed: Mapping[str, int] = {}
        for case in lane:
            allowed = case.limits or allowed  # between two cases those of the first still hold
            for call in case.exchanges(Side.CENTRAL_SYSTEM):
                for key, path, number in (*_counted(call), *_in_all(call, listed)):
                    most = allowed.get(key)
                    looked_at += most is not None
                    if most is not None and number > most:
                        breaches.append(call.breach(subject=key, path=path, required=str(most), observed=str(number)))
    return looked_at, breaches


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
    """RULE_012: the location of a file transfer is a URI."""
    sent = [
        (call, ".".join(path), location)
        for call in calls(cases, Side.CENTRAL_SYSTEM, *LOCATIONS)
        if isinstance(location := at(call.request, path := LOCATIONS[call.action]), str)
    ]
    breaches = [
        call.breach(path=path, observed=location) for call, path, location in sent if not _URI.fullmatch(location)
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


def at(payload: Any, path: tuple[str, ...]) -> Any:
    """The value that a path leads to; None where it leads nowhere."""
    for name in path:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload
