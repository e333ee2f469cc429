from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any, cast

import pytest
import trustme

from csms_harness.charge_point.model import ChargePoint
from csms_harness.doctor import checkup
from csms_harness.doctor.caller import Caller
from csms_harness.doctor.checks import Mark, exit_code
from csms_harness.doctor.doctor import summary
from csms_harness.evidence import Left
from csms_harness.record.facts import LeftFact
from csms_harness.runner.atwork import at_work
from csms_harness.runner.leftovers import Notes, notes_folder
from csms_harness.transport.websocket import Connection, Received
from tests.runner.peer import CONFIG, ENDPOINT, TAGS, Csms, accepted, campaign, examined, remarks, running, wrong
from tests.transport.hostile import Behaviour, Peer, central_system, frame


def answering(status: str, *headers: str, body: str = "") -> Behaviour:
    return lambda peer: peer.answer(status, *headers, body=body)


async def refused(folder: Path, behave: Behaviour, tls: Any = None, **more: Any) -> str:
    """The one thing that is wrong with a peer."""
    async with central_system(behave, tls) as url:
        (sentence,) = wrong(await examined(campaign(folder, url.replace("wss:", "ws:"), "TC_001", **more)))
    return sentence


# -- handshakes -------------------------------------------------------------------------------------------


async def test_five_refused_handshakes_have_five_sentences(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{unused.getsockname()[1]}/ocpp"
        (nothing,) = wrong(await examined(campaign(tmp_path, url, "TC_001")))
    plain = await refused(tmp_path, answering("200 OK", "Content-Type: text/html", body="<h1>Hello</h1>"))
    context = _tls_context()
    tls = await refused(tmp_path, lambda peer: peer.hang(), context)
    password = await refused(tmp_path, answering("401 Unauthorized", 'WWW-Authenticate: Basic realm="ocpp"'))
    subprotocol = await refused(tmp_path, lambda peer: peer.accept(None))
    assert "nothing listens on port" in nothing
    assert "start the CSMS or correct the port" in nothing
    assert "a plain HTTP answer, there is no WebSocket at this address; check port and path" in plain
    assert "speaks TLS; use wss:// in the URL" in tls
    assert "it wants a password and none is configured; set the password of CP_01" in password
    assert "chose no subprotocol out of ocpp1.6" in subprotocol
    assert len({nothing, plain, tls, password, subprotocol}) == 5


def _tls_context() -> Any:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


async def test_a_refusal_exits_4_and_the_other_charge_points_are_not_tried_where_it_is_the_same_for_all(
    tmp_path: Path,
) -> None:
    requests = 0

    async def behave(peer: Peer) -> None:
        nonlocal requests
        requests += 1
        await peer.answer("200 OK")

    async with central_system(behave) as url:
        checks = await examined(campaign(tmp_path, url, "TC_001", charge_points="[{id: A}, {id: B}, {id: C}]"))
    assert requests == 1
    assert any("B to C not tried" in text for text in remarks(checks))
    assert exit_code(checks) == 4


async def test_a_charge_point_that_is_not_known_does_not_keep_the_others_from_being_tried(tmp_path: Path) -> None:
    async with running(Csms(refuses=frozenset({"A"}))) as csms:
        points = "[{id: A}, {id: B}, {id: C}]"
        checks = await examined(campaign(tmp_path, csms.url, "TC_001", charge_points=points, more=""))
    (sentence,) = wrong(checks)
    assert "does not know the Charge Point A" in sentence
    assert {name for name, _, _ in csms.seen} == {"B", "C"}


# -- boot -------------------------------------------------------------------------------------------------


async def test_all_is_well_with_a_good_csms_and_it_is_left_as_it_was(tmp_path: Path) -> None:
    async with running(Csms()) as csms:
        checks = await examined(campaign(tmp_path, csms.url))
    assert {check.mark for check in checks} == {Mark.FINE}, remarks(checks) + wrong(checks)
    assert exit_code(checks) == 0
    assert csms.actions() == ["BootNotification", *["Authorize"] * 5]
    assert csms.closed == [1000]
    assert any("TAG-001 Accepted" in check.text and "TAG-BLOCKED Blocked" in check.text for check in checks)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("Pending", "does not let it work yet → finish its registration or configuration"),
        ("Rejected", "does not accept this Charge Point → register or enable it in the CSMS"),
    ],
)
async def test_a_boot_that_is_not_accepted_is_told_in_words_and_nothing_more_is_sent(
    tmp_path: Path, status: str, words: str
) -> None:
    async with running(Csms({"BootNotification": lambda _: accepted(status=status)})) as csms:
        checks = await examined(campaign(tmp_path, csms.url))
    (sentence,) = wrong(checks)
    assert f"BootNotification: {status}" in sentence
    assert words in sentence
    assert csms.actions() == ["BootNotification"]


async def test_a_boot_that_is_pending_is_repeated_after_its_interval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(checkup, "sleep", sleep)
    statuses = iter(["Pending", "Accepted"])
    answer = {"BootNotification": lambda _: accepted(status=next(statuses), interval=7)}
    async with running(Csms(answer)) as csms:
        checks = await examined(campaign(tmp_path, csms.url))
    (remark,) = remarks(checks)
    assert "BootNotification: Pending at first, Accepted when it was repeated" in remark
    assert csms.actions()[:3] == ["BootNotification", "BootNotification", "Authorize"]
    assert slept == [7.0]


async def test_a_member_too_many_in_the_boot_is_told_with_what_fails_on_it(tmp_path: Path) -> None:
    async with running(Csms({"BootNotification": lambda _: accepted(more="x")})) as csms:
        (sentence,) = wrong(await examined(campaign(tmp_path, csms.url)))
    assert "TC_001_CSMS and a standing rule fail on it" in sentence


async def test_an_answer_that_breaks_its_schema_is_wrong(tmp_path: Path) -> None:
    async with running(Csms({"BootNotification": lambda _: {"status": "Perhaps"}})) as csms:
        (sentence,) = wrong(await examined(campaign(tmp_path, csms.url)))
    assert "BootNotification.conf breaks its schema" in sentence


async def test_a_callerror_and_silence_are_told_apart(tmp_path: Path) -> None:
    error = [4, "$ID", "InternalError", "no \x1b[2J database", {}]
    async with running(Csms({"BootNotification": lambda _: error})) as csms:
        (refusal,) = wrong(await examined(campaign(tmp_path, csms.url)))
    async with running(Csms({"Authorize": lambda _: None})) as csms:
        limits = {"response": 0.05}
        (silence,) = wrong(await examined(campaign(tmp_path, csms.url, deadlines=limits)))
    assert "BootNotification.req was answered with CALLERROR InternalError no" in refusal
    assert "no Authorize.conf within 0.05 s" in silence


async def test_a_connection_that_is_closed_instead_of_an_answer_is_told(tmp_path: Path) -> None:
    async with central_system(lambda peer: peer.accept()) as url:
        (sentence,) = wrong(await examined(campaign(tmp_path, url)))
    assert "no BootNotification.conf: The TCP connection was lost" in sentence


@pytest.mark.parametrize(
    ("skew", "side", "mark"),
    [
        (0, "agrees with", Mark.FINE),
        (60, "60 s ahead of", Mark.FINE),
        (-900, "900 s behind", Mark.REMARK),
    ],
)
async def test_the_clocks_are_compared(tmp_path: Path, skew: float, side: str, mark: Mark) -> None:
    async with running(Csms({"BootNotification": lambda _: accepted(skew)})) as csms:
        checks = await examined(campaign(tmp_path, csms.url))
    (clock,) = (check for check in checks if "clock" in check.text)
    assert (clock.mark, f"{side} this machine's" in clock.text) == (mark, True)


async def test_what_the_csms_asks_meanwhile_is_answered_and_what_it_triggers_is_sent(tmp_path: Path) -> None:
    asks = [
        ("GetConfiguration", {}),
        ("Reset", {"type": "Hard"}),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
    ]
    async with running(Csms(asks=list(asks))) as csms:
        checks = await examined(campaign(tmp_path, csms.url))
    assert wrong(checks) == []
    configuration, reset, trigger = (frame[2] for frame in csms.replies)
    assert configuration["configurationKey"]
    assert reset == {"status": "Rejected"}
    assert trigger == {"status": "Accepted"}
    assert csms.actions()[-1] == "Heartbeat"


# -- idTags -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "status", "words"),
    [
        ("TAG-001", "Invalid", "valid_id_tag TAG-001 is Invalid in the CSMS, the target claims Accepted"),
        ("TAG-002", "ConcurrentTx", "stop the transaction of TAG-002 that is still running"),
        ("TAG-EXPIRED", "Accepted", "expired_id_tag TAG-EXPIRED is Accepted in the CSMS, the target claims Expired"),
        ("TAG-BLOCKED", "Invalid", "give TAG-BLOCKED that status in the CSMS"),
        ("TAG-UNKNOWN-", "Accepted", "the CSMS must not know it"),
    ],
)
async def test_an_id_tag_that_is_not_what_the_target_claims_is_wrong(
    tmp_path: Path, tag: str, status: str, words: str
) -> None:
    def authorize(request: dict[str, Any]) -> dict[str, Any]:
        info = TAGS.get(request["idTag"], {"status": "Invalid"})
        return {"idTagInfo": info | {"status": status} if request["idTag"].startswith(tag) else info}

    async with running(Csms({"Authorize": authorize})) as csms:
        (sentence,) = wrong(await examined(campaign(tmp_path, csms.url)))
    assert words in sentence


async def test_another_parent_than_claimed_is_a_remark(tmp_path: Path) -> None:
    info = {"status": "Accepted", "parentIdTag": "GROUP-2"}
    async with running(Csms({"Authorize": lambda _: {"idTagInfo": info}})) as csms:
        checks = await examined(campaign(tmp_path, csms.url))
    told = [text for text in remarks(checks) if "parent" in text]
    assert [text.split(",")[0] for text in told] == [
        "Authorize.conf for TAG-001 says parentIdTag GROUP-2",
        "Authorize.conf for TAG-002 says parentIdTag GROUP-2",
    ]


async def test_an_identity_that_is_at_work_in_another_run_is_told_and_left_alone(tmp_path: Path) -> None:
    async with running(Csms()) as csms:
        checked = campaign(tmp_path, csms.url, "TC_001")
        with at_work(notes_folder(), checked.target.url, ["CP_01"], "a run into reports/one"):
            (told,) = wrong(await examined(checked))
    assert told.startswith("CP_01 is at work at this Central System already, in another run of this machine (process ")
    assert told.endswith("reports/one) → wait for its end, or give this run a Charge Point of its own")
    assert csms.seen == []


async def test_an_identity_that_something_else_wants_as_well_is_told(tmp_path: Path) -> None:
    def replaced(_: Any) -> dict[str, Any]:
        closing = csms.connections[-1].close(1000, "replaced")
        asyncio.get_running_loop().call_soon(lambda: ended.append(asyncio.create_task(closing)))
        return {"idTagInfo": {"status": "Invalid"}}

    ended: list[Any] = []
    async with running(Csms(answers={"Authorize": replaced})) as csms:
        (told,) = wrong(await examined(campaign(tmp_path, csms.url, "TC_001", more=""), watch=5.0))
    assert told.startswith("the idle connection was ended: The Central System closed the connection with code 1000")
    assert "each connection throws the other out" in told


async def test_a_connection_that_ends_before_the_answer_may_be_wanted_by_something_else(tmp_path: Path) -> None:
    async def replaced(peer: Peer) -> None:
        await peer.accept("ocpp1.6")

    async with central_system(replaced) as url:
        (told,) = wrong(await examined(campaign(tmp_path, url, "TC_001")))
    assert told.startswith("no BootNotification.conf: ")
    assert "each connection throws the other out" in told


@pytest.mark.parametrize("code", [1000, 1008, 4401])
async def test_one_that_is_turned_away_after_the_handshake_is_to_be_registered(tmp_path: Path, code: int) -> None:
    async def turned_away(peer: Peer) -> None:
        await peer.accept("ocpp1.6")
        peer.write(frame(8, code.to_bytes(2, "big") + b"CP_01 is not registered"))
        await peer.read_to_end()

    async with central_system(turned_away) as url:
        (told,) = wrong(await examined(campaign(tmp_path, url, "TC_001")))
    assert told.startswith("no BootNotification.conf: ")
    assert "CP_01 is not registered" in told
    assert "register this Charge Point in the CSMS" in told


@pytest.mark.parametrize("code", [1002, 1011])
async def test_who_broke_on_what_it_was_sent_is_not_said_to_be_contested(tmp_path: Path, code: int) -> None:
    async def broken(peer: Peer) -> None:
        await peer.accept("ocpp1.6")
        peer.write(frame(8, code.to_bytes(2, "big")))

    async with central_system(broken) as url:
        (told,) = wrong(await examined(campaign(tmp_path, url, "TC_001")))
    assert "each connection throws the other out" not in told
    assert "look into the log of the CSMS: with this code one ends a connection that broke on a message" in told


async def test_what_an_earlier_run_left_open_is_named(tmp_path: Path) -> None:
    left = LeftFact(
        charge_point="CP_01", what=Left.TRANSACTION, connector_id=1, number=151, id_tag="TAG-001", case="TC_1"
    )
    async with running(Csms()) as csms:
        checked = campaign(tmp_path, csms.url)
        Notes(notes_folder(), checked.target.url, "CP_01").write((left,))
        told = remarks(await examined(checked))
    (text,) = (text for text in told if "earlier run" in text)
    assert text.startswith("an earlier run left TAG-001's transaction 151 on connector 1 (TC_1 on CP_01) open → ")


# -- what the files show ----------------------------------------------------------------------------------


async def test_cases_that_miss_a_name_are_told_by_the_name(tmp_path: Path) -> None:
    async with running(Csms()) as csms:
        checks = await examined(campaign(tmp_path, csms.url, "TC_023_2", "TC_023_3", more=""))
    assert [text.split(" →")[0] for text in wrong(checks)] == [
        "config.blocked_id_tag is not given: TC_023_3_CSMS will be INCONCLUSIVE",
        "config.expired_id_tag is not given: TC_023_2_CSMS will be INCONCLUSIVE",
    ]


async def test_lanes_that_share_id_tags_are_wrong_and_own_ones_are_not(tmp_path: Path) -> None:
    own = "[{id: CP_01}, {id: CP_02, config: {valid_id_tag: TAG-003, valid_id_tag_2: TAG-004}}]"
    async with running(Csms()) as csms:
        shared = await examined(campaign(tmp_path, csms.url, charge_points="[{id: CP_01}, {id: CP_02}]"))
        apart = await examined(campaign(tmp_path, csms.url, charge_points=own))
        alone = await examined(campaign(tmp_path, csms.url, charge_points="[{id: CP_01}, {id: CP_02}]", lanes=1))
    (text,) = wrong(shared)
    assert "CP_01, CP_02 share TAG-001, TAG-002; a CSMS may answer ConcurrentTx" in text
    assert exit_code(shared) == 4
    assert not any("share" in text for text in (*wrong(apart), *wrong(alone)))


async def test_one_id_tag_under_both_names_is_wrong(tmp_path: Path) -> None:
    twins = "config: {valid_id_tag: TAG-001, valid_id_tag_2: tag-001}"
    async with running(Csms({"Authorize": lambda _: {"idTagInfo": {"status": "Accepted"}}})) as csms:
        checks = await examined(campaign(tmp_path, csms.url, "TC_001", more=twins))
    assert any("are the same idTag" in text for text in wrong(checks))


async def test_actions_without_a_trigger_and_those_left_to_the_operator_are_told_apart(tmp_path: Path) -> None:
    some = """
    triggers:
      Reset: {operator: true}
      UnlockConnector: [{when: {connectorId: 1}, command: ["true"]}]
      ClearCache: {command: ["true"]}
    """
    async with running(Csms()) as csms:
        more = CONFIG + "\n".join(line[4:] for line in some.splitlines())
        checks = await examined(campaign(tmp_path, csms.url, "Core", more=more))
    unserved, asked, partly = remarks(checks)
    assert "nobody configured a trigger for ChangeConfiguration, GetConfiguration, RemoteStart" in unserved
    assert "the operator is asked for Reset, as the target says, in 2 cases (TC_013_CSMS, TC_014_CSMS)" in asked
    assert "the operator is asked for UnlockConnector where no 'when' of the target applies" in partly
    assert any(check.mark is Mark.FINE and "command true" in check.text for check in checks)
    assert exit_code(checks) == 0


async def test_what_the_product_does_not_offer_is_a_remark_with_the_cases_it_costs(tmp_path: Path) -> None:
    some = "triggers: {Reset: {unsupported: no reset there}}"
    async with running(Csms()) as csms:
        checks = await examined(campaign(tmp_path, csms.url, "TC_013", "TC_014", more=f"{CONFIG}\n{some}"))
    (told,) = remarks(checks)
    assert told.startswith("the product does not offer Reset, as the target says: 2 cases (TC_013_CSMS, TC_014_CSMS) ")


async def test_an_action_that_is_offered_but_for_some_wishes_costs_the_cases_that_have_these(tmp_path: Path) -> None:
    some = """
triggers:
  RemoteStartTransaction:
    - when: {chargingProfile: {present: true}}
      unsupported: it starts without a profile
    - http: {url: "http://127.0.0.1:9/{chargePointId}", json: $request}
"""
    async with running(Csms()) as csms:
        checks = await examined(campaign(tmp_path, csms.url, "TC_010", "TC_011_1", "TC_059", more=f"{CONFIG}\n{some}"))
    (told,) = [text for text in remarks(checks) if "does not offer" in text]
    assert "RemoteStartTransaction, as the target says: 1 case (TC_059_CSMS) will" in told


async def test_the_doctor_takes_a_moment_to_answer_as_a_run_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """SteVe closes the connection when an answer comes before it has noted what it asked."""

    class Line:
        async def receive(self) -> Received:
            return Received('[2,"1","GetConfiguration",{}]', 1.0)

        async def send(self, data: str) -> float:
            done.append(data[:4])
            return 1.0

    async def sleep(seconds: float) -> None:
        done.append(f"{seconds:g}")

    done: list[str] = []
    monkeypatch.setattr(asyncio, "sleep", sleep)
    caller = Caller(cast("Connection", Line()), ChargePoint("CP_01"), 1.0, thinking=0.02)
    assert await caller.asked("GetConfiguration") == {}
    assert done == ["0.02", '[3,"']


async def test_a_field_that_a_case_asks_for_and_the_entry_drops_is_wrong(tmp_path: Path) -> None:
    some = """
triggers:
  ReserveNow: {http: {url: "http://127.0.0.1:1/{connectorId}", json: {tag: $idTag, until: $expiryDate}}}
  CancelReservation: {http: {url: "http://127.0.0.1:1/cancel", json: {cp: $chargePointId}}}
  Reset:
    - {when: {type: Hard}, http: {url: "http://127.0.0.1:1/hard", json: {}}}
    - {http: {url: "http://127.0.0.1:1/reset", json: {type: Soft}}}
  UnlockConnector: {command: ["true"]}
"""
    async with running(Csms()) as csms:
        more = f"{CONFIG}\n{some}"
        checks = await examined(campaign(tmp_path, csms.url, "TC_051", "TC_013", "TC_014", "TC_017_1", more=more))
    (told,) = wrong(checks)
    assert told.startswith(
        "your entry for CancelReservation does not pass reservationId, which TC_051_CSMS asks for → "
    )
    assert "$reservationId" in told
    assert exit_code(checks) == 4


async def test_an_entry_that_needs_what_a_case_does_not_ask_for_is_wrong(tmp_path: Path) -> None:
    some = 'triggers: {default: {http: {url: "http://127.0.0.1:1/{connectorId}/{action}", json: $request}}}'
    async with running(Csms()) as csms:
        checks = await examined(campaign(tmp_path, csms.url, "TC_051", "TC_061", more=f"{CONFIG}\n{some}"))
    (told,) = wrong(checks)
    assert told.startswith("your entries for CancelReservation, ClearCache need {connectorId}, which TC_061_CSMS, ")


async def test_a_url_that_ends_with_the_identity_and_a_key_without_hex_are_remarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "00112233445566778899aabbccddeeff00112233")
    async with running(Csms()) as csms:
        points = "[{id: CP_01, password: $env.KEY}]"
        checks = await examined(campaign(tmp_path, f"{csms.url}/CP_01", charge_points=points))
    twice, key = (text for text in remarks(checks) if "URL ends" in text or "hex digits" in text)
    assert "the URL ends with the identity CP_01 already, and it is asked for twice → take it out of the URL" in twice
    assert "the password is 40 hex digits and is sent as text" in key
    assert "0011" not in key


async def test_what_the_pics_does_not_claim_needs_no_trigger_and_no_name(tmp_path: Path) -> None:
    pics = "product: {designation: X}\nfunctionalities: {Reservation: no}"
    async with running(Csms()) as csms:
        checks = await examined(campaign(tmp_path, csms.url, "Reservation", more=ENDPOINT, pics=pics))
    assert wrong(checks) == []
    assert checks[0].text == "10 selected, 0 will run, 10 NOT APPLICABLE"


async def test_the_summary_counts(tmp_path: Path) -> None:
    async with running(Csms()) as csms:
        good = await examined(campaign(tmp_path, csms.url))
        bad = await examined(campaign(tmp_path, csms.url, "TC_023_2", more=""))
    assert summary(good) == "Ready to run, 0 remarks."
    assert summary(bad) == "1 thing will make cases INCONCLUSIVE or worse, 0 remarks."
