"""What a target file shows about a run before anything is connected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from csms_harness.doctor.checks import Check, Mark, several
from csms_harness.doctor.checkup import MEMBERS
from csms_harness.doctor.handing import lost_fields, missing_fields, not_offered
from csms_harness.evidence import Left
from csms_harness.report.titles import left_text
from csms_harness.runner.campaign import Campaign
from csms_harness.runner.leftovers import Notes, notes_folder
from csms_harness.runner.turns import shared_id_tags
from csms_harness.scenario.demands import needs, triggered_actions
from csms_harness.target.reaching import endpoint_of
from csms_harness.transport.hints import Hint, hints_of
from csms_harness.transport.sentences import told_hint
from csms_harness.triggers.book import TriggerBook
from csms_harness.triggers.config import Way, entries_of
from csms_harness.verdict import Verdict


def foresee(campaign: Campaign, book: TriggerBook) -> Iterator[Check]:
    """The cases, the names they miss, the idTags that lanes share, the actions nobody but the operator serves."""
    yield _cases(campaign)
    yield from _reach(campaign)
    yield from _missing_names(campaign)
    yield from _own_id_tags(campaign)
    yield from _left_open(campaign)
    yield from _triggers(campaign, book)
    yield from lost_fields(campaign, book)
    yield from missing_fields(campaign, book)


def _cases(campaign: Campaign) -> Check:
    plan = campaign.plan
    skipped = sum(one.verdict is Verdict.NOT_APPLICABLE for one in plan.decided)
    undecided = len(plan.decided) - skipped
    told = f", {skipped} NOT APPLICABLE" if skipped else ""
    told += f", {undecided} will be INCONCLUSIVE" if undecided else ""
    return Check(Mark.FINE, "cases", f"{len(plan.run) + len(plan.decided)} selected, {len(plan.run)} will run{told}")


def _reach(campaign: Campaign) -> Iterator[Check]:
    """What about the URL and the passwords is seldom meant."""
    for entry in campaign.target.charge_points[: campaign.lanes]:
        endpoint = endpoint_of(campaign.target, entry, campaign.deadlines)
        for hint in hints_of(endpoint):
            if hint is not Hint.PERCENT_ENCODED:  # nothing to correct in the target, and told where it is refused
                text, _, advice = endpoint.without_secrets(told_hint(hint, endpoint)).partition(": ")
                yield Check(Mark.REMARK, entry.id, f"{text[:1].lower()}{text[1:]}", advice)


def _missing_names(campaign: Campaign) -> Iterator[Check]:
    configs = campaign.configs().values()
    missing: dict[str, list[str]] = defaultdict(list)
    for one in campaign.plan.decided:
        if one.verdict is Verdict.INCONCLUSIVE:
            for name in sorted(needs(one.case, campaign.library.states)):
                if any(name not in config for config in configs):
                    missing[name].append(one.case.id)
    for name, cases in sorted(missing.items()):
        text = f"config.{name} is not given: {several(cases)} will be INCONCLUSIVE"
        yield Check(Mark.WRONG, "config", text, f"add {name} under config in the target file")


def _own_id_tags(campaign: Campaign) -> Iterator[Check]:
    for name, config in campaign.configs().items():
        tags = [str(config[key]) for key in MEMBERS if key in config]
        if len(tags) > len({tag.casefold() for tag in tags}):
            text = "config.valid_id_tag and config.valid_id_tag_2 are the same idTag, and must be two"
            yield Check(Mark.WRONG, name, text, "name another one in the target file")
    shared: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for tag, lanes in shared_id_tags(campaign.configs()).items():
        shared[tuple(lanes)].append(tag)
    for lanes_of_it, tags in shared.items():
        text = f"{several(lanes_of_it)} share {several(tags)}; a CSMS may answer ConcurrentTx to the second lane"
        text += ", so that cases which use one of them run one after another"
        advice = "give each Charge Point a config of its own with its own idTags, or run with --lanes 1"
        yield Check(Mark.WRONG, "lanes", text, advice)


def _left_open(campaign: Campaign) -> Iterator[Check]:
    """What an earlier run left in the Central System. Of a security profile only a connection shows how it stands."""
    for name in campaign.configs():
        for one in Notes(notes_folder(), campaign.target.url, name).read():
            if one.what is not Left.SECURITY_PROFILE:
                text = f"an earlier run left {left_text(one.cause())} open"
                advice = "the next run closes it at its start; if it cannot, close it in the CSMS"
                yield Check(Mark.REMARK, name, text, advice)


def _triggers(campaign: Campaign, book: TriggerBook) -> Iterator[Check]:
    wanted = _cases_by_action(campaign)
    ways = {action: book.entries.ways(action) for action in sorted(wanted)}
    configured = [action for action in ways if entries_of(campaign.target.triggers, action)]
    unserved = [action for action in ways if action not in configured]
    asked = [action for action in configured if set(ways[action]) == {Way.OPERATOR}]
    partly = [action for action in configured if ways[action][-1] is Way.OPERATOR and action not in asked]
    lacking = not_offered(campaign, book)
    served = dict.fromkeys(book.describe(action) for action in configured if action not in (*asked, *lacking))
    if served:
        yield Check(Mark.FINE, "triggers", f"configured: {several(served, 4)}")
    if lacking:
        text = f"the product does not offer {several(list(lacking))}, as the target says"
        yield Check(Mark.REMARK, "triggers", f"{text}: {_counted(lacking, list(lacking))} will be INCONCLUSIVE")
    if unserved:
        text = f"nobody configured a trigger for {several(unserved)}: the operator is asked"
        advice = "give them a trigger in the target file, or stay at the terminal: without one they are INCONCLUSIVE"
        yield Check(Mark.REMARK, "triggers", f"{text} in {_counted(wanted, unserved)}", advice)
    if asked:
        text = f"the operator is asked for {several(asked)}, as the target says, in {_counted(wanted, asked)}"
        yield Check(Mark.REMARK, "triggers", text, "stay at the terminal")
    if partly:
        text = f"the operator is asked for {several(partly)} where no 'when' of the target applies"
        yield Check(Mark.REMARK, "triggers", text, "add an entry without 'when' at the end, or stay at the terminal")


def _cases_by_action(campaign: Campaign) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for case in campaign.plan.run:
        for action in triggered_actions(case, campaign.library.states):
            found[action].append(case.id)
    return found


def _counted(wanted: Mapping[str, Sequence[str]], actions: Sequence[str]) -> str:
    cases = sorted({case for action in actions for case in wanted[action]})
    return f"{len(cases)} case{'s' * (len(cases) != 1)} ({several(cases, 4)})"
