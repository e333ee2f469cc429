"""The pytest plugin: ``pytest --csms-target target.yaml`` makes a test of every case, and there are fixtures.

pytest loads this in every project of an environment, so nothing else is imported before somebody asks for it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from csms_harness.testing.items import Player
    from csms_harness.testing.reference import ReferenceCsms
    from csms_harness.testing.running import Run
    from csms_harness.testing.sync import ChargePoint

NO_CASES = "none"
"""What ``--csms-cases`` says when only the fixtures are wanted."""

_PLAYER = pytest.StashKey["Player"]()


class CaseFailed(Exception):
    """A case that is not PASS; the text is what was found."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, all with one prefix."""
    group = parser.getgroup("csms", "OCPP compliance cases against a Central System (csms_harness)")
    add = group.addoption
    add("--csms-target", metavar="FILE", help="a target file: every case of the certification document is a test")
    add("--csms-cases", metavar="PATTERN", action="append", default=[], help="as for csms-harness run; or 'none'")
    add("--csms-pics", metavar="FILE", help="the PICS file: what the vendor declares")
    add("--csms-scenarios", metavar="FOLDER", help="scenarios of your own, laid over the shipped ones")
    add("--csms-strictness", choices=("spec", "octt"), default="spec", help="whose rules decide")
    add("--csms-deadline", metavar="NAME=DURATION", action="append", default=[], help="as for csms-harness run")
    add("--csms-out", metavar="FOLDER", help="write the reports of the cases there, one folder for each process")


def pytest_configure(config: pytest.Config) -> None:
    """Read the target, so that a mistake in it is told before any test."""
    if config.getoption("csms_target") is None:
        return
    path = Path(config.invocation_params.dir, config.getoption("csms_target")).resolve()
    player = _player(config, path)
    config.stash[_PLAYER] = player
    processes, charge_points = len(getattr(config.option, "tx", None) or ()), len(player.campaign.target.charge_points)
    if processes > charge_points:
        from csms_harness.testing.items import too_many

        raise pytest.UsageError(too_many(processes, charge_points))
    places = [Path(config.invocation_params.dir, arg.split("::")[0]).resolve() for arg in config.args]
    if config.getoption("csms_cases") != [NO_CASES] and not any(path.is_relative_to(place) for place in places):
        config.args.append(str(path))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the connection of this process, and write its reports: a process of pytest-xdist has no time afterwards."""
    _close(session.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The same where no session began."""
    _close(config)


def _close(config: pytest.Config) -> None:
    player = config.stash.get(_PLAYER, None)
    if player is None:
        return
    del config.stash[_PLAYER]
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    out = config.getoption("csms_out")
    player.close(Path(config.invocation_params.dir, out, worker) if out else None)


def _player(config: pytest.Config, path: Path) -> Player:
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.runner.campaign import UsageError
    from csms_harness.runner.selection import NothingSelected
    from csms_harness.testing.items import Player, locks_of
    from csms_harness.testing.running import prepare

    option = config.getoption
    patterns = [pattern for pattern in option("csms_cases") if pattern != NO_CASES]
    run = getattr(config, "workerinput", {}).get("testrunuid") or uuid.uuid4().hex
    deadlines = dict(text.partition("=")[::2] for text in option("csms_deadline"))
    try:
        campaign = prepare(
            path,
            patterns,
            pics=option("csms_pics"),
            scenarios=option("csms_scenarios"),
            strictness=option("csms_strictness"),
            deadlines=deadlines,
        )
    except (Mistakes, UsageError, NothingSelected) as error:
        raise pytest.UsageError(str(error)) from None
    return Player(campaign, locks_of(run))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The target file is a file of tests."""
    player = parent.config.stash.get(_PLAYER, None)
    if player is None or parent.config.getoption("csms_cases") == [NO_CASES]:
        return None
    if file_path.resolve() != player.campaign.options.target:
        return None
    return CsmsTarget.from_parent(parent, path=file_path)


class CsmsTarget(pytest.File):
    """The cases that are selected for a target."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test for each, in the order of the document."""
        for case_id, name in self.config.stash[_PLAYER].names():
            yield CsmsCase.from_parent(self, name=case_id, about=name)


class CsmsCase(pytest.Item):
    """One case: it passes when its verdict is PASS and no standing rule is broken by it."""

    def __init__(self, *, about: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._about = about

    def runtest(self) -> None:
        """Run it against the Central System."""
        judged = self.config.stash[_PLAYER].play(self.name)
        if judged.remarks:
            self.add_report_section("call", "remarks", judged.remarks)
        if judged.skip:
            pytest.skip(judged.skip)
        if judged.failure:
            raise CaseFailed(judged.failure)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was found; of our own errors, where they happened."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """How a report names it."""
        return self.path, None, f"{self.name} {self._about}"


# -- fixtures -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def reference_csms() -> Iterator[ReferenceCsms]:
    """The reference CSMS on free ports, one for each test process."""
    from csms_harness.testing.reference import started

    with started() as csms:
        yield csms


@pytest.fixture
def charge_point(request: pytest.FixtureRequest) -> Iterator[ChargePoint]:
    """A connected Charge Point: of ``--csms-target``, else of the reference CSMS."""
    from csms_harness.testing.sync import ChargePoint

    with ChargePoint.connected(_target(request)) as connected:
        yield connected


@pytest.fixture
def csms_run(request: pytest.FixtureRequest) -> Callable[..., Run]:
    """``csms_run("TC_010_CSMS")`` runs cases against ``--csms-target``, else against the reference CSMS."""
    from csms_harness.testing.sync import run

    def go(*patterns: str, **options: Any) -> Run:
        return run(_target(request), *patterns, **options)

    return go


def _target(request: pytest.FixtureRequest) -> Any:
    player = request.config.stash.get(_PLAYER, None)
    return request.getfixturevalue("reference_csms") if player is None else player.target()
