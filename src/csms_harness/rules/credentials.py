"""Rules about how a Charge Point is let in: its profile is never lowered, and its password is said to nobody."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any, Final

from csms_harness.certificates.pem import Unreadable
from csms_harness.message import Side
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import RuleBreach
from csms_harness.rules.walking import by_charge_point, calls

_PASSWORD, _PROFILE = "authorizationkey", "securityprofile"
_NO_CHANCE: Final = 8
"""Characters of a password that no message holds by chance."""


def never_lowered(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_017: who has raised the security profile of a Charge Point does not ask for a lower one afterwards."""
    looked_at, breaches = 0, []
    for lane in by_charge_point(cases):
        in_force = 0
        for call in calls(lane, Side.CENTRAL_SYSTEM, "ChangeConfiguration"):
            wanted = _changed(call, _PROFILE)
            if not wanted.isdecimal() or not wanted.isascii():
                continue
            looked_at += 1
            if int(wanted[:9]) < in_force:
                breaches.append(call.breach(path="value", required=str(in_force), observed=wanted[:9]))
            if (call.answer or {}).get("status") in ("Accepted", "RebootRequired"):
                in_force = max(in_force, int(wanted[:9]))
    return looked_at, breaches


def passwords(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_018: a password that was set stands in the message that sets it, and in no other."""
    known: set[str] = set()
    for call in calls(cases, Side.CENTRAL_SYSTEM, "ChangeConfiguration"):
        known |= _forms(_changed(call, _PASSWORD))
    if not known:
        return 0, []
    looked_at, breaches = 0, []
    for case in cases:
        setting = {call.entry.number for call in calls([case], Side.CENTRAL_SYSTEM) if _changed(call, _PASSWORD)}
        for entry in case.transcript:
            message = entry.message
            if message is None or message.side is not Side.CENTRAL_SYSTEM or entry.number in setting:
                continue
            looked_at += 1
            said = next((path for path, text in _texts(message.payload) if any(form in text for form in known)), None)
            if said is not None:
                breaches.append(RuleBreach(case.id, entry.number, action=message.action, path=said))
    return looked_at, breaches


def client_certificates(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_019: what is signed for a Charge Point is the certificate of a TLS client. A missing O is a remark."""
    from csms_harness.certificates.fitness import Flaw, flaws  # noqa: PLC0415  X.509 is slow to load, and seldom needed

    looked_at, breaches = 0, []
    for call in calls(cases, Side.CENTRAL_SYSTEM, "CertificateSigned"):
        chain = call.request.get("certificateChain")
        if not isinstance(chain, str):
            continue
        try:
            found = list(flaws(chain))
        except Unreadable:
            continue  # no case takes that, and there is nothing to be looked at
        looked_at += 1
        breaches += [
            call.breach(path="certificateChain", observed=one.value, remark=one is Flaw.NO_ORGANIZATION)
            for one in found
        ]
    return looked_at, breaches


def _changed(call: Exchange, key: str) -> str:
    """The value that a ChangeConfiguration gives this key; empty when it is about another."""
    name, value = call.request.get("key"), call.request.get("value")
    is_it = call.action == "ChangeConfiguration" and isinstance(name, str) and name.casefold() == key
    return value.strip() if is_it and isinstance(value, str) else ""


def _forms(key: str) -> set[str]:
    """How a password may be written: in hex, as text, in Base64."""
    try:
        password = bytes.fromhex(key)
    except ValueError:
        password = key.encode()
    plain = password.decode("utf-8", "replace")
    forms = {key, key.lower(), key.upper(), plain, b64encode(password).decode()}
    return {form for form in forms if len(form) >= _NO_CHANCE}


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each text in a payload with the path to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, f"{path}[{number}]")
