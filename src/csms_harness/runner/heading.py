"""What is known of a run before its first case: facts for its head, and how to do it again."""

from __future__ import annotations

import os
import platform
import shlex
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from csms_harness._version import __version__
from csms_harness.addresses import mask_addresses
from csms_harness.record.facts import LeftFact, RunFact
from csms_harness.record.folders import REPORTS
from csms_harness.record.rebuild import Head, LaneFact, Resumed
from csms_harness.runner.selection import catalogue
from csms_harness.target.entry import ChargePointEntry

if TYPE_CHECKING:
    from csms_harness.runner.options import Campaign, Options

AUTHORIZATION_KEY = "AuthorizationKey"
STEPWISE = "Each step waited for a key (--step), so the durations of cases are those of a person."


def reproduce(options: Options, case_id: str) -> str:
    """The command that runs one case as it was run here, in a folder of its own; empty where it had no target file."""
    if options.target is None and options.url is None:
        return ""
    words = ["csms-harness", "run", case_id]
    words += ["--target", str(options.target)] if options.target else []
    words += ["--url", mask_addresses(options.url)] if options.url else []
    words += ["--pics", str(options.pics)] if options.pics else []
    words += [word for name, seconds in options.deadlines.items() for word in ("--deadline", f"{name}={seconds:g}s")]
    words += ["--scenarios", str(options.scenarios)] if options.scenarios else []
    words += ["--strictness", options.strictness] if options.strictness != "spec" else []
    again = REPORTS / "again" / case_id
    return shlex.join([*words, "--lanes", "1", "--out", again.as_posix(), "--force"])


def head_of(campaign: Campaign, started: datetime, found: tuple[LeftFact, ...]) -> Head:
    """What is known of a run before its first case."""
    library, options = campaign.library, campaign.options
    run = RunFact(
        tool_version=__version__,
        edition=next((case.edition for case in library.cases.values()), ""),
        scenario_digest=library.digest,
        started=started,
        finished=started,
        seconds=0.0,
        strictness=options.strictness,
        lanes=campaign.lanes,
        url=campaign.target.shown_url,
        target=str(options.target or ""),
        command=shlex.join(["csms-harness", "run", *options.patterns, *_narrowing(options)]),
        complete=False,
        seed=options.seed,
        environment=_environment(options.settings),
        deadlines=campaign.deadlines.as_facts(),
        thresholds=dict(options.thresholds),
        not_run={entry.id: entry.reason for entry in campaign.plan.unimplemented},
        remarks=(*campaign.pics.report.remarks, *([STEPWISE] if options.stepwise else [])),
        own_scenarios={one.id: one.file for one in library.own},
        replaced_scenarios=tuple(one.id for one in library.own if one.replaces),
        found_open=found,
        known=tuple(entry.fact() for entry in campaign.expected),
    )
    return Head(
        run=run,
        pics=campaign.pics.facts(),
        planned=tuple(case.id for case in campaign.plan.run),
        rules=library.rules,
        catalogue=catalogue(library),
        lanes=tuple(_lane_fact(entry) for entry in campaign.target.charge_points[: campaign.lanes]),
        options=kept_options(options),
    )


def _narrowing(options: Options) -> list[str]:
    ids = [] if options.patterns or options.only is None else list(options.only)
    return [*ids, *(["-k", options.keyword] if options.keyword else [])]


def resumed_of(head: Head) -> Resumed:
    """What is known when a run goes on: what its head would be if it began now."""
    return Resumed(
        started=head.run.started,
        url=head.run.url,
        lanes=head.lanes,
        found_open=head.run.found_open,
        options=head.options,
    )


def kept_options(options: Options) -> dict[str, Any]:
    """The options of a run as its journal keeps them; of a URL with a secret only that there was one."""
    kept: dict[str, Any] = {"patterns": list(options.patterns), "strictness": options.strictness}
    for name in ("target", "pics", "expected", "scenarios"):
        kept |= {name: str(value)} if (value := getattr(options, name)) is not None else {}
    if options.only is not None:
        kept["only"] = list(options.only)
    for name in ("lanes", "seed"):
        kept |= {name: value} if (value := getattr(options, name)) is not None else {}
    for name in ("deadlines", "thresholds"):
        kept |= {name: dict(value)} if (value := getattr(options, name)) else {}
    if options.keyword:
        kept["keyword"] = options.keyword
    if options.url is not None:
        kept["url"] = options.url if mask_addresses(options.url) == options.url else None
    return kept


def _lane_fact(entry: ChargePointEntry) -> LaneFact:
    charge_point = entry.charge_point()
    values = {name: str(value) for name, value in entry.configuration.items() if name != AUTHORIZATION_KEY}
    return LaneFact(
        identity=charge_point.identity,
        vendor=charge_point.vendor,
        model=charge_point.model,
        serial_number=charge_point.serial_number,
        connectors=len(charge_point.connector_ids) - 1,
        configuration=values,
    )


def _environment(settings: Sequence[str]) -> dict[str, str]:
    """What may matter to whoever compares two runs. Variables that change a connection are named, not shown."""
    facts = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "websockets": version("websockets"),
        "ocpp schemas": version("ocpp"),
    }
    changing = [name for name in os.environ if name.upper().endswith("_PROXY") or name.startswith("WEBSOCKETS_")]
    facts |= {"options set by": "; ".join(settings)} if settings else {}
    return facts | ({"variables set": ", ".join(sorted(changing))} if changing else {})
