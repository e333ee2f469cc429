"""A run that goes on: what was earned is kept, what is missing is run, and one report tells the whole."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from csms_harness.record.facts import WaitFact
from csms_harness.record.journal import NAME, Journal
from csms_harness.record.rebuild import End, Resumed, Told, read_run, rebuild
from csms_harness.runner.campaign import Campaign, Options, UsageError, prepare, run
from csms_harness.runner.heading import kept_options
from csms_harness.runner.keeping import Keeper
from csms_harness.runner.replay import replay
from csms_harness.runner.resume import EARNED, going_on, options_of
from csms_harness.runner.session import Session
from csms_harness.scenario.library import Entry, Library, TestCase
from csms_harness.target.pics import undeclared
from csms_harness.verdict import Verdict
from tests.engine.play import STATES, a_case
from tests.runner.memory import Bench, Watching, on_a_bench
from tests.runner.test_replay import AUTHORIZE, HEARTBEAT, RESET, library, recorded
from tests.support.scripted_csms import ScriptedCsms

LATER = datetime(2026, 1, 31, 13, tzinfo=UTC)
DEAF = ScriptedCsms(answers={"Authorize": lambda _csms, _request: None})


def gone_on(folder: Path, *cases: TestCase, end: End | None = None, **central: Any) -> Told:
    """The journal of a run after another process went on with it."""
    lanes = read_run(folder).head.lanes

    async def work(bench: Bench) -> None:
        with Journal(folder, more=True) as journal:
            keeper = Keeper(journal)
            keeper.line("resumed", Resumed(started=LATER, url="ws://h/", lanes=lanes).model_dump(mode="json"))
            session = Session([bench.lane], undeclared("x"), False, lambda _: "", Watching(), keeper.case)
            await session.run(cases, ())
            if end is not None:
                keeper.line("end", end.model_dump(mode="json"))

    on_a_bench(work, **central)
    return read_run(folder)


def over(**more: Any) -> End:
    given: dict[str, Any] = {"interrupted": False, "left": {}, "connections": ()} | more
    return End(finished=LATER + timedelta(seconds=5), seconds=5.0, **given)


def test_what_was_earned_stays_and_what_is_played_again_counts_as_it_ended_last(tmp_path: Path) -> None:
    recorded(tmp_path, HEARTBEAT, AUTHORIZE, csms=DEAF)
    told = gone_on(tmp_path, AUTHORIZE, RESET, end=over())

    verdicts = {fact.id: fact.verdict for fact in told.cases}
    assert verdicts == {"TC_900_CSMS": Verdict.PASS, "TC_901_CSMS": Verdict.PASS, "TC_902_CSMS": Verdict.PASS}
    assert [played.case for played in told.played] == ["TC_900_CSMS", "TC_901_CSMS", "TC_901_CSMS", "TC_902_CSMS"]
    found = rebuild(tmp_path)
    assert (found.run.complete, found.run.resumed) == (True, (LATER,))
    assert found.run.finished == LATER + timedelta(seconds=5)
    assert {case.verdict for case in found.cases} == {Verdict.PASS}


def test_what_the_control_api_had_each_act_wait_for_is_summed(tmp_path: Path) -> None:
    waited = WaitFact(address="POST http://127.0.0.1:9/login", status=429, times=2, seconds=1.5)
    other = waited.model_copy(update={"status": 503})
    recorded(tmp_path, HEARTBEAT)
    gone_on(tmp_path, AUTHORIZE, end=over(waits=(waited,)))
    gone_on(tmp_path, RESET, end=over(waits=(other, waited)))
    assert rebuild(tmp_path).run.waits == (waited.model_copy(update={"times": 4, "seconds": 3.0}), other)


def test_a_run_that_went_on_is_judged_the_same_again_act_by_act(tmp_path: Path) -> None:
    recorded(tmp_path, HEARTBEAT, AUTHORIZE, csms=DEAF)
    told = gone_on(tmp_path, AUTHORIZE, RESET, HEARTBEAT)

    found = replay(told, library(HEARTBEAT, AUTHORIZE, RESET))
    assert (found.cases, found.differences) == (3, ())


def test_a_run_that_is_killed_once_more_is_incomplete(tmp_path: Path) -> None:
    recorded(tmp_path, HEARTBEAT)
    gone_on(tmp_path, AUTHORIZE)
    lines = (tmp_path / NAME).read_text("ascii").splitlines(keepends=True)
    head = json.loads(lines[0])
    head["fact"]["planned"] = ["TC_900_CSMS", "TC_901_CSMS", "TC_902_CSMS"]
    (tmp_path / NAME).write_text("".join([json.dumps(head) + "\n", *lines[1:]]), "ascii")

    found = rebuild(tmp_path).run
    assert (found.complete, set(found.not_run)) == (False, {"TC_902_CSMS"})


def test_events_without_their_case_are_passed_over(tmp_path: Path) -> None:
    recorded(tmp_path, HEARTBEAT, AUTHORIZE)
    lines = (tmp_path / NAME).read_text("ascii").splitlines(keepends=True)
    assert [json.loads(line)["kind"] for line in lines] == ["run", "played", "case", "played", "case"]
    (tmp_path / NAME).write_text("".join(lines[:-1]), "ascii")
    told = gone_on(tmp_path, AUTHORIZE)

    assert [played.case for played in told.played] == ["TC_900_CSMS", "TC_901_CSMS"]
    assert replay(told, library(HEARTBEAT, AUTHORIZE)).differences == ()


def test_a_journal_of_an_older_harness_which_wrote_the_case_first_is_read_as_well(tmp_path: Path) -> None:
    recorded(tmp_path, HEARTBEAT, AUTHORIZE)
    head, first, one, second, two = (tmp_path / NAME).read_text("ascii").splitlines(keepends=True)
    (tmp_path / NAME).write_text("".join([head, one, first, two, second]), "ascii")
    told = read_run(tmp_path)

    assert [played.case for played in told.played] == ["TC_900_CSMS", "TC_901_CSMS"]
    assert replay(told, library(HEARTBEAT, AUTHORIZE)).differences == ()


# -- options and plan -----------------------------------------------------------------------------------------

ENTRIES = tuple(Entry(case.id, "A", "1", "Core", "Core", "") for case in (HEARTBEAT, AUTHORIZE, RESET))
LIBRARY = Library({case.id: case for case in (HEARTBEAT, AUTHORIZE, RESET)}, STATES, ENTRIES, "digest")
DEAD = "ws://127.0.0.1:1/ocpp"
TARGET = f"url: {DEAD}\ncharge_points: [{{id: CP_01}}]\nconfig: {{valid_id_tag: TAG-001}}\n"


async def a_run(place: Path, **options: Any) -> Campaign:
    """A run against nobody: every case is INCONCLUSIVE."""
    (place / "target.yaml").write_text(TARGET, "utf-8")
    given = Options(target=place / "target.yaml", out=place / "out", deadlines={"reconnect": 0.0}, **options)
    campaign = prepare(given, LIBRARY)
    await run(campaign, Watching())
    return campaign


def earn(place: Path, *ids: str, verdict: str = "PASS") -> Told:
    """Let some cases of a journal have been earned."""
    file = place / "out" / NAME
    records = [json.loads(line) for line in file.read_text("ascii").splitlines()]
    for record in records:
        if record["kind"] == "case" and record["fact"]["id"] in ids:
            record["fact"] |= {"verdict": verdict, "follows": ""}
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records), "ascii")
    return read_run(place / "out")


async def test_cases_without_a_verdict_run_again_and_no_others(tmp_path: Path) -> None:
    await a_run(tmp_path)
    earn(tmp_path, HEARTBEAT.id)
    told = earn(tmp_path, RESET.id, verdict="FAIL")
    options = options_of(told, tmp_path / "out", Options())
    campaign = going_on(prepare(options, LIBRARY), told)

    assert [case.id for case in campaign.plan.run] == [AUTHORIZE.id]
    outcome = await run(campaign, Watching())
    verdicts = [str(case.verdict) for case in outcome.facts.cases]
    assert verdicts == ["PASS", "INCONCLUSIVE", "FAIL"]
    assert outcome.facts == rebuild(tmp_path / "out")
    assert len(outcome.facts.run.resumed) == 1


async def test_the_options_are_those_of_then_and_what_is_given_now_goes_before(tmp_path: Path) -> None:
    campaign = await a_run(tmp_path, patterns=("Core",), thresholds={"response": 1.0}, seed=7)
    told = read_run(tmp_path / "out")
    out = tmp_path / "out"

    assert options_of(told, out, Options()) == campaign.options
    other = options_of(told, out, Options(url="ws://127.0.0.1:2/ocpp", deadlines={"response": 1.0}))
    assert (other.url, other.patterns, other.seed) == ("ws://127.0.0.1:2/ocpp", ("Core",), 7)
    assert other.deadlines == {"reconnect": 0.0, "response": 1.0}


def test_a_url_with_a_secret_is_not_kept() -> None:
    assert kept_options(Options(url="ws://h/x"))["url"] == "ws://h/x"
    assert kept_options(Options(url="ws://h/x?token=abcdefgh"))["url"] is None


async def test_what_would_make_one_report_of_two_runs_is_refused(tmp_path: Path) -> None:
    campaign = await a_run(tmp_path)
    told = read_run(tmp_path / "out")
    with pytest.raises(UsageError, match="another set of scenarios"):
        going_on(replace(campaign, library=replace(LIBRARY, digest="other")), told)
    with pytest.raises(UsageError, match="another PICS"):
        going_on(replace(campaign, pics=undeclared("another product")), told)
    with pytest.raises(UsageError, match="another URL"):
        going_on(replace(campaign, target=campaign.target.model_copy(update={"url": "ws://other/ocpp"})), told)
    with pytest.raises(UsageError, match="one strictness only"):
        options_of(told, tmp_path / "out", Options(strictness="octt"))
    told.options["url"] = None
    with pytest.raises(UsageError, match="give it again with --url"):
        options_of(told, tmp_path / "out", Options())
    restarted = campaign.target.model_copy(update={"url": DEAD.replace(":1/", ":2/")})
    assert going_on(replace(campaign, target=restarted), told).resumes is told


WRONG = replace(
    a_case("- {step: [1, 2], send: Heartbeat, expect: {currentTime: {after: $now + 1 h}}}"), id="TC_903_CSMS"
)
CHARGING = replace(a_case("- {step: 1, state: Charging}\n- {step: [2, 3], send: Heartbeat}"), id="TC_904_CSMS")
LOST = replace(a_case("- disconnect:\n- connect:\n- {step: [1, 2], send: Heartbeat}"), id="TC_905_CSMS")
ALL = (HEARTBEAT, AUTHORIZE, CHARGING, RESET, WRONG, LOST)


def test_a_case_whose_line_lacks_nothing_but_its_end_is_run_again(tmp_path: Path) -> None:
    whole = {fact.id: fact.verdict for fact in recorded(tmp_path, HEARTBEAT, AUTHORIZE).cases}
    (tmp_path / NAME).write_bytes((tmp_path / NAME).read_bytes().removesuffix(b"\n"))

    assert set(read_run(tmp_path).facts) == {HEARTBEAT.id}
    told = gone_on(tmp_path, AUTHORIZE, end=over())
    assert {fact.id: fact.verdict for fact in told.cases} == whole


def test_a_run_that_is_killed_at_40_random_moments_and_goes_on_comes_to_the_same(tmp_path: Path) -> None:
    """What a kill leaves is a journal that ends anywhere, and a Central System in which a transaction may be open."""
    whole = {fact.id: fact.verdict for fact in recorded(tmp_path, *ALL).cases}
    assert len(whole) == len(ALL)
    assert len(set(whole.values())) > 1
    written, chance = (tmp_path / NAME).read_bytes(), random.Random(40)
    first = written.index(b"\n") + 1
    kept_at_all = set()
    for _ in range(40):
        folder = tmp_path / f"killed-{chance.getrandbits(40)}"
        folder.mkdir()
        csms = ScriptedCsms(transaction_id=1000)
        (folder / NAME).write_bytes(written[: chance.randint(first, len(written))])
        earned = {case_id for case_id, fact in read_run(folder).facts.items() if fact.verdict in EARNED}
        kept_at_all.add(len(earned))
        told = gone_on(folder, *(case for case in ALL if case.id not in earned), end=over(), csms=csms)
        assert {fact.id: fact.verdict for fact in told.cases} == whole
        if chance.random() < 0.5:  # and once more, while it goes on
            again = (folder / NAME).read_bytes()
            (folder / NAME).write_bytes(again[: chance.randint(first, len(again))])
            earned = {case_id for case_id, fact in read_run(folder).facts.items() if fact.verdict in EARNED}
            told = gone_on(folder, *(case for case in ALL if case.id not in earned), end=over(), csms=csms)
            assert {fact.id: fact.verdict for fact in told.cases} == whole
        assert replay(told, library(*ALL)).differences == ()
    assert len(kept_at_all) > 3
