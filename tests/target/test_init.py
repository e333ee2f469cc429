from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from csms_harness.target.init import QUESTIONS, WAYS, Exists, collect, files, refuse_to_overwrite, write
from csms_harness.target.pics import Pics, read_pics
from csms_harness.target.target import Target, read_target
from csms_harness.triggers.book import TriggerBook

AWKWARD = {
    "url": "wss://[::1]:9000/ocpp/v1",
    "charge_point": "CP_01, null , 0815,Säule 1",
    "id_tag": "123",
    "id_tag_2": "yes",
    "parent_id_tag": "a: b # c",
    "invalid_id_tag": '"quoted"',
    "expired_id_tag": "- x",
    "blocked_id_tag": "1e3",
    "product": "{Acme} 'CSMS'",
    "vendor": "on",
    "software_version": "1.10",
    "functionalities": "all",
}


def read(folder: Path, given: Mapping[str, str]) -> tuple[Target, Pics]:
    target, pics = write(folder, files(collect(given, None)))
    return read_target(target), read_pics(pics)


def test_the_defaults_load(tmp_path: Path) -> None:
    target, pics = read(tmp_path, {})
    assert target.url == "ws://localhost:9000/ocpp"
    assert [entry.id for entry in target.charge_points] == ["CP_01"]
    assert target.config == {"connector_id": 1, "valid_id_tag": "TAG-001", "invalid_id_tag": "TAG-UNKNOWN"}
    assert pics.claim("Core") is None


def test_what_somebody_may_answer_arrives_as_the_text_it_is(tmp_path: Path) -> None:
    target, pics = read(tmp_path, AWKWARD)
    assert target.url == AWKWARD["url"]
    assert [entry.id for entry in target.charge_points] == ["CP_01", "null", "0815", "Säule 1"]
    assert [entry.config for entry in target.charge_points] == [
        {"valid_id_tag": "123", "valid_id_tag_2": "yes"},
        {"valid_id_tag": "124", "valid_id_tag_2": "yes-2"},
        {"valid_id_tag": "125", "valid_id_tag_2": "yes-3"},
        {"valid_id_tag": "126", "valid_id_tag_2": "yes-4"},
    ]
    for name in ("parent_id_tag", "invalid_id_tag", "expired_id_tag", "blocked_id_tag"):
        assert target.config[name] == AWKWARD[name]
    assert (pics.product.designation, pics.product.vendor) == ("{Acme} 'CSMS'", "on")
    assert pics.product.software_version == "1.10"


def test_charge_points_get_id_tags_of_their_own_that_are_nobody_elses(tmp_path: Path) -> None:
    given = {
        "charge_point": "CP_01,CP_02,CP_03",
        "id_tag": "TAG-001",
        "id_tag_2": "tag-002",
        "expired_id_tag": "TAG-004",
    }
    target, _ = read(tmp_path, given)
    tags = [entry.config[name] for entry in target.charge_points for name in ("valid_id_tag", "valid_id_tag_2")]
    assert tags == ["TAG-001", "tag-002", "TAG-003", "tag-005", "TAG-006", "tag-007"]


def test_an_id_tag_that_is_full_stays_within_its_twenty_characters(tmp_path: Path) -> None:
    target, _ = read(tmp_path, {"charge_point": "CP_01,CP_02", "id_tag": "ABCDEFGHIJKLMNOPQRST"})
    assert target.charge_points[1].config == {"valid_id_tag": "ABCDEFGHIJKLMNOPQRS2"}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_triggering_loads(tmp_path: Path, way: str) -> None:
    target, _ = read(tmp_path, {"triggers": way, "control_api": "http://csms.example:8080/"})
    told = TriggerBook(target.triggers).describe("Reset")
    endpoint = "http POST http://csms.example:8080/api/octt/1.6/{chargePointId}/{action}"
    assert told == (endpoint if way == "endpoint" else "operator")


@pytest.mark.parametrize("way", WAYS)
def test_what_is_commented_out_loads_as_well(tmp_path: Path, way: str) -> None:
    write(tmp_path, files(collect({"triggers": way}, None)))
    for path in (tmp_path / "target.yaml", tmp_path / "pics.yaml"):
        path.write_text(re.sub(r"(?m)^( *)# ( *[\w-]+:(?: |$))", r"\1\2", path.read_text("utf-8")), "utf-8")
    target, pics = read_target(tmp_path / "target.yaml"), read_pics(tmp_path / "pics.yaml")
    assert target.config["blocked_id_tag"] == "TAG-BLOCKED"
    assert TriggerBook(target.triggers, target.provision).provides("idTag", {"idTag": "T"})
    assert (pics.claim("Reservation"), pics.report.location) == (True, "Amsterdam")


def test_a_password_is_named_and_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SECRET", "hunter2-hunter2")
    target, _ = read(tmp_path, {"password_variable": "MY_SECRET"})
    assert target.charge_points[0].password_bytes() == b"hunter2-hunter2"
    assert "hunter2" not in (tmp_path / "target.yaml").read_text("utf-8")


def test_claimed_functionalities_are_yes_and_the_others_no(tmp_path: Path) -> None:
    _, pics = read(tmp_path, {"functionalities": "Core, SmartCharging"})
    claims = {name: pics.claim(name) for name in ("Core", "SmartCharging", "Reservation", "Security")}
    assert claims == {"Core": True, "SmartCharging": True, "Reservation": False, "Security": False}


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("url", "http://localhost", "--url: 'http://localhost' is no WebSocket URL"),
        ("url", "ws://user:pw@localhost", "--url: a URL holds no user and no password"),
        ("charge_point", " , ", "--charge-point: name at least one"),
        ("charge_point", "A,A", "each only once"),
        ("charge_point", "A" * 49, "at most 48 characters"),
        ("password_variable", "my secret!", "--password-variable: 'my secret!' is no name"),
        ("id_tag", "T" * 21, "--id-tag: an idTag has at most 20 characters, this one has 21"),
        ("product", "two\nlines", "--product: the answer is one line"),
        ("triggers", "endpint", "did you mean 'endpoint'?"),
        ("control_api", "localhost:9100", "--control-api: 'localhost:9100' is no address"),
        ("control_api", "http://{x}", "is no address of a control API"),
        ("functionalities", "Core,Reservations", "did you mean 'Reservation'?"),
    ],
)
def test_an_answer_that_cannot_be_used_is_one_sentence_with_its_option(name: str, answer: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^--\S+: .") as caught:
        collect({name: answer}, None)
    assert words in str(caught.value)


def test_only_what_is_not_known_yet_is_asked() -> None:
    asked: list[str] = []

    def ask(question: object) -> str:
        asked.append(question.name)  # type: ignore[attr-defined]
        return question.default  # type: ignore[attr-defined,no-any-return]

    collect({"url": "ws://localhost/", "triggers": "operator"}, ask)
    assert asked == [one.name for one in QUESTIONS if one.name not in ("url", "triggers", "control_api")]


def test_every_default_is_acceptable() -> None:
    assert {one.name: one.check(one.default) for one in QUESTIONS} == {one.name: one.default for one in QUESTIONS}


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    refuse_to_overwrite(tmp_path)
    (tmp_path / "pics.yaml").touch()
    with pytest.raises(Exists, match=r"pics\.yaml is there already; nothing was written"):
        refuse_to_overwrite(tmp_path)


def test_no_line_is_wider_than_a_screen() -> None:
    lines = "\n".join(files(collect({}, None)).values()).splitlines()
    assert max(map(len, lines)) <= 120
