"""The journal of a run: enough to judge it again, and no secret."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

from csms_harness.engine.events import FrameReceived
from csms_harness.evidence import Entry, Role
from csms_harness.message import Message, MessageType, Side
from csms_harness.record.facts import CaseFact
from csms_harness.record.journal import NAME, Journal, Played
from csms_harness.record.rebuild import Head, read_run
from csms_harness.runner.keeping import Keeper
from tests.report.realistic import facts as realistic_facts
from tests.runner.runs import ran

SECRET = "correct-horse-battery"
PAYLOAD = {"key": "AuthorizationKey", "value": SECRET}
FRAME = json.dumps([2, "cs-1", "ChangeConfiguration", PAYLOAD])


def case() -> CaseFact:
    message = Message(0.1, Side.CENTRAL_SYSTEM, MessageType.CALL, "ChangeConfiguration", "cs-1", FRAME, payload=PAYLOAD)
    return ran(name="TC_040_1_CSMS").model_copy(update={"transcript": (Entry(1, Role.SCENARIO, "", message),)})


def played() -> Played:
    fed = [FrameReceived(0.1, FRAME), FrameReceived(0.2, FRAME.encode())]
    config = {"new_password": SECRET}
    return Played("TC_040_1_CSMS", "CP_01", 0.0, datetime(2026, 1, 31, tzinfo=UTC), config, {}, events=list(fed))


def kept(folder: Path) -> Keeper:
    given = realistic_facts()
    head = Head(run=given.run, pics=given.pics, planned=("TC_040_1_CSMS",), rules=(), catalogue=())
    with Journal(folder) as journal:
        keeper = Keeper(journal)
        keeper.line("run", head.model_dump(mode="json"))
        keeper.case(case(), played())
    return keeper


def test_neither_a_secret_nor_the_key_of_its_stand_in_is_on_the_disk(tmp_path: Path) -> None:
    key = kept(tmp_path).stand_ins._key
    written = (tmp_path / NAME).read_text("ascii")

    assert SECRET not in written
    for form in (SECRET, FRAME):
        assert base64.b64encode(form.encode()).decode() not in written
    for form in (key.hex(), base64.b64encode(key).decode(), json.dumps(key.decode("latin-1"))[1:-1]):
        assert form not in written


def test_a_case_and_all_that_it_was_fed_have_the_same_stand_in(tmp_path: Path) -> None:
    stand_in = kept(tmp_path).stand_ins.of(SECRET)
    run = read_run(tmp_path)
    (recorded,), (fed,) = run.cases, run.played
    message = recorded.transcript[0].message

    assert message is not None
    assert message.payload == {"key": "AuthorizationKey", "value": stand_in}
    assert message.text == FRAME.replace(SECRET, stand_in)
    assert fed.config == {"new_password": stand_in}
    assert fed.events == [FrameReceived(0.1, message.text), FrameReceived(0.2, message.text.encode())]
