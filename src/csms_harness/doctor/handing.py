"""What the cases ask the Central System for and the target does not hand over to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from csms_harness.doctor.checks import Check, Mark, several
from csms_harness.runner.campaign import Campaign
from csms_harness.scenario.demands import triggers_of
from csms_harness.scenario.values import Duration, Instant, Reference, Value
from csms_harness.triggers.base import TriggerRequest
from csms_harness.triggers.book import TriggerBook


def lost_fields(campaign: Campaign, book: TriggerBook) -> Iterator[Check]:
    """One check for each action of whose fields some get lost, with the cases that ask for them."""
    entry = campaign.target.charge_points[0]
    config = campaign.target.lane_config(entry)
    lost: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for case in campaign.plan.run:
        for step in triggers_of(case, campaign.library.states):
            wish = TriggerRequest(step.action, entry.id, sketch(dict(step.trigger or {}), config))
            for path in book.not_passed(wish):
                lost[step.action][path][case.id] = None
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for action, found in sorted(lost.items()):
        alike[tuple(found)].append(action)
    for paths, actions in alike.items():
        cases = dict.fromkeys(case for action in actions for found in lost[action].values() for case in found)
        verb = "asks" if len(cases) == 1 else "ask"
        text = f"{_entries(actions, 'does', 'do')} not pass {several(paths)}, which {several(cases, 4)} {verb} for"
        them = "it" if len(paths) == 1 else "them"
        advice = f"name {them} in the entry (${paths[0]}), or pass the whole of it with json: $request"
        yield Check(Mark.WRONG, "triggers", text, advice)


def not_offered(campaign: Campaign, book: TriggerBook) -> Mapping[str, Sequence[str]]:
    """The actions that the product does not offer as some cases want them, with these cases."""
    entry = campaign.target.charge_points[0]
    config = campaign.target.lane_config(entry)
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for case in campaign.plan.run:
        for step in triggers_of(case, campaign.library.states):
            wish = TriggerRequest(step.action, entry.id, sketch(dict(step.trigger or {}), config))
            if book.entries.entry_for(wish).unsupported is not None:
                found[step.action][case.id] = None
    return {action: list(cases) for action, cases in sorted(found.items())}


def first_wishes(campaign: Campaign, name: str) -> Iterator[TriggerRequest]:
    """For each action that the cases ask for, how the first of them does, as the Charge Point ``name``."""
    entry = next(one for one in campaign.target.charge_points if one.id == name)
    config = campaign.target.lane_config(entry)
    seen = set()
    for case in campaign.plan.run:
        for step in triggers_of(case, campaign.library.states):
            if step.action not in seen:
                seen.add(step.action)
                yield TriggerRequest(step.action, name, sketch(dict(step.trigger or {}), config))


def missing_fields(campaign: Campaign, book: TriggerBook) -> Iterator[Check]:
    """One check for each action whose entry needs what some cases do not ask for: their trigger would fail."""
    entry = campaign.target.charge_points[0]
    config = campaign.target.lane_config(entry)
    found: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for case in campaign.plan.run:
        for step in triggers_of(case, campaign.library.states):
            wish = TriggerRequest(step.action, entry.id, sketch(dict(step.trigger or {}), config))
            for written in book.entries.needed_and_missing(wish):
                found[written][step.action][case.id] = None
    for written, actions in sorted(found.items()):
        cases = dict.fromkeys(case for asked in actions.values() for case in asked)
        verb = "does" if len(cases) == 1 else "do"
        text = f"{_entries(sorted(actions), 'needs', 'need')} {written}, which {several(cases, 4)} {verb} not ask for"
        each = min(actions) if len(actions) == 1 else "each"
        yield Check(Mark.WRONG, "triggers", text, f"give {each} an entry of its own without it")


def _entries(actions: Sequence[str], one: str, many: str) -> str:
    return f"your entr{'y' if len(actions) == 1 else 'ies'} for {several(actions)} {one if len(actions) == 1 else many}"


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
