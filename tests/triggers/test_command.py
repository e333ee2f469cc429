from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from csms_harness.triggers.base import Declined, Failed, Outcome, Performed

from .control_api import DEADLINE, book_of, wish


async def run(code: str, *arguments: str, deadline: float = DEADLINE, **options: object) -> Outcome:
    book = book_of({"Reset": {"command": [sys.executable, "-SIc", code, *arguments]}}, **options)
    return await book.perform(wish("Reset", "CP_01", type="Hard", count=2), deadline)


async def test_arguments_and_standard_input_carry_the_request_without_a_shell() -> None:
    code = "import sys, json; print(json.dumps([sys.argv[1:], json.load(sys.stdin)]))"
    outcome = await run(code, "{chargePointId}", "$count", "{type}; echo $HOME")
    assert isinstance(outcome, Performed)
    arguments, document = json.loads(outcome.detail)
    assert arguments == ["CP_01", "2", "Hard; echo $HOME"]
    assert document == {
        "action": "Reset",
        "chargePointId": "CP_01",
        "request": {"type": "Hard", "count": 2},
    }


async def test_a_program_that_reads_no_input_is_fine() -> None:
    assert await run("pass") == Performed("")


async def test_exit_status_75_is_declined_with_its_words() -> None:
    outcome = await run("import sys; print('not\\nhere', file=sys.stderr); sys.exit(75)")
    assert outcome == Declined("not here")


async def test_another_exit_status_is_failed_with_the_last_words() -> None:
    outcome = await run("import sys; print('x' * 3000 + ' the reason', file=sys.stderr); sys.exit(3)")
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith(f"the command {sys.executable} ended with exit status 3: …")
    assert outcome.reason.endswith("x the reason")


async def test_a_program_killed_by_a_signal_is_failed() -> None:
    outcome = await run("import os; os.kill(os.getpid(), 9)")
    assert outcome == Failed(f"the command {sys.executable} ended with signal 9")


async def test_secrets_in_what_a_program_says_are_masked() -> None:
    outcome = await run("import sys; sys.exit(sys.argv[1])", "$env.KEY", environment={"KEY": "s3cret"})
    assert outcome == Failed(f"the command {sys.executable} ended with exit status 1: •••")


async def test_a_program_that_does_not_exist_is_told() -> None:
    outcome = await book_of({"Reset": {"command": ["./no-such-tool"]}}).perform(wish(), DEADLINE)
    assert outcome == Failed(
        "the command ./no-such-tool cannot be started (No such file or directory); correct the command"
    )


async def test_a_command_starts_in_the_folder_of_the_target_file(tmp_path: Path) -> None:
    (tmp_path / "target.yaml").touch()
    said = "['target.yaml']"
    assert await run("import os; print(os.listdir())", folder=tmp_path) == Performed(said, said)


async def test_a_field_that_an_argument_needs_and_the_request_lacks_is_named() -> None:
    assert await run("pass", "{idTag}") == Failed("{idTag} is needed, and Reset has no such field here")


async def test_a_program_is_killed_at_the_deadline_with_the_programs_it_started(tmp_path: Path) -> None:
    pipe = tmp_path / "alive"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    child = f"import time; f = open({str(pipe)!r}, 'w'); f.write('up'); f.flush(); time.sleep(60)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-SIc', {child!r}])"
    task = asyncio.create_task(run(code, deadline=0.3))
    try:
        outcome = await task
        assert outcome == Failed(f"no answer from the command {sys.executable} within 0.3 s")
        # The pipe is at its end only when no process holds it open.
        os.set_blocking(reader, True)
        with os.fdopen(reader, "rb", closefd=False) as rest:
            assert await asyncio.wait_for(asyncio.to_thread(rest.read), 30) in (b"up", b"")
    finally:
        os.close(reader)


async def test_a_cancelled_wish_kills_its_program(tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    reader = os.open(started, os.O_RDONLY | os.O_NONBLOCK)
    code = f"import time; f = open({str(started)!r}, 'w'); f.write('up'); f.flush(); time.sleep(60)"
    task = asyncio.create_task(run(code, deadline=60))
    ready = asyncio.Event()
    asyncio.get_running_loop().add_reader(reader, ready.set)
    try:
        await asyncio.wait_for(ready.wait(), 30)
        assert os.read(reader, 2) == b"up"
        asyncio.get_running_loop().remove_reader(reader)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        os.set_blocking(reader, True)
        assert await asyncio.wait_for(asyncio.to_thread(os.read, reader, 1), 30) == b""
    finally:
        os.close(reader)


async def test_a_program_left_behind_does_not_hold_the_outcome_up(tmp_path: Path) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    holder = os.open(held, os.O_RDWR)
    child = f"open({str(held)!r}).read()"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-SIc', {child!r}]); print('done')"
    try:
        assert isinstance(await run(code, deadline=30), Performed)
    finally:
        os.close(holder)


async def test_a_program_that_ends_well_and_prints_a_refusal_is_doubtful() -> None:
    outcome = await run("""print('{{"success": false, "why": "offline"}}')""")
    assert isinstance(outcome, Performed)
    assert (outcome.doubtful, outcome.said) == (True, '{"success": false, "why": "offline"}')
