"""``csms-harness run``: the main job."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csms_harness.cli import completing
from csms_harness.cli.choosing import print_plan, unpassed
from csms_harness.cli.common import alone, placed, ready, stop
from csms_harness.cli.executing import execute
from csms_harness.cli.paper import Paper, Pdf, Reports, Sign, wanted
from csms_harness.cli.settings import SOURCES
from csms_harness.cli.shared import PicsFile, Scenarios, TargetFile, Url
from csms_harness.cli.watching import watching

if TYPE_CHECKING:
    from csms_harness.runner.campaign import Options


class Strictness(StrEnum):
    """Whose rules decide."""

    SPEC = "spec"
    OCTT = "octt"


class Format(StrEnum):
    """How the end of a run is told."""

    TEXT = "text"
    JSON = "json"


def run(
    context: typer.Context,
    patterns: Annotated[
        list[str] | None,
        typer.Argument(
            help="Ids (TC_010_CSMS), patterns ('TC_04*'), functionalities (Core), Beyond, or all. "
            "The certification document by default.",
            autocompletion=completing.patterns,
        ),
    ] = None,
    target: TargetFile = None,
    url: Url = None,
    pics: PicsFile = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The folder of this run; by default one in reports/, which reports/latest points to."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the run that lies in the folder.")] = False,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN",
            help="Go on with the run in this folder: run what has no verdict yet, with its options.",
        ),
    ] = None,
    last_failed: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Run only what had no PASS in the run in this folder.")
    ] = None,
    failed_first: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Begin with what had no PASS in the run in this folder.")
    ] = None,
    keyword: Annotated[
        str | None,
        typer.Option("-k", metavar="EXPR", help="Run only cases with these words: 'reservation and not TC_046'."),
    ] = None,
    fail_fast: Annotated[bool, typer.Option("-x", help="End the run after the first FAIL.")] = False,
    max_fail: Annotated[int | None, typer.Option(metavar="N", help="End the run after N FAILs.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would run, what would not and why; connect to nothing.")
    ] = False,
    wait_for_target: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Wait so long until the CSMS lets a Charge Point in.")
    ] = None,
    unprovision: Annotated[
        bool,
        typer.Option("--unprovision", help="At the end take away what 'provision' made, where the target says how."),
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print the verdict of the run, and mistakes.")] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Print what was found in a case as soon as it ends, remarks too.")
    ] = False,
    output: Annotated[
        Format, typer.Option("--format", help="text or json: how standard output tells what the run came to.")
    ] = Format.TEXT,
    report: Reports = None,
    pdf: Pdf = False,
    sign: Sign = None,
    deadline: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=DURATION: response, authorize, action, operator, connection, close, pace, thinking, "
            "registration, reboot, settle, reconnect, calls. "
            "May be given again."
        ),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(help="NAME=DURATION: the longest allowed wait, for response or an action. Exit 6 when broken."),
    ] = None,
    expected: Annotated[
        Path | None, typer.Option(help="The file of known failures; the exit code forgives them until their day.")
    ] = None,
    write_expected: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what failed as a new file of known failures.")
    ] = None,
    lanes: Annotated[
        int | None, typer.Option(help="Charge Points at work at once; all of the target by default.")
    ] = None,
    strictness: Annotated[
        Strictness, typer.Option(help="spec: OCPP decides. octt: the habits of the official tool decide as well.")
    ] = Strictness.SPEC,
    shuffle: Annotated[bool, typer.Option("--shuffle", help="Run the cases in random order.")] = False,
    seed: Annotated[int | None, typer.Option(help="The seed of --shuffle; shown in the report when not given.")] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Print every frame as it passes, and what each step checked, on stderr.")
    ] = False,
    step: Annotated[
        bool,
        typer.Option("--step", help="Wait for a key before each step, on one Charge Point; shows what --trace does."),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Run again when a scenario of your own, the target or another file changes.")
    ] = False,
    scenarios: Scenarios = None,
) -> None:
    """Run test cases against a Central System and write the certificate.

    Exit codes: 0 all PASS or NOT APPLICABLE, 1 at least one FAIL, 2 a mistake in options or files, 3 an error of
    the harness, 4 not reachable or INCONCLUSIVE, 5 nothing selected, 6 a threshold broken
    or not measured, 7 all passed but a report could not be written, 8 all passed but a functionality that the PICS
    claims was not run as a whole, 129, 130 and 143 stopped by a signal.
    """
    from csms_harness.runner.campaign import Options
    from csms_harness.target.deadlines import parse_option
    from csms_harness.target.thresholds import parse_threshold

    options = Options(
        patterns=tuple(patterns or ()),
        target=target,
        url=url,
        pics=pics,
        lanes=_one_lane(lanes) if step else lanes,
        deadlines=_durations(deadline, parse_option),
        thresholds=_durations(threshold, parse_threshold),
        expected=expected,
        strictness=strictness.value,
        seed=_seed(shuffle, seed),
        scenarios=scenarios,
        keyword=keyword or "",
        only=unpassed(last_failed) if last_failed is not None else None,
        max_fail=_most(max_fail, fail_fast),
        stepwise=step,
        first=unpassed(failed_first, "--failed-first", need=False) if failed_first is not None else (),
        settings=tuple(context.meta.get(SOURCES, ())),
    )
    if quiet and verbose:
        stop("-q and -v: one tells less, the other more; write one of them")
    paper = replace(
        wanted(report, pdf, sign),
        quiet=quiet,
        verbose=verbose,
        trace=trace,
        as_json=output is Format.JSON,
        known=_new_file(write_expected),
        unprovision=unprovision,
    )
    patient = _patience(wait_for_target)
    if dry_run:
        if resume is not None:
            stop("--dry-run: it shows the plan of a new run; --resume RUN goes on with one")
        print_plan(ready(options))
        return
    if watch:
        if resume is not None:
            stop("--watch: it runs the same cases again and again; --resume RUN goes on with a run once")
        if unprovision:
            stop("--unprovision: --watch runs the same cases again and again, and needs what was made for them")
        raise typer.Exit(watching(_files(options), lambda again: _new(options, out, paper, patient, force or again)))
    if resume is not None:
        if options.patterns or options.keyword or options.only is not None or out is not None or force:
            stop("--resume: the run in that folder says which cases it has; name neither cases nor a folder")
        raise typer.Exit(_go_on(resume, options, paper, patient))
    raise typer.Exit(_new(options, out, paper, patient, force))


def _new(options: Options, out: Path | None, paper: Paper, patient: float, force: bool) -> int:
    """Read all files and run; returns the exit code."""
    with placed(ready(options), out, force=force) as campaign:
        return execute(campaign, paper, patient)


def _files(options: Options) -> list[Path]:
    """What a run is made of that its user may change."""
    from csms_harness.resources import folder

    own = options.scenarios or folder("scenarios")
    return [path for path in (own, options.target, options.pics, options.expected) if path is not None]


def _one_lane(lanes: int | None) -> int:
    """One Charge Point, at which somebody looks step by step."""
    from csms_harness.triggers.terminal import StreamTerminal

    if lanes not in (None, 1):
        stop(f"--step: one Charge Point is looked at step by step, and --lanes {lanes} are several; leave --lanes away")
    if not StreamTerminal().interactive:
        stop("--step: it waits for a key before each step, and nobody is at a terminal; leave it away, or use --trace")
    return 1


def _new_file(path: Path | None) -> Path | None:
    if path is not None and os.path.lexists(path):
        stop(f"--write-expected {path}: a file is there already; name a new one, and take over from it what you need")
    return path


def _most(max_fail: int | None, fail_fast: bool) -> int:
    if max_fail is not None and max_fail < 1:
        stop(f"--max-fail {max_fail}: write how many FAILs end the run, 1 or more")
    if max_fail is not None and fail_fast:
        stop("-x and --max-fail: -x is --max-fail 1; write one of them")
    return 1 if fail_fast else max_fail or 0


def _patience(text: str | None) -> float:
    """Seconds of --wait-for-target."""
    from csms_harness.documents.durations import parse_duration

    if text is None:
        return 0.0
    try:
        return parse_duration(text)
    except ValueError as error:
        stop(f"--wait-for-target: {error}")


def _go_on(folder: Path, given: Options, paper: Paper, patient: float) -> int:
    """Run what is missing in a folder; returns the exit code of the whole run."""
    from csms_harness.record.errors import ReportError
    from csms_harness.record.folders import resolved
    from csms_harness.record.rebuild import read_run
    from csms_harness.runner.campaign import UsageError
    from csms_harness.runner.resume import going_on, options_of

    folder = resolved(folder)
    with alone(folder):
        try:
            told = read_run(folder)
            campaign = going_on(ready(options_of(told, folder, given)), told)
        except (ReportError, UsageError) as error:
            stop(str(error))
        kept = len(told.facts) - sum(case.id in told.facts for case in campaign.plan.run)
        if not paper.quiet:
            print(f"{folder}: {kept} verdicts are kept, {len(campaign.plan.run)} cases are run.", file=sys.stderr)
        return execute(campaign, paper, patient)


def _seed(shuffle: bool, seed: int | None) -> int | None:
    import secrets

    if seed is not None and not shuffle:
        stop(f"--seed {seed}: only a shuffled run has a seed; add --shuffle")
    return (secrets.randbelow(10**6) if seed is None else seed) if shuffle else None


def _durations(texts: list[str] | None, parse: Callable[[str], tuple[str, float]]) -> dict[str, float]:
    try:
        return dict(parse(text) for text in texts or ())
    except ValueError as error:
        stop(str(error))
