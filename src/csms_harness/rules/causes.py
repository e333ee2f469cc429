"""What of our own is behind a ConcurrentTx: the transaction of the same idTag that runs, or ran until just now.

The engine cannot know it, for the transaction may be another lane's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from csms_harness.evidence import Cause, Left
from csms_harness.message import Side
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import Ran

CONCURRENT: Final = "ConcurrentTx"
STATUS: Final = "idTagInfo.status"
"""The member that says so."""


@dataclass(slots=True)
class _Run:
    """A transaction of this run, in monotonic seconds of its answers; ``ended`` is None while it is open."""

    id_tag: str
    number: int
    connector_id: int
    case: Ran
    begun: float
    ended: float | None = None

    def told(self, at: float) -> Cause:
        """As data, at a moment."""
        ended = None if self.ended is None or self.ended > at else at - self.ended
        return Cause(Left.TRANSACTION, self.connector_id, self.number, self.id_tag, self.case.id, self.case.lane, ended)


def concurrent_causes(cases: Sequence[Ran], earlier: Sequence[Cause]) -> dict[tuple[str, int], Cause]:
    """For each answer that says ConcurrentTx, by case and frame, the transaction that may have led to it.

    ``earlier`` are the transactions that an earlier run left open. A cause without a number is none of ours.
    """
    if not any(_mentions(case) for case in cases):
        return {}
    ours = [one for case in cases for one in Indexed(case).exchanges(Side.CHARGE_POINT)]
    answers = [one for one in ours if _status(one.answer) == CONCURRENT and isinstance(one.request.get("idTag"), str)]
    runs = _runs(ours)
    return {(one.case.id, one.entry.number): _cause(one, runs, earlier) for one in answers}


def _mentions(case: Ran) -> bool:
    """Whether a message says ConcurrentTx, which few runs ever see."""
    for entry in case.transcript:
        info = None if entry.message is None else entry.message.payload.get("idTagInfo")
        if isinstance(info, dict) and info.get("status") == CONCURRENT:
            return True
    return False


def _cause(answer: Exchange, runs: Iterable[_Run], earlier: Iterable[Cause]) -> Cause:
    at, id_tag = answer.entry.at, str(answer.request["idTag"])
    mine = [one for one in runs if one.id_tag.casefold() == id_tag.casefold() and one.begun < at]
    running = [one for one in mine if one.ended is None or one.ended > at]
    if running:
        return running[-1].told(at)
    left = next((one for one in earlier if one.id_tag.casefold() == id_tag.casefold()), None)
    if left is not None:
        return left
    if mine:
        return max(mine, key=lambda one: one.ended or 0.0).told(at)
    return Cause(Left.TRANSACTION, 0, None, id_tag)


def _runs(ours: Iterable[Exchange]) -> list[_Run]:
    """Every transaction that a Central System accepted, in the order in which they began."""
    runs: list[_Run] = []
    by_number: dict[tuple[str, int], _Run] = {}
    for one in sorted(ours, key=lambda one: one.entry.at):
        number = (one.answer or {}).get("transactionId")
        if one.action == "StartTransaction" and _status(one.answer) == "Accepted" and type(number) is int:
            connector_id = one.request.get("connectorId")
            run = _Run(
                str(one.request.get("idTag")), number, connector_id if type(connector_id) is int else 0, one.case,
                one.entry.at,
            )  # fmt: skip
            by_number[one.case.lane, number] = run
            runs.append(run)
        elif one.action == "StopTransaction" and one.answer is not None:
            ended = by_number.get((one.case.lane, one.request.get("transactionId", -1)))
            if ended is not None and ended.ended is None:
                ended.ended = one.entry.at
    return runs


def _status(payload: Any) -> Any:
    info = payload.get("idTagInfo") if isinstance(payload, dict) else None
    return info.get("status") if isinstance(info, dict) else None
