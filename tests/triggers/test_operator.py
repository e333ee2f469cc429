from __future__ import annotations

import asyncio
import os
import pty
import termios
from datetime import datetime

import pytest

from csms_harness.triggers.base import Declined, Failed, Performed
from csms_harness.triggers.config import ACTIONS
from csms_harness.triggers.operator import OperatorDesk
from csms_harness.triggers.sentences import sentence_for
from csms_harness.triggers.terminal import StreamTerminal
from tests.certificates import making

from .control_api import DEADLINE, TODAY, ScriptedTerminal, book_of, desk, wish

SENTENCES = [
    (
        wish("ReserveNow", connectorId=1, idTag="TAG-001", expiryDate="2026-03-01T14:30:00Z"),
        "reserve connector 1 of CP_01 for idTag TAG-001, until 14:30 UTC",
    ),
    (
        wish("ReserveNow", connectorId=0, idTag="T", parentIdTag="P", expiryDate="2026-03-02T01:00:00+02:00"),
        "reserve the whole of CP_01 for idTag T (parentIdTag P), until 23:00 UTC",
    ),
    (wish("CancelReservation", reservationId=7), "cancel reservation 7 of CP_01"),
    (
        wish("ChangeAvailability", connectorId=1, type="Inoperative"),
        "set connector 1 of CP_01 to Inoperative",
    ),
    (
        wish("ChangeConfiguration", key="HeartbeatInterval", value="60"),
        "set the configuration key HeartbeatInterval of CP_01 to 60",
    ),
    (wish("ClearCache"), "clear the authorization cache of CP_01"),
    (
        wish("ClearChargingProfile", chargingProfilePurpose="TxProfile", stackLevel=0),
        "remove the charging profiles of CP_01, with purpose TxProfile, at stack level 0",
    ),
    (
        wish("GetCompositeSchedule", connectorId=1, duration=300),
        "ask connector 1 of CP_01 for its composite schedule of 300 s",
    ),
    (wish("GetConfiguration"), "read the configuration of CP_01"),
    (wish("GetConfiguration", key=["a", "b"]), "read the configuration of CP_01, keys a, b"),
    (wish("RemoteStartTransaction", idTag="T"), "start a transaction on CP_01 for idTag T"),
    (
        wish("RemoteStartTransaction", idTag="T", connectorId=2),
        "start a transaction on connector 2 of CP_01 for idTag T",
    ),
    (wish("RemoteStopTransaction", transactionId=12), "stop transaction 12 of CP_01"),
    (wish("RemoteStopTransaction"), "stop transaction any of CP_01"),
    (wish("Reset", type="Hard"), "reset CP_01, Hard reset"),
    (
        wish(
            "SendLocalList",
            updateType="Full",
            listVersion=2,
            localAuthorizationList=[{"idTag": "T", "idTagInfo": {"status": "Accepted"}}],
        ),
        "send CP_01 a Full local authorization list, version 2, with idTag T idTagInfo status Accepted",
    ),
    (wish("TriggerMessage", requestedMessage="Heartbeat"), "make CP_01 send Heartbeat"),
    (wish("UnlockConnector", connectorId=1), "unlock connector 1 of CP_01"),
    (
        wish("UpdateFirmware", location="ftp://x/f", retrieveDate="2026-03-05T10:00:00Z"),
        "update the firmware of CP_01 from ftp://x/f, not before 2026-03-05 10:00 UTC",
    ),
    (wish("idTag", idTag="T", status="Blocked"), "create the idTag T, status Blocked"),
]


@pytest.mark.parametrize(("request_", "words"), SENTENCES)
def test_a_wish_is_one_sentence_in_plain_words(request_: object, words: str) -> None:
    assert sentence_for(request_, TODAY) == f"In the CSMS, {words}"  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_a_sentence_even_without_fields(action: str) -> None:
    sentence = sentence_for(wish(action), TODAY)
    assert "CP_01" in sentence
    assert f"send {action}" not in sentence
    assert "{" not in sentence


def test_a_sentence_shows_no_control_characters() -> None:
    assert "\x1b" not in sentence_for(wish("RemoteStartTransaction", idTag="\x1b[2J"), TODAY)


async def test_the_prompt_shows_sentence_payload_countdown_and_keys() -> None:
    terminal = ScriptedTerminal("d")
    outcome = await book_of(desk=desk(terminal)).perform(wish("Reset", type="Hard"), 179.6)
    assert isinstance(outcome, Performed)
    assert terminal.lines == [
        "CP_01 · Reset · closes by itself when the CALL arrives",
        "  In the CSMS, reset CP_01, Hard reset",
        '  Reset.req {"type": "Hard"}',
    ]
    assert terminal.statuses[0].startswith("  3:00   [d] done   [c] cannot do this   [s] stop the run")
    assert terminal.statuses[-1] == ""


async def test_what_nobody_can_type_stands_below_to_be_copied_and_is_not_cut_off() -> None:
    terminal, pem = ScriptedTerminal("d"), making.pem(making.root(kind="RSA")[0])
    firmware = {"location": "ftp://127.0.0.1/f.bin", "signature": "c2ln" * 20, "signingCertificate": pem}
    await book_of(desk=desk(terminal)).perform(wish("SignedUpdateFirmware", firmware=firmware), DEADLINE)
    assert terminal.lines[2:] == [
        (
            '  SignedUpdateFirmware.req {"firmware": {"location": "ftp://127.0.0.1/f.bin", "signature": "(below)", '
            '"signingCertificate": "(below)"}}'
        ),
        "firmware.signature:",
        "c2ln" * 20,
        "firmware.signingCertificate:",
        *pem.splitlines(),
    ]


async def test_a_sentence_of_the_target_file_is_shown_instead() -> None:
    terminal = ScriptedTerminal("d")
    book = book_of({"Reset": {"operator": "Press the {type} button of {chargePointId}."}}, desk=desk(terminal))
    await book.perform(wish("Reset", type="Hard"), DEADLINE)
    assert terminal.lines[1] == "  Press the Hard button of CP_01."


async def test_cannot_is_declined() -> None:
    outcome = await book_of(desk=desk(ScriptedTerminal("x", "C"))).perform(wish(), DEADLINE)
    assert isinstance(outcome, Declined)
    assert not outcome.stop


async def test_stop_is_declined_with_stop_and_later_prompts_do_not_ask_again() -> None:
    terminal = ScriptedTerminal("s")
    book = book_of(desk=desk(terminal))
    first = await book.perform(wish(), DEADLINE)
    second = await book.perform(wish("ClearCache"), DEADLINE)
    assert first == second == Declined("the operator stopped the run", stop=True)
    assert not any("ClearCache" in line for line in terminal.lines)


async def test_a_terminal_that_goes_away_is_declined() -> None:
    outcome = await book_of(desk=desk(ScriptedTerminal(""))).perform(wish(), DEADLINE)
    assert outcome == Declined("the terminal was closed before the operator answered")


async def test_no_key_in_time_is_failed() -> None:
    outcome = await book_of(desk=desk(ScriptedTerminal())).perform(wish(), 0.02)
    assert outcome == Failed("no answer from the operator within 0.02 s")


async def test_a_prompt_closes_by_itself_when_it_is_cancelled() -> None:
    terminal = ScriptedTerminal()
    task = asyncio.create_task(book_of(desk=desk(terminal)).perform(wish(), DEADLINE))
    await terminal.waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert terminal.statuses[-1] == ""


async def test_a_run_without_a_terminal_declines_at_once() -> None:
    outcome = await book_of(desk=desk(ScriptedTerminal(interactive=False))).perform(wish(), 3600)
    assert isinstance(outcome, Declined)
    assert "nobody is at the terminal to make the CSMS send Reset" in outcome.reason


async def test_prompts_of_several_lanes_are_served_one_after_another_without_losing_time() -> None:
    terminal = ScriptedTerminal()
    book = book_of(desk=desk(terminal))
    first = asyncio.create_task(book.perform(wish("Reset", "CP_01"), 0.05))
    await terminal.waiting.wait()
    second = asyncio.create_task(book.perform(wish("Reset", "CP_02"), 0.05))
    assert isinstance(await first, Failed)
    assert not any("CP_02" in line for line in terminal.lines[:3])
    terminal.press("d")
    assert isinstance(await second, Performed)
    assert terminal.lines[3].startswith("CP_02")


async def test_a_cancelled_prompt_makes_room_for_the_next() -> None:
    terminal = ScriptedTerminal()
    book = book_of(desk=desk(terminal))
    first = asyncio.create_task(book.perform(wish("Reset", "CP_01"), DEADLINE))
    await terminal.waiting.wait()
    second = asyncio.create_task(book.perform(wish("Reset", "CP_02"), DEADLINE))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    terminal.press("d")
    assert isinstance(await second, Performed)


async def shown_at(descriptor: int, text: str) -> None:
    """Wait until ``text`` has been shown at the terminal whose outer end ``descriptor`` is."""
    ready = asyncio.Event()
    asyncio.get_running_loop().add_reader(descriptor, ready.set)
    shown = ""
    try:
        while text not in shown:
            await ready.wait()
            ready.clear()
            shown += os.read(descriptor, 4096).decode(errors="replace")
    finally:
        asyncio.get_running_loop().remove_reader(descriptor)


async def test_a_real_terminal_is_read_key_by_key_and_left_as_it_was() -> None:
    outer, inner = pty.openpty()
    before = termios.tcgetattr(inner)
    with os.fdopen(inner, closefd=False) as reader, os.fdopen(inner, "w", closefd=False) as writer:
        terminal = StreamTerminal(reader, writer)
        assert terminal.interactive
        book = book_of(desk=OperatorDesk(terminal, lambda: TODAY))
        task = asyncio.create_task(book.perform(wish(), DEADLINE))
        # What is written to a terminal arrives in pieces, and in the system's own time.
        await asyncio.wait_for(shown_at(outer, "In the CSMS, reset CP_01"), 30)
        os.write(outer, b"d")
        assert isinstance(await task, Performed)
    assert termios.tcgetattr(inner) == before
    os.close(inner)
    os.close(outer)


def test_a_pipe_is_no_terminal() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as reader, os.fdopen(writing, "w") as writer:
        assert not StreamTerminal(reader, writer).interactive


def test_the_date_is_shown_when_it_is_not_today() -> None:
    other_day = datetime.fromisoformat("2026-02-28T12:00:00Z")
    request = wish("ReserveNow", connectorId=1, idTag="T", expiryDate="2026-03-01T14:30:00Z")
    assert "until 2026-03-01 14:30 UTC" in sentence_for(request, other_day)
