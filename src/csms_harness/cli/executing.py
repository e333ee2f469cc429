"""A prepared run: played with live output, its reports written, its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csms_harness.cli.common import FAILED, cannot_write, stop
from csms_harness.cli.paper import Paper
from csms_harness.cli.unprovisioning import need_removal, take_away

if TYPE_CHECKING:
    from csms_harness.record.facts import Facts
    from csms_harness.report.known import Reckoning
    from csms_harness.runner.campaign import Campaign, Outcome

UNREACHED = 4
MOMENT = 0.1
"""Seconds for which a terminal may show a wait that is over."""


def execute(campaign: Campaign, paper: Paper, patient: float = 0.0) -> int:
    """Run a prepared campaign with live output and reports; returns the exit code.

    ``patient``: seconds for which a Central System that is not there yet is waited for.
    """
    import asyncio

    from csms_harness.cli.streams import code_stands
    from csms_harness.runner.atwork import Occupied, at_work
    from csms_harness.runner.leftovers import notes_folder
    from csms_harness.runner.waiting import wait_for_target

    code_stands()
    if paper.unprovision:
        need_removal(campaign)
    identities = [entry.id for entry in campaign.target.charge_points[: campaign.lanes]]
    doing = f"a run into {campaign.options.out}"

    def waiting(why: str) -> None:
        if not paper.quiet:
            print(f"Waiting for the CSMS, {patient:g} s at most: {why}", file=sys.stderr, flush=True)

    try:
        with at_work(notes_folder(), campaign.target.url, identities, doing):
            if patient and (why := asyncio.run(wait_for_target(campaign, patient, waiting))):
                stop(f"--wait-for-target: after {patient:g} s there was no connection: {why}", UNREACHED)
            outcome = _played(campaign, paper)
            code = publish(outcome.facts, campaign, paper)
            if paper.unprovision:
                take_away(campaign)
    except Occupied as error:
        stop(str(error))
    return 128 + outcome.signal if outcome.signal else code


def _played(campaign: Campaign, paper: Paper) -> Outcome:
    from csms_harness.cli.console import Outlet
    from csms_harness.cli.prompts import PromptScreen, next_step
    from csms_harness.report.progress import Progress
    from csms_harness.report.trace import Trace
    from csms_harness.report.write import remove_reports
    from csms_harness.runner.campaign import run as run_campaign

    total = len(campaign.plan.run) + len(campaign.plan.decided)
    progress = Progress(Outlet(stderr=True), total=total, quiet=paper.quiet, verbose=paper.verbose, soon=_in_a_moment)
    screen, stepwise = PromptScreen(progress), campaign.options.stepwise
    tracing = Trace(progress.say) if paper.trace or stepwise else None
    stepper = partial(next_step, screen) if stepwise else None
    try:
        remove_reports(campaign.options.out)
        return _finished(run_campaign(campaign, progress, screen, trace=tracing, stepper=stepper))
    except OSError as error:
        cannot_write(campaign.options.out, error)
    finally:
        progress.close()


def _in_a_moment(draw: Callable[[], None]) -> None:
    import asyncio

    asyncio.get_running_loop().call_later(MOMENT, draw)


def _finished(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """What a run came to, even where its event loop cannot be ended in order, as for want of a thread."""
    import asyncio

    ended: list[Outcome] = []

    async def whole() -> None:
        ended.append(await work)

    try:
        asyncio.run(whole())
    except RuntimeError:
        if not ended:
            raise
    return ended[0]


def publish(facts: Facts, campaign: Campaign, paper: Paper) -> int:
    """Write the reports of a run, print its summary, and return its exit code."""
    from csms_harness.cli.console import Outlet
    from csms_harness.cli.streams import UNWRITTEN
    from csms_harness.record.errors import ReportError
    from csms_harness.report.brief import brief_json
    from csms_harness.report.known import known_yaml, reckon
    from csms_harness.report.summary import exit_code
    from csms_harness.report.telling import told
    from csms_harness.report.terminal import render_summary, verdict_line
    from csms_harness.report.write import write_to

    known = tuple(entry.fact() for entry in campaign.expected)
    facts, failed = told(facts.model_copy(update={"run": facts.run.model_copy(update={"known": known})})), ""
    written: dict[str, Path] = {}
    try:
        written = paper.write(facts, campaign.options.out)
        if paper.known is not None:
            write_to(paper.known, known_yaml(facts).encode())
    except ReportError as error:
        written, failed = written | error.written, str(error)
    reckoning = reckon(facts)
    code = FAILED if reckoning.broken else int(exit_code(facts, reckoning.forgiven))
    code = code or (UNWRITTEN if failed else 0)
    if paper.as_json:
        print(brief_json(facts, reckoning, code, written), end="")
    else:
        summary = verdict_line(facts) if paper.quiet else render_summary(facts, written)
        Outlet(highlight=False).print(summary, crop=False)  # a command or a path is longer than a narrow terminal
    green = ("Exit code 0: whatever did not pass is a known failure.",) if reckoning.notes and code == 0 else ()
    for note in (*reckoning.notes, *reckoning.broken, *green, *((failed,) if failed else ())):
        print(note, file=sys.stderr)
    tell_github(facts, reckoning)
    return code


def tell_github(facts: Facts, reckoning: Reckoning) -> None:
    """Where a GitHub action is at work, annotate its step and add the report to its summary."""
    from csms_harness.report.annotations import github_annotations
    from csms_harness.report.markdown import report_markdown

    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in github_annotations(facts, reckoning):
            print(line, file=sys.stderr)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with Path(summary).open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(report_markdown(facts))
        except OSError as error:
            print(f"GITHUB_STEP_SUMMARY: {summary} cannot be written: {error.strerror or error}", file=sys.stderr)
