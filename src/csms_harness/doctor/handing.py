"""What the cases ask the Central System for and the target does not hand over to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from csms_harness.doctor.checks import Check, Mark, several
from csms_harness.runner.campaign import Campaign
from csms_harness.scenario.demands import triggers_of
from csms_harness.scenario.model import Duration, Instant, Reference, Value
from csms_harness.triggers.base import TriggerRequest
from csms_harness.triggers.book import TriggerBook


def lost_fields(campaign: Campaign, book: TriggerBook) -> Iterator[Check]:
    """One check for each action of whose fields some get lost, with the cases that ask for them."""
    entry = campaign.target.charge_points[0]
    config = campaign.target.lane_config(entry)
    lost: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for case in campaign.plan.run:
        for step in triggers_of(case, campaign.library.states):
            wish = TriggerRequest(step.action, entry.id, sketch(dict(step.trigger or {}), config))
            for path in book.not_passed(wish):
                if case.id not in lost[step.action][path]:
                    lost[step.action][path].append(case.id)
    for action, paths in sorted(lost.items()):
        cases = dict.fromkeys(case for found in paths.values() for case in found)
        verb = "asks" if len(cases) == 1 else "ask"
        text = f"your entry for {action} does not pass {several(paths)}, which {several(cases, 4)} {verb} for"
        advice = f"name them in the entry (${next(iter(paths))}), or pass the whole of it with json: $request"
        yield Check(Mark.WRONG, "triggers", text, advice)


def missing_fields(campaign: Campaign, book: TriggerBook) -> Iterator[Check]:
    """One check for each action whose entry needs what some cases do not ask for: their trigger would fail."""
    entry = campaign.target.charge_points[0]
    config = campaign.target.lane_config(entry)
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for case in campaign.plan.run:
        for step in triggers_of(case, campaign.library.states):
            wish = TriggerRequest(step.action, entry.id, sketch(dict(step.trigger or {}), config))
            for written in book.needed_and_missing(wish):
                found[step.action, written][case.id] = None
    for (action, written), cases in sorted(found.items()):
        verb = "does" if len(cases) == 1 else "do"
        text = f"your entry for {action} needs {written}, which {several(cases, 4)} {verb} not ask for"
        yield Check(Mark.WRONG, "triggers", text, f"give {action} an entry of its own without it")


def sketch(value: Value, config: Mapping[str, Any]) -> Any:
    """What will be asked for, as far as it is known now: what is known later is a text that says its name."""
    match value:
        case Reference(name=name):
            known = name.removeprefix("config.")
            return config[known] if known != name and known in config else f"${name}"
        case Instant() | Duration():
            return "a moment"
        case Mapping():
            return {name: sketch(member, config) for name, member in value.items() if member is not None}
        case list() | tuple():
            return [sketch(item, config) for item in value]
    return value
