from __future__ import annotations

import asyncio
import sys
from importlib.metadata import EntryPoint
from typing import ClassVar

import pytest

from csms_harness.triggers import config, plugin
from csms_harness.triggers.base import Declined, Failed, Outcome, Performed, TriggerRequest

from .control_api import book_of, wish


class Acme:
    """A plug-in that does what its options say."""

    closed: ClassVar[list[str]] = []

    def __init__(self, how: str = "performs", key: str = "") -> None:
        self.how = how
        self.key = key

    async def perform(self, request: TriggerRequest) -> Outcome:
        if self.how == "performs":
            return Performed(f"{request.action} within {request.within} by {self.key}")
        if self.how == "returns":
            return "fine"  # type: ignore[return-value]
        if self.how == "exits":
            sys.exit(f"bye {self.key}")
        if self.how == "cancels":
            raise asyncio.CancelledError
        if self.how == "clings":
            await cling()
        raise RuntimeError(f"cannot reach {self.key}\x1b[2J")

    async def aclose(self) -> None:
        self.closed.append(self.how)


async def cling() -> None:
    """Not even cancelling helps, until the second time."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def acme(monkeypatch: pytest.MonkeyPatch) -> None:
    points = {
        "acme": EntryPoint("acme", f"{__name__}:Acme", plugin.GROUP),
        "broken": EntryPoint("broken", "no_such_module:X", plugin.GROUP),
    }
    monkeypatch.setattr(plugin, "installed_plugins", lambda: points)
    monkeypatch.setattr(config, "installed_plugins", lambda: points)


async def performed(name: str = "acme", **options: str) -> Outcome:
    trigger = {"plugin": {"name": name, "options": {**options, "key": "$env.KEY"}}}
    return await book_of({"Reset": trigger}, environment={"KEY": "s3cret"}).perform(wish(), 0.05)


async def test_a_plugin_gets_its_options_and_the_request() -> None:
    assert await performed() == Performed("Reset within 0.05 by •••")


async def test_a_plugin_may_be_named_without_options() -> None:
    outcome = await book_of({"Reset": {"plugin": "acme"}}).perform(wish(), 1.0)
    assert isinstance(outcome, Performed)


async def test_an_exception_of_a_plugin_is_failed_with_type_and_text_and_no_secret() -> None:
    outcome = await performed(how="raises")
    assert outcome == Failed("the plug-in acme failed with RuntimeError: cannot reach ••• [2J")


async def test_a_plugin_that_ends_the_process_does_not() -> None:
    assert await performed(how="exits") == Failed("the plug-in acme tried to end the process (SystemExit: bye •••)")


async def test_a_plugin_that_cancels_itself_is_failed() -> None:
    outcome = await performed(how="cancels")
    assert outcome == Failed("the trigger was cancelled by its own code")


async def test_a_plugin_that_returns_no_outcome_is_failed() -> None:
    outcome = await performed(how="returns")
    assert outcome == Failed("the plug-in acme returned str, not Performed, Declined or Failed")


async def test_a_plugin_that_does_not_let_itself_be_cancelled_is_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("csms_harness.triggers.book.CLEAN_UP", 0.02)
    assert await performed(how="clings") == Failed("no answer from the plug-in acme within 0.05 s")
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


async def test_a_plugin_that_cannot_be_loaded_is_failed() -> None:
    outcome = await performed("broken")
    assert isinstance(outcome, Failed)
    assert "the plug-in broken failed with ModuleNotFoundError" in outcome.reason


async def test_a_plugin_is_closed_with_the_book() -> None:
    Acme.closed.clear()
    book = book_of({"Reset": {"plugin": "acme"}, "ClearCache": {"plugin": "acme"}})
    await book.perform(wish(), 1.0)
    await book.aclose()
    assert Acme.closed == ["performs"]


async def test_a_stop_by_a_plugin_stays_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    async def perform(*_: object) -> Outcome:
        return Declined("enough", stop=True)

    monkeypatch.setattr(Acme, "perform", perform)
    assert await performed() == Declined("enough", stop=True)
