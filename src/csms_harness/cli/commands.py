"""The commands by name. A module is imported when its command is wanted, so that --help and --version are quick."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from itertools import pairwise
from typing import Any, Final

import typer
from typer.core import TyperGroup

from csms_harness.cli.common import plainly


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command is found in this package, and the line about it in --help; ``empty_words`` mean something."""

    module: str
    function: str
    line: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    empty_words: bool = False


COMMANDS: Final = {
    "init": Command("init", "init", "Write a commented target.yaml and pics.yaml.", empty_words=True),
    "doctor": Command("doctor", "doctor", "Connect every Charge Point, and say what would spoil a run."),
    "provision": Command("provision", "provision", "Have what the target needs made in the Central System."),
    "run": Command("run", "run", "Run test cases and write the certificate."),
    "list": Command("listing", "list_cases", "List the test cases, and which are implemented."),
    "show": Command("show", "show", "Print a test case: what is done, and what is required."),
    "new": Command("new", "new", "Begin a scenario of your own as a copy of another."),
    "lint": Command("lint", "lint", "Check scenarios, and target and PICS files if given."),
    "schema": Command("schema", "schema", "Print the JSON Schema of a kind of file."),
    "report": Command("report", "report", "Write all reports of a run again."),
    "probe": Command("probe", "probe", "Measure latencies, clock and patience of a CSMS."),
    "judge": Command("judge", "judge", "Judge recorded traffic: a log, JSON lines, HAR."),
    "record": Command("record", "record", "Stand between a Charge Point and its CSMS, and record."),
    "replay": Command("replay", "replay", "Judge a run again from its journal."),
    "verify": Command("verify", "verify", "Check every file of a run against its manifest.json."),
    "diff": Command("diff", "diff", "Compare two runs: verdicts, and waits that changed."),
    "compare": Command("compare", "compare", "Put several runs side by side, as a page too."),
    "history": Command("history", "history", "Show the trend over the last runs of a folder."),
    "faults": Command("faults", "faults", "Run every fault of the reference CSMS against all cases."),
    "coverage": Command("coverage", "coverage", "Say what of OCPP 1.6 the scenarios send, and where."),
    "demo": Command("demo", "demo", "Start the reference CSMS, and run the suite against it."),
    "serve": Command(
        "serve",
        "serve",
        "Start the reference CSMS.",
        {"allow_extra_args": True, "ignore_unknown_options": True},
        empty_words=True,
    ),
}
_FORGOTTEN: Final = re.compile(r"--[a-z-]+=")


def _function(name: str) -> Callable[..., object]:
    """What a command does."""
    command = COMMANDS[name]
    function: Callable[..., object] = getattr(import_module(f"csms_harness.cli.{command.module}"), command.function)
    return function


class _Built(Mapping[str, Any]):
    """Each command as typer runs it, built when somebody asks for it."""

    def __getitem__(self, name: str) -> Any:
        command, function = COMMANDS[name], _function(name)
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        alone.command(name, context_settings=dict(command.settings))(function)
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Group(TyperGroup):
    """All commands; lists them without building them."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Built()  # type: ignore[assignment]  # nobody adds one later

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words of the command line; an empty one is a name that was forgotten, often a variable without a value.

        As a path it would be the folder where the command was started. Only ``init`` takes an empty answer.
        """
        if ctx.resilient_parsing:  # a shell asks how an unfinished line could go on
            return super().parse_args(ctx, args)
        if args and args[0] in COMMANDS and not COMMANDS[args[0]].empty_words:
            for before, word in pairwise(args):
                if not word or _FORGOTTEN.fullmatch(word):
                    option = word.rstrip("=") or (before if before.startswith("--") else args[0])
                    raise typer.BadParameter(f"{option}: a value is due, this one is empty")
        if args and args[0] in COMMANDS and not {"--help", "-h"} & set(args):
            args = [args[0], *self._settings(ctx, args[0], args[1:]), *args[1:]]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; what is wrong with an option is told in our words."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            raise plainly(error)  # noqa: B904  it is the same one

    def _settings(self, ctx: Any, name: str, words: list[str]) -> list[str]:
        """What stands in the environment and in pyproject.toml for a command, as words of the command line."""
        from csms_harness.cli import settings

        found = settings.found(tuple(COMMANDS))
        if not found:
            return []
        told = settings.words_of(name, self.commands[name], _function(name), found, words)
        ctx.meta[settings.SOURCES] = told.sources
        return list(told.words)

    def list_commands(self, _: Any) -> list[str]:
        """Their names, in the order of use."""
        return list(COMMANDS)

    def format_commands(self, _: Any, formatter: Any) -> None:
        """The lines of --help about them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.line) for name, command in COMMANDS.items()])
