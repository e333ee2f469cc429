"""Elements of a list, picked by a member."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.target.target import read_target
from csms_harness.triggers.base import Failed, Performed
from csms_harness.triggers.config import Entry
from csms_harness.triggers.needing import needed_and_missing
from csms_harness.triggers.passing import not_passed
from csms_harness.triggers.picking import check_picking, pick
from csms_harness.triggers.template import MISSING

from .control_api import DEADLINE, book_of, control_api, wish

STATIONS: dict[str, Any] = {"data": [{"no": "A", "uuid": "1"}, {"no": 7, "uuid": "2", "at": [{"k": "x", "v": 3}]}]}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data[no=A].uuid", "1"),
        ("data[no=7].uuid", "2"),
        ("data[no=$seven].uuid", "2"),
        ("data[no=7].at[k=x].v", 3),
        ("data[no=7].at[0].v", 3),
        ("data[no=7]", STATIONS["data"][1]),
        ("data[no=B].uuid", MISSING),
        ("data[no=$nothing].uuid", MISSING),
        ("data[1].at[no=A]", MISSING),
        ("data[0].uuid[no=A]", MISSING),
    ],
)
def test_an_element_is_picked_by_a_member_of_it(path: str, value: object) -> None:
    known: dict[str, Any] = {"$seven": 7, "$nothing": MISSING}
    check_picking(path)
    assert pick(STATIONS, path, lambda text: known.get(text, text)) == value


def test_a_list_that_is_the_whole_answer_is_picked_from() -> None:
    assert pick(STATIONS["data"], "[no=A].uuid", str) == "1"


@pytest.mark.parametrize("path", ["data[no=]", "data[=A]", "data[no=A]uuid.", "data[no==", "data[a..b=1]", "d[no={x]"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"path|single"):
        check_picking(path)


def _stop(url: str) -> dict[str, Any]:
    step = {"method": "GET", "url": f"{url}/sessions", "save": {"session": "items[tx=$transactionId].id"}}
    return {"http": {"prepare": [step], "method": "DELETE", "url": f"{url}/sessions/{{session}}"}}


@pytest.mark.parametrize(("tx", "ended"), [(101, True), (102, False)])
async def test_the_session_of_a_transaction_is_found_in_a_list(tx: int, ended: bool) -> None:
    async with control_api() as api:
        api.answers["/sessions"] = ("200 OK", '{"items": [{"tx": 100, "id": "a"}, {"tx": 101, "id": "b"}]}')
        book = book_of({"RemoteStopTransaction": _stop(api.url)})
        outcome = await book.perform(wish("RemoteStopTransaction", transactionId=tx), DEADLINE)
        await book.aclose()
    assert isinstance(outcome, Performed if ended else Failed)
    assert [one.target for one in api.asked][1:] == (["/sessions/b"] if ended else [])
    if isinstance(outcome, Failed):
        assert "answered without items[tx=$transactionId].id" in outcome.reason


def test_what_an_element_is_picked_by_is_passed_on_and_needed() -> None:
    entry = Entry.model_validate(_stop("http://localhost:9"))
    assert not_passed(entry, {"transactionId": 5}) == ()
    assert needed_and_missing(entry, {}) == ("$transactionId",)


def test_a_name_that_no_request_has_is_told_before_connecting(tmp_path: Path) -> None:
    target = tmp_path / "target.yaml"
    step = '{url: "http://localhost:9/a", save: {s: "items[no=$chargePointID].id"}}'
    http = f'{{prepare: [{step}], url: "http://localhost:9/{{s}}"}}'
    target.write_text(f"url: ws://localhost:9/x\ncharge_points: [{{id: A}}]\ntriggers: {{Reset: {{http: {http}}}}}\n")
    with pytest.raises(Mistakes, match="did you mean 'chargePointId'"):
        read_target(target)
