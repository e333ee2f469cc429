"""A run that goes on where it was stopped or killed: what its journal holds is kept, what is missing is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from csms_harness._version import __version__
from csms_harness.record.rebuild import Told
from csms_harness.runner.campaign import Campaign, Options, UsageError
from csms_harness.runner.plan import Plan
from csms_harness.verdict import Verdict

EARNED: Final = frozenset({Verdict.PASS, Verdict.FAIL})
"""Verdicts that stand. INCONCLUSIVE and ERROR are none: what they name may be over by now, so such cases run again."""

_PATHS: Final = frozenset({"target", "pics", "expected", "scenarios"})


def options_of(told: Told, folder: Path, given: Options) -> Options:
    """The options of the run in ``folder``, and over them what is ``given`` now. Raises UsageError."""
    if given.strictness not in ("spec", told.head.run.strictness):
        raise UsageError(
            f"--strictness {given.strictness}: this run judges by {told.head.run.strictness}, "
            "and its report can have one strictness only"
        )
    kept = {name: _read(name, value) for name, value in told.options.items()}
    if "url" in kept and kept["url"] is None and given.url is None:
        raise UsageError("--resume: the URL of this run held a secret, which is not kept; give it again with --url")
    plain = Options()
    now = {
        one.name: value for one in fields(Options) if (value := getattr(given, one.name)) != getattr(plain, one.name)
    }
    for name in ("deadlines", "thresholds"):
        now[name] = {**kept.get(name, {}), **getattr(given, name)}
    return Options(**{**kept, **now, "strictness": told.head.run.strictness, "out": folder})


def _read(name: str, value: Any) -> Any:
    if name in _PATHS:
        return Path(value)
    return tuple(value) if name in ("patterns", "only") else value


def going_on(campaign: Campaign, told: Told) -> Campaign:
    """The campaign without what was earned already. Raises UsageError where one report of both would be wrong."""
    run, facts = told.head.run, told.facts
    _same("version of csms-harness", run.tool_version, __version__)
    _same("set of scenarios", run.scenario_digest, campaign.library.digest)
    _same("URL", _without_port(run.url), _without_port(campaign.target.shown_url))
    _same("PICS", told.head.pics, campaign.pics.facts())
    plan = Plan(
        tuple(case for case in campaign.plan.run if not _earned(facts, case.id)),
        tuple(one for one in campaign.plan.decided if one.case.id not in facts),
        campaign.plan.unimplemented,
    )
    return replace(campaign, plan=plan, resumes=told)


def _without_port(url: str) -> str:
    """A Central System that was started again may listen elsewhere on its host."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.hostname or ""))


def _earned(facts: Mapping[str, Any], case_id: str) -> bool:
    return case_id in facts and facts[case_id].verdict in EARNED


def _same(what: str, before: object, now: object) -> None:
    if before != now:
        raise UsageError(f"--resume: this run was begun with another {what}, and one report has one; run it anew")
