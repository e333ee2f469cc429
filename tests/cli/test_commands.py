"""The table of commands: complete, true, and read without loading what only a command needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from csms_harness.cli.commands import COMMANDS
from csms_harness.cli.main import app

WIDTH = 80 - 2 - max(map(len, COMMANDS)) - 2

HEAVY = ("asyncio", "httpx", "jinja2", "jsonschema", "rich", "sqlalchemy", "websockets")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_about_a_command_fits_beside_its_name(name: str) -> None:
    assert len(COMMANDS[name].line) <= WIDTH


def test_the_help_lists_every_command_with_its_line() -> None:
    shown = [" ".join(line.split()) for line in CliRunner().invoke(app, ["--help"]).stdout.splitlines()]

    assert [line for line in shown if line.partition(" ")[0] in COMMANDS] == [
        f"{name} {command.line}" for name, command in COMMANDS.items()
    ]


def test_a_misspelled_command_is_told_what_was_meant() -> None:
    result = CliRunner().invoke(app, ["rnu"])

    assert result.exit_code == 2
    assert "Did you mean 'run'?" in result.output


@pytest.mark.parametrize(
    ("arguments", "spared"),
    [(["--help"], (*HEAVY, "pydantic", "yaml")), (["--version"], (*HEAVY, "pydantic", "yaml")), (["list"], HEAVY)],
)
def test_a_quick_command_loads_nothing_heavy(arguments: list[str], spared: tuple[str, ...]) -> None:
    look = f"import sys; from csms_harness.cli.main import app; app({arguments}, standalone_mode=False)"
    tell = f"sys.exit(' '.join(name for name in {spared} if name in sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", f"{look}; {tell}"], capture_output=True, check=False, text=True, timeout=60
    )

    assert ended.stderr.strip() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_after_the_end_does_not_take_the_place_of_the_exit_code(name: str) -> None:
    script = (
        f"import atexit, os, signal, sys; atexit.register(os.kill, os.getpid(), signal.{name}); "
        "from csms_harness.cli.main import main; sys.argv = ['csms-harness', 'list', 'TC_999']; main()"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=60)
    assert ended.returncode == 5, ended
