"""``csms-harness probe``: figures about a Central System that no case can show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csms_harness.cli.checks import Format
from csms_harness.cli.common import ready, stop
from csms_harness.cli.shared import TargetFile, Url

if TYPE_CHECKING:
    from csms_harness.record.facts import ProbeFact
    from csms_harness.runner.campaign import Campaign

UNREACHED = 4


def probe(
    target: TargetFile = None,
    url: Url = None,
    calls: Annotated[int, typer.Option(min=1, max=100_000, help="So many CALLs of each action.")] = 20,
    patience: Annotated[
        str, typer.Option(metavar="DURATION", help="How long a CALL of the CSMS is left unanswered at most.")
    ] = "120 s",
    into: Annotated[
        Path | None, typer.Option(help="The folder of a run: its reports are written again, with these figures.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="text or json")] = Format.TEXT,
) -> None:
    """Measure latencies, heartbeat interval, clock offset, and how long the CSMS waits for an answer to its own CALL.

    One harmless CALL of the CSMS is left unanswered, and another is asked for: what ends the wait is the next CALL, a
    failure told by its API, or a close. Figures with their sample counts, never a verdict. Exit codes: 0 measured,
    2 a mistake in options or files, 4 no connection, or not let in.
    """
    import asyncio

    from csms_harness.documents.durations import parse_duration
    from csms_harness.foreign import for_terminal
    from csms_harness.report.probing import value_of
    from csms_harness.runner.campaign import Options

    try:
        silent = parse_duration(patience)
    except ValueError as error:
        stop(f"--patience: {error}")
    campaign = ready(Options(("TC_001_CSMS",), target=target, url=url))
    told = asyncio.run(_measured(campaign, calls, silent))
    if output is Format.JSON:
        print(told.model_dump_json(indent=1))
    else:
        width = max((len(one.name) for one in told.figures), default=0)
        for one in told.figures:
            about = f"  ({one.about})" if one.about else ""
            count = f"{one.samples} sample{'s' * (one.samples != 1)}"
            print(for_terminal(f"{one.name:<{width}}  {value_of(one)}, {count}{about}"))
    if into is not None:
        _put_into(into, told)


async def _measured(campaign: Campaign, calls: int, patience: float) -> ProbeFact:
    from csms_harness.doctor.probe import Probe, ProbeFailed
    from csms_harness.record.facts import ProbeFact
    from csms_harness.target.reaching import book_of, endpoint_of
    from csms_harness.transport.clock import utc_now
    from csms_harness.transport.refusal import Refusal
    from csms_harness.transport.websocket import ConnectionLost, open_connection

    target, entry = campaign.target, campaign.target.charge_points[0]
    book = book_of(target, campaign.options.target.parent if campaign.options.target else None)
    book.load()
    opened = await open_connection(endpoint_of(target, entry, campaign.deadlines))
    if isinstance(opened, Refusal):
        stop(f"{entry.id}: {opened.sentence}", UNREACHED)
    measuring = Probe(opened, entry.charge_point(), book, campaign.deadlines.response, patience)
    id_tag, figures, measured = target.lane_config(entry).get("valid_id_tag"), [], utc_now()
    try:
        async for one in measuring.figures(calls, id_tag if isinstance(id_tag, str) else None):
            figures.append(one)
            print(f"{entry.id}: {one.name} …", file=sys.stderr)
    except (ProbeFailed, ConnectionLost) as error:
        stop(f"{entry.id}: {error}", UNREACHED)
    finally:
        await opened.close()
        await book.aclose()
    return ProbeFact(charge_point=entry.id, measured=measured, figures=tuple(figures))


def _put_into(folder: Path, told: ProbeFact) -> None:
    from csms_harness.cli.paper import Paper
    from csms_harness.record.errors import ReportError
    from csms_harness.record.folders import resolved
    from csms_harness.record.reading import read_facts
    from csms_harness.report.telling import told as with_sentences
    from csms_harness.report.write import report_name

    folder = resolved(folder)
    try:
        facts = with_sentences(read_facts(folder)).model_copy(update={"probe": told})
        Paper(pdf=(folder / report_name("pdf")).exists()).write(facts, folder)
    except ReportError as error:
        stop(str(error))
    print(f"{folder}: the reports are written again, with these figures.", file=sys.stderr)
