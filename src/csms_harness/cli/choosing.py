"""What a run would do, and what of it another run left to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from csms_harness.cli.common import NOTHING_SELECTED, stop

if TYPE_CHECKING:
    from csms_harness.runner.campaign import Campaign


def unpassed(folder: Path, option: str = "--last-failed", *, need: bool = True) -> tuple[str, ...]:
    """The cases of a run that have no PASS: failed, undecided, or left when it ended.

    Ends the command for what is no run, and without such a case if there is ``need`` of one.
    """
    from csms_harness.record.errors import ReportError
    from csms_harness.record.folders import resolved
    from csms_harness.record.journal import NAME
    from csms_harness.record.reading import read_facts
    from csms_harness.record.rebuild import rebuild
    from csms_harness.verdict import Verdict

    folder = resolved(folder)
    try:
        facts = rebuild(folder) if (folder / NAME).is_file() else read_facts(folder)
    except ReportError as error:
        stop(str(error))
    unwritten = {str(entry["id"]) for entry in facts.catalogue if not entry["implemented"]}
    fine = (Verdict.PASS, Verdict.NOT_APPLICABLE)
    open_cases = [case.id for case in (*facts.cases, *facts.pack) if case.verdict not in fine]
    ids = (*open_cases, *(one for one in facts.run.not_run if one not in {*open_cases, *unwritten}))
    if need and not ids:
        stop(f"{option} {folder}: every case of that run has passed, so nothing is left to run", NOTHING_SELECTED)
    return ids


def print_plan(campaign: Campaign) -> None:
    """Print each selected case: whether it would run, why not, and what it needs."""
    from csms_harness.foreign import for_terminal
    from csms_harness.report.wording import counted
    from csms_harness.runner.campaign import in_order
    from csms_harness.scenario.demands import needs, triggered_actions
    from csms_harness.verdict import Verdict

    plan, states = campaign.plan, campaign.library.states
    for case in in_order(campaign):
        needed = {"triggers": triggered_actions(case, states), "config": needs(case, states)}
        told = "; ".join(f"{kind}: {', '.join(sorted(names))}" for kind, names in needed.items() if names)
        print(for_terminal(f"run             {case.id:<16} {case.name}" + (f"  ({told})" if told else "")))
    for one in plan.decided:
        print(for_terminal(f"{one.verdict:<15} {one.case.id:<16} {one.case.name}  ({one.reason})"))
    for entry in plan.unimplemented:
        print(for_terminal(f"{'not implemented':<15} {entry.id:<16} {entry.name}  ({entry.reason})"))
    left = sum(one.verdict is Verdict.NOT_APPLICABLE for one in plan.decided)
    others = len(plan.decided) - left
    print(
        f"{len(plan.run)} would run on {counted(campaign.lanes, 'Charge Point')}, {left} NOT APPLICABLE, "
        f"{others} INCONCLUSIVE, {len(plan.unimplemented)} not implemented"
    )
