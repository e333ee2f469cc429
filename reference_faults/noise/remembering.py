"""Legal noise: a Central System that believes what it was told and what it ordered, until that is taken back."""

from __future__ import annotations

from typing import Any, Final

from reference_csms.wire.frames import CALLRESULT
from reference_faults.edits import swap
from reference_faults.landing import Turn
from reference_faults.noise.making import noise_by

_TELLING: Final = ("Authorize", "StartTransaction", "StopTransaction")
_BLOCKED: Final = swap("idTagInfo.status", "Invalid", "Blocked")


async def _keeping_strangers(turn: Turn) -> None:
    """Whoever charged without being known is known from then on, as Blocked (SteVe does so)."""
    frame = turn.frame
    if frame.kind != CALLRESULT or frame.action not in _TELLING:
        await turn.send()
        return
    known: set[str] = turn.memory.setdefault("known", set())
    id_tag = str((frame.request or {}).get("idTag")).lower()
    changed = frame.with_payload(_BLOCKED(frame.message[-1])) if id_tag in known else frame
    if frame.action == "StartTransaction" and _status(frame.message[-1]) == "Invalid":
        known.add(id_tag)
    await turn.send(changed)


def _status(payload: Any) -> Any:
    return payload.get("idTagInfo", {}).get("status")


REMEMBERING: Final = (
    noise_by(
        "strangers-blocked",
        "keeps an unknown idTag as Blocked once a transaction was started with it",
        _keeping_strangers,
    ),
)
"""What it keeps in mind."""
