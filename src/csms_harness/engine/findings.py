"""What is written down of a message that is not what it must be, or is worth telling."""

from __future__ import annotations

from typing import Any

from csms_harness.engine.stage import Stage
from csms_harness.evidence import Kind, What
from csms_harness.message import Message
from csms_harness.ocppj.breach import Breach
from csms_harness.scenario.matching import Mismatch


def report(
    stage: Stage,
    message: Message,
    number: int | None,
    breaches: list[Breach],
    mismatches: list[Mismatch],
    step: str | None = None,
    claimed: str = "",
    unasked: frozenset[str] = frozenset(),
) -> None:
    """Findings for a message that is not what it must be.

    ``claimed`` is what the target calls its idTag, ``unasked`` are members that are missing because nobody chose them.
    """
    named: dict[str, Any] = {"actions": (message.action,), "type": message.type, "frame": number, "step": step}
    for breach in breaches:
        stage.find(
            Kind.BREACH, What.BROKEN_RULE, rule=breach.rule, path=breach.path, observed=breach.text,
            outcome="unasked" if breach.path in unasked else "", **named,
        )  # fmt: skip
    for mismatch in mismatches:
        about = claimed if mismatch.path == "idTagInfo.status" else ""
        stage.find(Kind.MISMATCH, What.WRONG_MEMBER, claimed=about, **named, **said(mismatch))


def observe(stage: Stage, message: Message, number: int | None, mismatch: Mismatch, step: str | None = None) -> None:
    """A remark for a message that is allowed but worth telling."""
    stage.find(
        Kind.OBSERVATION, What.UNUSUAL_MEMBER, actions=(message.action,), type=message.type, frame=number, step=step,
        **said(mismatch),
    )  # fmt: skip


def said(mismatch: Mismatch) -> dict[str, Any]:
    """A mismatch as members of a finding."""
    return {
        "path": mismatch.path,
        "required": mismatch.required,
        "observed": mismatch.observed,
        "where": str(mismatch.where),
    }
