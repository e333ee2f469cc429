"""target.yaml: what it says, and every mistake in it at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from csms_harness.documents.mistakes import Mistakes
from csms_harness.target.config import DEFAULTS
from csms_harness.target.materials import materials, requests_of
from csms_harness.target.target import Target, parse_target, read_target

SMALLEST = "url: ws://127.0.0.1:9000/ocpp\ncharge_points: [{id: CP_01}]\n"


def read(text: str, folder: Path = Path()) -> Target:
    return parse_target(text, "target.yaml", folder)


def mistakes(text: str, folder: Path = Path()) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        read(text, folder)
    return [f"{mistake.where}: {mistake.text} {mistake.hint}".strip() for mistake in caught.value.mistakes]


def test_a_url_and_one_identity_are_enough() -> None:
    target = read(SMALLEST)

    assert (target.url, [entry.id for entry in target.charge_points]) == ("ws://127.0.0.1:9000/ocpp", ["CP_01"])
    assert target.lane_config(target.charge_points[0]) == {**DEFAULTS, **materials(), **requests_of("CP_01")}


def test_every_mistake_is_told_at_once_with_its_place() -> None:
    text = """\
url: http://127.0.0.1/
charge_point: []
charge_points:
  - {id: CP_01, connectors: 0, vendors: x}
  - {id: ""}
deadlines: {respons: 3 s, action: 5, close: 0 s}
"""
    told = mistakes(text)

    assert [line.split(" ")[0] for line in told] == [
        "target.yaml:1:6:",
        "target.yaml:2:1:",
        "target.yaml:4:29:",
        "target.yaml:4:32:",
        "target.yaml:5:10:",
        "target.yaml:6:13:",
        "target.yaml:6:35:",
        "target.yaml:6:45:",
    ]
    assert "no WebSocket URL" in told[0]
    assert "did you mean 'charge_points'?" in told[1]
    assert "did you mean 'vendor'?" in told[3]
    assert "did you mean 'response'?" in told[5]
    assert "a duration with its unit is due" in told[6]
    assert "longer than 0 s" in told[7]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://host/", "no WebSocket URL"),
        ("ws://", "no WebSocket URL"),
        ("nonsense", "no WebSocket URL"),
        ("ws://user:secret@host/", "no user and no password"),
        ("ws://host:99999/", "cannot be used"),
        ("ws://host/#part", "fragment"),
        ("ws://[::1/", "IPv6"),
    ],
)
def test_a_url_that_cannot_be_connected_to_is_found_before_connecting(url: str, words: str) -> None:
    (told,) = mistakes(f"url: '{url}'\ncharge_points: [{{id: CP_01}}]\n")

    assert words in told


@pytest.mark.parametrize("url", ["ws://host", "wss://host:8443/a/b", "ws://[::1]:9000/ocpp", "ws://host/?tenant=1"])
def test_ordinary_urls_are_taken(url: str) -> None:
    assert read(f"url: '{url}'\ncharge_points: [{{id: CP_01}}]\n").url == url


def test_one_identity_is_one_lane() -> None:
    (told,) = mistakes("url: ws://h/\ncharge_points: [{id: CP_01}, {id: CP_02}, {id: CP_01}]\n")

    assert "CP_01 stands twice" in told


def test_a_target_without_an_identity_is_none() -> None:
    (told,) = mistakes("url: ws://h/\ncharge_points: []\n")

    assert "at least one" in told


def test_a_secret_comes_from_the_environment_or_a_file_beside_the_target(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CP_PASSWORD", "from the environment")
    (tmp_path / "password.txt").write_text("from a file\n", "utf-8")
    text = """\
url: ws://h/
charge_points:
  - {id: CP_01, password: $env.CP_PASSWORD}
  - {id: CP_02, password: "$file:password.txt"}
  - {id: CP_03}
"""
    passwords = [entry.password_bytes() for entry in read(text, tmp_path).charge_points]

    assert passwords == [b"from the environment", b"from a file", None]


def test_what_is_a_secret_in_config_is_told_by_its_name() -> None:
    target = read(
        "url: ws://h/\nconfig: {new_password: abcdef, AuthorisationKey: ghijkl, valid_id_tag: TAG-001}\n"
        "charge_points: [{id: CP_01, config: {shared_secret: mnopqr, client_secret: yes, other_pwd: abc}}]\n"
    )

    assert target.secrets_in_config == {"abcdef", "ghijkl", "mnopqr"}


def test_a_secret_does_not_stand_in_the_file_and_a_missing_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_THERE", raising=False)
    text = "url: ws://h/\ncharge_points: [{id: A, password: secret}, {id: B, password: $env.NOT_THERE}]\n"
    told = mistakes(text)

    assert "a secret does not stand in the file itself" in told[0]
    assert "NOT_THERE" in told[1]


def test_a_hex_password_is_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CP_PASSWORD", "hex:00ff10")

    (entry,) = read("url: ws://h/\ncharge_points: [{id: A, password: $env.CP_PASSWORD}]\n").charge_points
    assert entry.password_bytes() == b"\x00\xff\x10"


@pytest.mark.parametrize("value", ["hex:0", "hex:zz"])
def test_a_hex_password_that_is_none_is_told_and_not_shown(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CP_PASSWORD", value)
    (told,) = mistakes("url: ws://h/\ncharge_points: [{id: A, password: $env.CP_PASSWORD}]\n")

    assert "pairs of the digits 0-9 and a-f" in told
    assert value not in told


def test_a_password_is_never_shown_when_a_target_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CP_PASSWORD", "very-secret")

    assert "very-secret" not in repr(read("url: ws://h/\ncharge_points: [{id: A, password: $env.CP_PASSWORD}]\n"))


def test_what_config_means_on_a_lane_is_the_nearest_that_was_said() -> None:
    text = """\
url: ws://h/
config: {connector_id: 2, valid_id_tag: OF-ALL}
charge_points:
  - {id: A, config: {valid_id_tag: OF-A}}
  - {id: B}
"""
    target = read(text)
    first, second = (target.lane_config(entry) for entry in target.charge_points)

    assert (first["valid_id_tag"], second["valid_id_tag"]) == ("OF-A", "OF-ALL")
    assert (first["connector_id"], first["patience"]) == (2, DEFAULTS["patience"])


def test_the_charging_limit_follows_its_unit_unless_it_is_given() -> None:
    points = "[{id: A}, {id: B, config: {charging_limit: 7.5}}]"
    target = read(f"url: ws://h/\ncharge_points: {points}\nconfig: {{charging_rate_unit: W}}\n")

    assert [target.lane_config(entry)["charging_limit"] for entry in target.charge_points] == [6000.0, 7.5]


def test_an_entry_makes_its_charge_point() -> None:
    text = """\
url: ws://h/
charge_points:
  - {id: A, vendor: V, model: M, connectors: 1, configuration: {AuthorizeRemoteTxRequests: true, X: 5}}
"""
    charge_point = read(text).charge_points[0].charge_point()

    assert (charge_point.identity, charge_point.vendor, charge_point.model) == ("A", "V", "M")
    assert charge_point.connector_ids == (0, 1)
    assert charge_point.configuration.value("AuthorizeRemoteTxRequests") == "true"
    assert charge_point.configuration.value("X") == "5"


def test_a_file_of_certificates_lies_beside_the_target(tmp_path: Path) -> None:
    path = tmp_path / "target.yaml"
    path.write_text(f"{SMALLEST}tls: {{ca_file: ca.pem}}\n", "utf-8")
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")

    assert read_target(path).tls.ca_file == tmp_path / "ca.pem"


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="cannot be read"):
        read_target(tmp_path / "target.yaml")


@pytest.mark.parametrize("text", ["", "[]", "url", "a: [", "\tx: 1"])
def test_a_file_that_is_no_target_at_all_is_one_clear_mistake(text: str) -> None:
    assert mistakes(text)


def test_lengths_of_time_may_be_seconds_or_carry_a_unit() -> None:
    target = read(f"{SMALLEST}config: {{offline_for: 3600, retrieve_offset: 2 min}}\n")
    assert target.config == {"offline_for": 3600, "retrieve_offset": "2 min"}


SESSION = """
session:
  login: {url: "http://127.0.0.1:1/login", json: {user: me}, save: {token: access_token}}
  expired: [401, 419]
triggers:
  default:
    http: {url: "http://127.0.0.1:1/{action}", auth: {bearer: $token}, json: {merge: $request, at: $chargePointId}}
"""


def test_a_log_in_is_known_to_the_triggers() -> None:
    target = read(SMALLEST + SESSION)
    assert target.session is not None
    assert (sorted(target.session.saves), target.session.expired) == (["token"], [401, 419])


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("$toke", "$token", "9:63: $toke: no .req of a Central System has a field toke did you mean 'token'?"),
        ("user: $idTag", "user: me", "5:57: $idTag: a log-in knows no request"),
        ("[401, 200]", "[401, 419]", "6:18: 'expired': input should be greater than or equal to 300"),
        ("savee: {", "save: {", "5:62: unknown key 'savee' did you mean 'save'?"),
        ("user: $env.NOT_SET", "user: me", "5:57: the environment variable NOT_SET is not set"),
    ],
)
def test_a_mistake_in_the_log_in_has_its_place(wrong: str, right: str, told: str) -> None:
    assert [one for one in mistakes(SMALLEST + SESSION.replace(right, wrong)) if one.startswith(f"target.yaml:{told}")]
