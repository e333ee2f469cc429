"""From the options of a run to its facts: reads the files, plans, runs the lanes, keeps the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from csms_harness.record.facts import Facts
from csms_harness.record.journal import Journal
from csms_harness.record.rebuild import facts_of, read_run
from csms_harness.report.trace import Trace
from csms_harness.runner.collector import rarely_collecting
from csms_harness.runner.ending import end_of, unshown_secrets
from csms_harness.runner.entrance import Entrance
from csms_harness.runner.heading import head_of, reproduce, resumed_of
from csms_harness.runner.keeping import Keeper
from csms_harness.runner.lane import Lane
from csms_harness.runner.leftovers import Notes, notes_folder
from csms_harness.runner.options import Campaign, Options, Strictness
from csms_harness.runner.plan import Security, Tempo, failed_first, make_plan, order
from csms_harness.runner.pulse import pulse
from csms_harness.runner.raised import found_open
from csms_harness.runner.restarts import Restarts
from csms_harness.runner.selection import NothingSelected, narrowed, select
from csms_harness.runner.session import RunWatcher, Session
from csms_harness.runner.signals import listen, listen_no_more
from csms_harness.runner.turns import turns
from csms_harness.runner.world import Pace
from csms_harness.scenario.demands import config_names
from csms_harness.scenario.library import Entry, Library, TestCase
from csms_harness.target.deadlines import Deadlines, decide
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.expected import read_expected
from csms_harness.target.pics import Pics, read_pics, undeclared
from csms_harness.target.reaching import book_of, certificates_of, doors, trigger_limit
from csms_harness.target.securing import checked_url
from csms_harness.target.target import Target, read_target
from csms_harness.target.unknown import UnknownIdTags
from csms_harness.transport.clock import now, utc_now
from csms_harness.triggers.book import TriggerBook
from csms_harness.triggers.terminal import Terminal

__all__ = ["Campaign", "Options", "Outcome", "Strictness", "UsageError", "known_ids", "prepare", "run"]


class UsageError(ValueError):
    """The options contradict each other or the files; the text is one sentence."""


def prepare(options: Options, library: Library, target: Target | None = None) -> Campaign:
    """Read target and PICS, select the cases, decide the deadlines. A ``target`` that is given is not read.

    Raises Mistakes, NothingSelected, UsageError.
    """
    target = target or _target(options, library)
    pics = read_pics(options.pics) if options.pics else undeclared(target.name or "Central System under test")
    lanes = _lanes(options, target)
    configs = [target.lane_config(entry) for entry in target.charge_points[:lanes]]
    declared = {
        "response": pics.performance.ocpp_response_timeout,
        "authorize": pics.performance.response_time_authorize,
    }
    deadlines = decide(options.deadlines, target.deadlines, declared)
    chosen = _selected(options, library)
    security = replace(_security(target, pics, deadlines, lanes), asked_for=_asked_for(options, library))
    plan = make_plan(chosen, library, pics, configs, _fewest_connectors(target, lanes), security)
    expected = read_expected(options.expected, known_ids(library)) if options.expected else ()
    return Campaign(options, library, target, pics, plan, deadlines, lanes, expected)


def _selected(options: Options, library: Library) -> list[Entry]:
    entries = select(options.patterns, library)
    if not options.keyword and options.only is None:
        return entries
    try:
        return narrowed(entries, options.keyword, options.only)
    except NothingSelected:
        raise
    except ValueError as error:
        raise UsageError(str(error)) from None


def _asked_for(options: Options, library: Library) -> frozenset[str]:
    """The cases that a pattern means which selects nothing but Security, and those of --last-failed."""
    meant = (select([pattern], library) for pattern in options.patterns)
    named = {one.id for entries in meant if all(one.profile == "Security" for one in entries) for one in entries}
    return frozenset(named | set(options.only or ()))


def _security(target: Target, pics: Pics, deadlines: Deadlines, lanes: int) -> Security:
    """Under which security profiles all Charge Points of the run can connect. Raises UsageError for none at all."""
    entries = target.charge_points[:lanes]
    served = [set(doors(target, entry, deadlines, pics.security_profiles)) for entry in entries]
    common = tuple(sorted(set.intersection(*served)))
    if not common and pics.security_profiles is not None:
        named = ", ".join(str(one) for one in pics.security_profiles)
        raise UsageError(
            f"the PICS declares security profile {named}, and the target file gives no URL for it; "
            "name one under security_profiles, or correct the PICS"
        )
    passwords = all(entry.password is not None for entry in entries)
    given = frozenset.intersection(*(frozenset(certificates_of(target, entry)) for entry in entries))
    return Security(common, passwords, named=bool(target.security_profiles), certificates=given)


def _fewest_connectors(target: Target, lanes: int) -> int:
    """How many connectors each Charge Point of the run has at least: any of them may get any case."""
    return min(entry.connectors for entry in target.charge_points[:lanes])


def known_ids(library: Library) -> tuple[str, ...]:
    """Everything that can get a verdict: the cases of the document, those beyond it, and the standing rules."""
    return (*(entry.id for entry in library.catalogue), *library.pack, *(rule.id for rule in library.rules))


def _target(options: Options, library: Library) -> Target:
    if options.target is not None:
        target = read_target(options.target, config_names(library))
        return target if options.url is None else with_url(target, options.url)
    if options.url is None:
        raise UsageError("say which Central System: --target FILE, or --url ws://HOST:PORT/PATH")
    return with_url(Target(url="ws://localhost", charge_points=(ChargePointEntry(id="CP_01"),)), options.url)


def with_url(target: Target, url: str) -> Target:
    """The target at another URL. Raises UsageError for what is no WebSocket URL."""
    try:
        return target.model_copy(update={"url": checked_url(url)})
    except ValueError as error:
        raise UsageError(f"--url: {error}") from None


def _lanes(options: Options, target: Target) -> int:
    most = len(target.charge_points)
    if options.lanes is None:
        return most
    if not 1 <= options.lanes <= most:
        due = f"write a number from 1 to {most}" if most > 1 else "leave it out, or name more under charge_points"
        raise UsageError(
            f"--lanes {options.lanes}: the target names {most} Charge Point{'s' * (most > 1)}, "
            f"and each lane needs one of its own; {due}"
        )
    return options.lanes


@dataclass(frozen=True, slots=True)
class Outcome:
    """The facts of a run, and the number of the signal that stopped it (0: none)."""

    facts: Facts
    signal: int


async def run(
    campaign: Campaign,
    watcher: RunWatcher,
    terminal: Terminal | None = None,
    *,
    signals: bool = True,
    trace: Trace | None = None,
    stepper: Callable[[], Awaitable[Pace]] | None = None,
) -> Outcome:
    """Run all planned cases and return the facts; what was earned is in the journal at every moment.

    An operator is asked at ``terminal``. Each of ``STOPPING`` ends the run after the running cases have
    cleaned up; without ``signals`` they are left to whoever runs this. ``trace`` tells what passes;
    ``stepper`` is asked for each step where the options say so.
    """
    try:
        with rarely_collecting():
            return await _run(campaign, watcher, terminal, signals=signals, trace=trace, stepper=stepper)
    finally:
        if signals:
            listen_no_more()


async def _run(
    campaign: Campaign,
    watcher: RunWatcher,
    terminal: Terminal | None,
    *,
    signals: bool,
    trace: Trace | None,
    stepper: Callable[[], Awaitable[Pace]] | None,
) -> Outcome:
    options, started, began = campaign.options, utc_now(), now()
    book = book_of(campaign.target, options.target.parent if options.target else None, terminal)
    book.load()
    unknown = UnknownIdTags.begin()
    entries = campaign.target.charge_points[: campaign.lanes]
    lanes = [lane_of(campaign, entry, book, watcher, unknown) for entry in entries]
    found = tuple(chain.from_iterable(await asyncio.gather(*(found_open(lane) for lane in lanes))))
    cases, secrets = in_order(campaign), partial(unshown_secrets, campaign.target, book, lanes)
    for lane in lanes:
        lane.prompts.stepper, lane.trace = stepper, trace
    if trace is not None:
        trace.secrets, trace.named = secrets, len(lanes) > 1
    head, resumes = head_of(campaign, started, found), campaign.resumes
    with Journal(options.out, more=resumes is not None) as journal:
        keeper = Keeper(journal, secrets)
        kind, said = ("run", head) if resumes is None else ("resumed", resumed_of(head))
        keeper.line(kind, said.model_dump(mode="json"))
        session = _session(campaign, lanes, cases, watcher, keeper)
        if signals:
            listen(session.interrupt)
        try:
            with pulse(session.stalled):
                await session.run(cases, campaign.plan.decided)
        finally:
            await book.aclose()
        for lane in lanes:
            lane.keep_notes()
        end = end_of(session, book, began)
        keeper.line("end", end.model_dump(mode="json"))
    if resumes is None:
        return Outcome(facts_of(head, session.results.values(), end, secrets()), session.signal)
    whole = read_run(options.out)
    return Outcome(facts_of(whole.head_now(), whole.cases, whole.whole_end(), secrets()), session.signal)


def _session(
    campaign: Campaign, lanes: Sequence[Lane], cases: list[TestCase], watcher: RunWatcher, keeper: Keeper
) -> Session:
    options = campaign.options
    return Session(
        lanes,
        campaign.pics,
        options.strictness == "octt",
        partial(reproduce, options),
        watcher,
        keeper.case,
        turns(cases, campaign.library, campaign.configs()),
        keeper.secrets,
        max_fail=options.max_fail,
        restarts=Restarts() if options.seed is None and not options.first else None,
    )


def in_order(campaign: Campaign) -> list[TestCase]:
    """The cases that run, as lanes begin them; where a restart can be spared, a lane takes a later one first."""
    tempo = Tempo(campaign.lanes, campaign.deadlines.reboot, campaign.deadlines.settle)
    cases = order(campaign.plan.run, campaign.library, tempo, seed=campaign.options.seed)
    return failed_first(cases, campaign.options.first)


def lane_of(
    campaign: Campaign, entry: ChargePointEntry, book: TriggerBook, watcher: RunWatcher, unknown: UnknownIdTags
) -> Lane:
    """The lane of one Charge Point of a run."""
    deadlines, target = campaign.deadlines, campaign.target
    served = doors(target, entry, deadlines, campaign.pics.security_profiles)
    return Lane(
        entrance=Entrance(next(iter(served.values())), served, certificates_of(target, entry)),
        charge_point=entry.charge_point(),
        config=target.lane_config(entry),
        limits=replace(deadlines.limits(), stepwise=campaign.options.stepwise),
        trigger_limit=partial(trigger_limit, book, deadlines),
        book=book,
        states=campaign.library.states,
        watcher=watcher,
        thinking=deadlines.thinking,
        unknown=unknown,
        notes=Notes(notes_folder(), target.url, entry.id),
    )
