"""One Charge Point of a target on the wire: connect, boot, compare clocks, authorise what the target claims."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Final

from csms_harness.charge_point.json_values import whole
from csms_harness.charge_point.state import NOT_YET
from csms_harness.doctor.caller import Caller, CallFailed, Reply
from csms_harness.doctor.checks import Check, Mark
from csms_harness.foreign import excerpt
from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.rules.observed import MOST_SKEW
from csms_harness.scenario.given import CLAIMS
from csms_harness.transport.websocket import Closed, Connection

MEMBERS: Final = ("valid_id_tag", "valid_id_tag_2")
"""The idTags that belong to the group ``parent_id_tag``."""

_CONTESTED: Final = (
    "stop whatever else uses this identity (another run, a Charge Point): each connection throws the other out; "
    "if there is nothing, look into the log of the CSMS"
)
"""What to do where a connection ends that nobody asked to end."""

_TURNED_AWAY: Final = (
    "register this Charge Point in the CSMS, and compare its identity and password; where it is known there, "
    "stop whatever else uses this identity"
)
"""What to do where the Central System lets a connection in, and ends it by a policy of its own before anything else."""

_NORMAL: Final = 1000
_POLICY: Final = 1008
_PRIVATE: Final = range(3000, 5000)
"""Close codes that are not about the connection, but about who connects (RFC 6455 sections 7.4.1 and 7.4.2)."""

_BROKE: Final = frozenset({1002, 1003, 1007, 1009, 1011})
"""Close codes of who can make nothing of a message, or broke on it or by itself (RFC 6455 section 7.4.1)."""

_LOOK: Final = "look into the log of the CSMS"

_NOT_BOOTED: Final = "until then every case that starts booted is INCONCLUSIVE"
_BOOT: Final = {
    "Pending": (
        "the CSMS knows this Charge Point and does not let it work yet",
        "finish its registration or configuration in the CSMS",
    ),
    "Rejected": ("the CSMS does not accept this Charge Point", "register or enable it in the CSMS"),
}


async def checkup(
    caller: Caller, name: str, config: Mapping[str, Any], registration: float = 0.0
) -> AsyncIterator[Check]:
    """Boot as the Charge Point ``name``, then authorise every idTag of its ``config``; ends at the first silence.

    A boot that is Pending or Rejected is repeated after its interval, for at most ``registration`` seconds.
    """
    try:
        booted = await caller.call("BootNotification", {})
        first = str(booted.payload.get("status"))
        while (pause := _interval(booted)) is not None and pause <= registration:
            registration -= pause
            await sleep(pause)
            booted = await caller.call("BootNotification", {})
        for check in _boot(name, booted, first):
            yield check
        if booted.payload.get("status") == "Accepted":
            async for check in _id_tags(caller, name, config):
                yield check
    except CallFailed as failure:
        yield Check(Mark.WRONG, name, f"{failure}", ended_advice(failure.closed, let_in=caller.let_in))


def ended_advice(closed: Closed | None, *, let_in: bool) -> str:
    """What to do about a connection that was ended, or was not, of a Charge Point that was let in before or not."""
    if closed is None:
        return _LOOK
    if closed.code in _BROKE:
        return f"{_LOOK}: with this code one ends a connection that broke on a message, or on a fault of its own"
    turned_away = not let_in and (closed.code in (_NORMAL, _POLICY) or closed.code in _PRIVATE)
    return _TURNED_AWAY if turned_away else _CONTESTED


def connected(name: str, connection: Connection, profile: int | None = None) -> Check:
    """What the handshake showed, under a security profile where the target names some."""
    shown = connection.handshake
    under = "" if profile is None else f"security profile {profile}: "
    tls = f", {shown.tls_version}, {shown.cipher}" if shown.tls_version else ""
    return Check(Mark.FINE, name, f"{under}connected to {shown.remote}, subprotocol {shown.subprotocol}{tls}")


def _interval(reply: Reply) -> float | None:
    """Seconds until the boot may be repeated; None where it need not be, or nobody says when."""
    seconds = whole(reply.payload.get("interval"))
    again = reply.payload.get("status") in NOT_YET and seconds is not None and seconds > 0
    return float(seconds or 0) if again else None


def _boot(name: str, reply: Reply, first: str) -> Iterator[Check]:
    status = excerpt(str(reply.payload.get("status")), 40)
    if reply.wrong:
        advice = "correct it in the CSMS: TC_001_CSMS and a standing rule fail on it"
        advice = advice if status == "Accepted" else f"correct it in the CSMS; {_NOT_BOOTED}"
        yield Check(Mark.WRONG, name, f"BootNotification.conf breaks its schema: {reply.wrong}", advice)
    elif status == "Accepted" and first in NOT_YET:
        advice = "OCPP allows it; with --strictness octt TC_001_CSMS fails on it"
        yield Check(Mark.REMARK, name, f"BootNotification: {first} at first, Accepted when it was repeated", advice)
    elif status == "Accepted":
        interval = reply.payload.get("interval")
        yield Check(Mark.FINE, name, f"BootNotification: Accepted, heartbeat every {interval} s")
    else:
        meaning, advice = _BOOT[status]
        yield Check(Mark.WRONG, name, f"BootNotification: {status}, {meaning}", f"{advice}; {_NOT_BOOTED}")
    yield from _clock(name, reply)


def _clock(name: str, reply: Reply) -> Iterator[Check]:
    try:
        told = parse_datetime(str(reply.payload.get("currentTime")))
    except ValueError:
        return  # a breach of the schema, told above
    skew = (told - reply.arrived).total_seconds()
    side = "ahead of" if skew > 0 else "behind"
    text = f"the clock of the CSMS is {abs(skew):.0f} s {side} this machine's"
    if abs(skew) < 1:
        yield Check(Mark.FINE, name, "the clock of the CSMS agrees with this machine's")
    elif abs(skew) > MOST_SKEW:
        advice = f"set both by NTP; a standing rule fails beyond {MOST_SKEW:g} s"
        yield Check(Mark.REMARK, name, text, advice)
    else:
        yield Check(Mark.FINE, name, text)


async def _id_tags(caller: Caller, name: str, config: Mapping[str, Any]) -> AsyncIterator[Check]:
    right: list[str] = []
    for key, claimed in CLAIMS.items():
        if key not in config:
            continue
        tag = config[key]
        reply = await caller.call("Authorize", {"idTag": tag})
        found = _wrong_tag(name, key, tag, claimed, reply) or _other_parent(name, key, tag, config, reply)
        if found is None:
            right.append(f"{tag} {claimed}")
        else:
            yield found
    if right:
        yield Check(Mark.FINE, name, f"idTags as claimed: {', '.join(right)}")


def _wrong_tag(name: str, key: str, tag: str, claimed: str, reply: Reply) -> Check | None:
    """What is not as the target claims about an idTag, or None."""
    status = _info(reply).get("status")
    if reply.wrong:
        text = f"Authorize.conf for {tag} breaks its schema: {reply.wrong}"
        return Check(Mark.WRONG, name, text, "correct it in the CSMS")
    if status == claimed:
        return None
    text = f"config.{key} {tag} is {status} in the CSMS, the target claims {claimed}"
    advice = f"give {tag} that status in the CSMS (csms-harness provision), or name another idTag"
    if status == "ConcurrentTx":
        advice = f"stop the transaction of {tag} that is still running in the CSMS"
    elif claimed == "Invalid":
        advice = (
            "the CSMS must not know it; where it knows one as Invalid, name that and say new_invalid_id_tags: false"
        )
    return Check(Mark.WRONG, name, text, advice)


def _other_parent(name: str, key: str, tag: str, config: Mapping[str, Any], reply: Reply) -> Check | None:
    """A remark when the idTag is of another group than the target claims, or None."""
    claimed = config.get("parent_id_tag")
    found = _info(reply).get("parentIdTag")
    if key not in MEMBERS or claimed is None or str(found or "").casefold() == str(claimed).casefold():
        return None
    said = f"parentIdTag {found}" if found else "no parentIdTag"
    text = f"Authorize.conf for {tag} says {said}, config.parent_id_tag is {claimed}"
    return Check(Mark.REMARK, name, text, f"put {tag} into the group {claimed} in the CSMS, or correct the target file")


def _info(reply: Reply) -> Mapping[str, Any]:
    info = reply.payload.get("idTagInfo")
    return info if isinstance(info, dict) else {}
