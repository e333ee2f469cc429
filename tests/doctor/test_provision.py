from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from csms_harness.doctor.checks import Check, Mark, exit_code
from csms_harness.doctor.provision import provision, remove, wishes
from csms_harness.target.deadlines import Deadlines
from csms_harness.target.reaching import book_of
from csms_harness.target.target import Target, parse_target
from tests.triggers.control_api import ScriptedTerminal, control_api

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)

POINTS = """\
url: ws://127.0.0.1:1/ocpp
charge_points:
  - {id: CP_01, password: $env.CP_PASSWORD}
  - {id: CP_02, password: $env.CP_HEX}
config:
  valid_id_tag: TAG-001
  valid_id_tag_2: TAG-002
  parent_id_tag: GROUP-1
  invalid_id_tag: TAG-UNKNOWN
  expired_id_tag: TAG-EXPIRED
  blocked_id_tag: TAG-BLOCKED
"""
HTTP = """\
provision:
  default: {http: {method: PUT, url: "API/{chargePointId}", json: $request}}
  idTag: {http: {method: PUT, url: "API/id-tags/{idTag}", json: {status: $status, until: $expiryDate}}}
"""


@pytest.fixture(autouse=True)
def _passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CP_PASSWORD", "s3cret-as-text")
    monkeypatch.setenv("CP_HEX", "hex:00ff00ff")


def target(text: str = POINTS) -> Target:
    return parse_target(text, "target.yaml", Path())


async def done(text: str, terminal: ScriptedTerminal | None = None, todo: Any = provision) -> list[Check]:
    read = target(text)
    book = book_of(read, None, terminal or ScriptedTerminal(interactive=False))
    try:
        return [check async for check in todo(read, book, Deadlines(action=2.0, operator=2.0), NOW)]
    finally:
        await book.aclose()


def test_everything_the_target_speaks_of_is_wished_for_once_and_in_an_order_that_can_be_made() -> None:
    assert list(wishes(target(), NOW)) == [
        ("chargePoint", {"chargePointId": "CP_01"}),
        ("password", {"chargePointId": "CP_01", "password": "s3cret-as-text"}),
        ("chargePoint", {"chargePointId": "CP_02"}),
        ("password", {"chargePointId": "CP_02", "passwordHex": "00ff00ff"}),
        ("idTag", {"idTag": "GROUP-1", "status": "Accepted"}),
        ("idTag", {"idTag": "TAG-001", "status": "Accepted", "parentIdTag": "GROUP-1"}),
        ("idTag", {"idTag": "TAG-002", "status": "Accepted", "parentIdTag": "GROUP-1"}),
        ("idTag", {"idTag": "TAG-EXPIRED", "status": "Expired", "expiryDate": "2026-01-30T12:00:00.000Z"}),
        ("idTag", {"idTag": "TAG-BLOCKED", "status": "Blocked"}),
    ]


def test_an_id_tag_that_is_to_be_invalid_is_not_made() -> None:
    assert "TAG-UNKNOWN" not in str(list(wishes(target(), NOW)))


def test_each_lane_has_its_own_id_tags_made() -> None:
    text = POINTS.replace("{id: CP_02,", "{id: CP_02, config: {valid_id_tag: TAG-102},")
    tags = [fields["idTag"] for item, fields in wishes(target(text), NOW) if item == "idTag"]
    assert sorted(tags) == ["GROUP-1", "TAG-001", "TAG-002", "TAG-102", "TAG-BLOCKED", "TAG-EXPIRED"]


async def test_all_of_it_is_asked_for_and_told_without_the_password() -> None:
    async with control_api() as api:
        checks = await done(POINTS + HTTP.replace("API", api.url))
        bodies = {asked.target: asked.json for asked in api.asked}
    assert bodies["/id-tags/TAG-EXPIRED"] == {"status": "Expired", "until": "2026-01-30T12:00:00.000Z"}
    assert bodies["/id-tags/TAG-BLOCKED"] == {"status": "Blocked"}
    assert bodies["/CP_01"]["password"] == "s3cret-as-text"
    assert bodies["/CP_02"]["passwordHex"] == "00ff00ff"
    assert ({check.mark for check in checks}, exit_code(checks)) == ({Mark.FINE}, 0)
    told = str(checks)
    assert "TAG-BLOCKED (Blocked): done, PUT" in told
    assert "s3cret" not in told
    assert "00ff00ff" not in told


async def test_what_the_csms_refuses_failed_and_the_rest_is_still_made() -> None:
    async with control_api() as api:
        api.answers["/id-tags/TAG-001"] = ("422 Unprocessable", '{"detail": "too short"}')
        checks = await done(POINTS + HTTP.replace("API", api.url))
    (failed,) = (check for check in checks if check.mark is Mark.WRONG)
    assert "TAG-001 (Accepted, GROUP-1): failed: PUT" in failed.text
    assert "too short" in failed.text
    assert checks[-1].text.startswith("TAG-BLOCKED (Blocked): done")
    assert exit_code(checks) == 4


async def test_an_item_without_an_entry_is_a_remark_and_nobody_is_asked() -> None:
    only = "provision: {idTag: [{when: {status: Blocked}, operator: true}]}"
    checks = await done(POINTS + only, ScriptedTerminal("d"))
    assert [check.text.split(" ")[0] for check in checks if check.mark is Mark.FINE] == ["TAG-BLOCKED"]
    assert {check.text.partition(": ")[2] for check in checks if check.mark is Mark.REMARK} == {
        "the target does not say how, nothing was asked for"
    }


async def test_a_target_without_the_section_says_so_and_is_no_failure() -> None:
    (check,) = await done(POINTS)
    assert (check.mark, "has no section 'provision'" in check.text) == (Mark.REMARK, True)


async def test_an_operator_who_stops_is_not_asked_again() -> None:
    terminal = ScriptedTerminal("d", "s")
    checks = await done(f"{POINTS}provision: {{idTag: {{operator: true}}}}", terminal)
    words = [check.text for check in checks if check.subject == "idTag"]
    assert len(words) == 2
    assert "declined: the operator stopped the run" in words[1]
    assert terminal.lines[:3] == [
        "idTag",
        "  In the CSMS, create the idTag GROUP-1, status Accepted",
        '  idTag {"idTag": "GROUP-1", "status": "Accepted"}',
    ]


async def test_without_a_terminal_the_operator_declines_at_once() -> None:
    checks: list[Any] = await done(f"{POINTS}provision: {{password: {{operator: true}}}}")
    told = [check.text for check in checks if check.mark is Mark.WRONG]
    assert len(told) == 2
    assert all("nobody is at the terminal" in text for text in told)


SEEN = """\
provision:
  idTag:
    http: {method: PUT, url: "API/tags/{idTag}", json: {state: $status}}
    exists: [409]
    read: {method: GET, url: "API/seen/{idTag}", accept: {json: {state: $status, until: $expiryDate}}}
"""


async def test_what_is_there_already_is_no_failure_and_each_item_is_read_back() -> None:
    async with control_api() as api:
        api.answers = {f"/tags/{tag}": ("409 Conflict", "there") for tag in ("TAG-001", "TAG-002")}
        api.answers["/tags/GROUP-1"] = ("400 Bad Request", "no")
        for tag, state in (("TAG-001", "Accepted"), ("TAG-002", "Blocked"), ("TAG-BLOCKED", "Blocked")):
            api.answers[f"/seen/{tag}"] = ("200 OK", f'{{"state": "{state}"}}')
        checks = await done(POINTS + SEEN.replace("API", api.url))
    told = {
        check.text.split(" ")[0].rstrip(":"): (check.mark, check.text) for check in checks if check.subject == "idTag"
    }
    assert told["TAG-001"] == (Mark.FINE, "TAG-001 (Accepted, GROUP-1): done, there already, HTTP 409; read back")
    assert told["GROUP-1"][0] is Mark.WRONG
    mark, text = told["TAG-002"]
    assert mark is Mark.WRONG
    assert "there already, HTTP 409; but it is not there as the target says: GET" in text
    assert "accepted is 200 to 299 with state Accepted" in text
    assert told["TAG-EXPIRED"][0] is Mark.WRONG
    assert "and until 2026-01-30" in told["TAG-EXPIRED"][1]
    assert told["TAG-BLOCKED"][1].endswith("; read back")


async def test_an_api_that_asks_to_wait_is_asked_again_whether_it_makes_shows_or_removes() -> None:
    section = SEEN + '    remove: {method: DELETE, url: "API/gone/{idTag}"}\n'
    later = ("429 Too Many Requests\nRetry-After: 0", "later")
    async with control_api() as api:
        api.turns = {f"/{verb}/TAG-BLOCKED": [later] for verb in ("tags", "seen", "gone")}
        api.answers["/seen/TAG-BLOCKED"] = ("200 OK", '{"state": "Blocked"}')
        target = POINTS + section.replace("API", api.url)
        made = [check for check in await done(target) if check.text.startswith("TAG-BLOCKED")]
        gone = [check for check in await done(target, todo=remove) if check.text.startswith("TAG-BLOCKED")]
    assert [check.mark for check in (*made, *gone)] == [Mark.FINE, Mark.FINE]
    assert [asked.target for asked in api.asked if "TAG-BLOCKED" in asked.target] == [
        f"/{verb}/TAG-BLOCKED" for verb in ("tags", "tags", "seen", "seen", "gone", "gone")
    ]


async def test_what_was_made_is_removed_again_the_last_first() -> None:
    section = """\
provision:
  idTag: {http: {url: "API/tags"}, remove: {method: DELETE, url: "API/tags/{idTag}", accept: [204, 404]}}
  chargePoint: {http: {url: "API/cps"}, remove: {method: DELETE, url: "API/cps/{chargePointId}"}}
"""
    async with control_api() as api:
        for tag in ("TAG-001", "TAG-002", "TAG-EXPIRED", "TAG-BLOCKED"):
            api.answers[f"/tags/{tag}"] = ("204 No Content", "")
        api.answers["/tags/GROUP-1"] = ("409 Conflict", "in use")
        checks = await done(POINTS + section.replace("API", api.url), todo=remove)
    assert [(asked.method, asked.target) for asked in api.asked][-3:] == [
        ("DELETE", "/tags/GROUP-1"),
        ("DELETE", "/cps/CP_02"),
        ("DELETE", "/cps/CP_01"),
    ]
    (wrong,) = [check for check in checks if check.mark is Mark.WRONG]
    assert wrong.text.startswith("GROUP-1 (Accepted): not removed: DELETE ")


async def test_a_target_that_says_of_nothing_how_to_remove_it_is_told_so() -> None:
    (check,) = await done(POINTS, todo=remove)
    assert (check.mark, check.advice) == (Mark.REMARK, "write it under 'remove'")
