"""Faults of idTags on their way: cut, or without the group that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reference_faults.edits import alter, drop, put, swap
from reference_faults.faults.beyond_parts import clause_of
from reference_faults.faults.deeds import answers, calls, only, payload
from reference_faults.faults.model import Fault


def id_tag_faults_beyond() -> Iterator[Fault]:
    """All faults of this table."""
    groups = clause_of("OCPP 1.6, 3.5 and 7.9", "FIELD_074")
    for action in ("Authorize", "StartTransaction"):
        name = action.removesuffix("Transaction").lower()
        yield groups.fault(
            f"{name}-drops-the-group", f"leaves the group of an idTag out of {action}.conf",
            only(answers(action), payload(drop("idTagInfo.parentIdTag"))),
        )  # fmt: skip
    told = only(answers("Authorize", "StartTransaction"), payload(alter("idTagInfo.parentIdTag", _cut(8))))
    yield groups.fault("groups-cut-at-eight", "cuts parentIdTags at eight characters", told)
    itself = only(answers("Authorize", "StartTransaction"), payload(put("idTagInfo.parentIdTag", "SOMEBODY")))
    yield groups.fault("one-group-for-all", "tells the same group of each idTag", itself)
    yield clause_of("OCPP 1.6, 4.10 and 7.2", "FIELD_076").fault(
        "own-stop-concurrent", "calls an idTag ConcurrentTx whose only transaction ends",
        only(answers("StopTransaction"), payload(swap("idTagInfo.status", "Accepted", "ConcurrentTx"))),
    )  # fmt: skip
    for status, case in (("Blocked", "FIELD_078"), ("Expired", "FIELD_079")):
        taken = only(answers("StartTransaction"), payload(swap("idTagInfo.status", status, "Accepted")))
        yield clause_of("OCPP 1.6, 4.8", case).fault(
            f"start-of-{status.lower()}-accepted", f"verifies no start: accepts a driver who is {status}", taken
        )
    clause = clause_of("OCPP 1.6, 5.11 and 7.28", "FIELD_075")
    for most in (11, 16, 19):
        cut = only(calls("RemoteStartTransaction"), payload(alter("idTag", _cut(most))))
        yield clause.fault(
            f"id-tags-cut-at-{most}", f"starts remotely with the first {most} characters of an idTag", cut,
        )  # fmt: skip
    numbers = only(calls("RemoteStartTransaction"), payload(alter("idTag", lambda tag: tag.lstrip("0"))))
    yield clause.fault("id-tags-as-numbers", "takes an idTag for a number, without its leading zeros", numbers)


def _cut(most: int) -> Any:
    return lambda text: text[:most]
