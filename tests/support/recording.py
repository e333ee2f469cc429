"""``csms-harness record`` between a run and its Central System, and what comes of the traffic."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from csms_harness.resources import folder
from csms_harness.scenario.lint import lint
from csms_harness.traffic.facts import judge
from csms_harness.verdict import Verdict
from tests.runner.peer import library
from tests.support.command_line import facts, finish, harness, started, verdicts
from tests.support.targets import written


@contextmanager
def recording(*options: str | Path, path: str = "/proxy") -> Iterator[str]:
    """A proxy as long as the block lasts: the URL up to the identity. It is ended as a user does, and must end well."""
    with started(["record", "--listen", f"ws://127.0.0.1:0{path}", *options]) as process:
        assert process.stderr is not None
        line = process.stderr.readline().decode()
        assert "Charge Points connect to ws://" in line, line + process.stderr.read().decode()
        yield line.split("connect to ")[1].split("/IDENTITY")[0]
        process.send_signal(signal.SIGINT)
        ended = finish(process)
    assert ended.code == 0, ended.said
    assert ended.is_clean, ended.said


def judged_alike(target: Mapping[str, Any], place: Path, *patterns: str, direct_too: bool = False) -> None:
    """Run cases through the proxy: the traffic is judged as the run is, and the scenario of the session runs green.

    With ``direct_too`` a run without the proxy is held against all that.
    """
    traffic, own, lane = place / "traffic.jsonl", place / "own", ("--lanes", "1")
    direct = written(target, place)
    keeps = ("--upstream", target["url"], "--target", direct, "--out", traffic, "--scenario", own / "MINE_1.yaml")
    with recording(*keeps) as url:
        through = written({**target, "url": url}, place, "through.yaml")
        assert harness("run", *patterns, "--target", through, "--out", place / "through", *lane).code == 0
    ran, judged = facts(place / "through")["rules"], judge(traffic, library())
    assert [case.verdict for case in judged.pack] == [Verdict.PASS]
    known = {rule.id: rule.verdict for rule in judged.rules if rule.verdict is not Verdict.NOT_APPLICABLE}
    assert known == {rule["id"]: rule["verdict"] for rule in ran if rule["id"] in known}
    assert lint(folder("scenarios"), own) == []
    again = harness("run", "MINE_1", "--target", direct, "--scenarios", own, "--out", place / "again", *lane)
    assert again.code == 0, again.said
    if direct_too:
        assert harness("run", *patterns, "--target", direct, "--out", place / "direct", *lane).code == 0
        assert verdicts(place / "through") == verdicts(place / "direct")
        assert {rule["id"]: rule["verdict"] for rule in facts(place / "direct")["rules"]} == {
            rule["id"]: rule["verdict"] for rule in ran
        }
