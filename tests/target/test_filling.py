"""What a target takes from elsewhere is filled in, and what nothing resolves is a mistake before connecting."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.runner.campaign import UsageError, with_url
from csms_harness.target.deadlines import Deadlines
from csms_harness.target.pics import read_pics
from csms_harness.target.reaching import endpoint_of
from csms_harness.target.target import Target, parse_target
from tests.target.test_target import SMALLEST, mistakes, read


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOPE", raising=False)
    for name, value in {"CSMS_HOST": "csms.example", "CSMS_TOKEN": "s3cr3t-token", "TAG": "TAG-9", "TWO": "2"}.items():
        monkeypatch.setenv(name, value)


def test_what_is_not_set_is_a_mistake_wherever_it_stands() -> None:
    assert mistakes(f"{SMALLEST}config: {{invalid_id_tag: $env.NOPE}}\n") == [
        "target.yaml:3:26: the environment variable NOPE is not set; export it before the run"
    ]


def test_one_variable_is_told_once_with_the_one_that_was_meant() -> None:
    headers = "headers: {Authorization: 'Bearer {env.CSMS_TOKNE}'}"
    entries = "".join(
        f"  {action}: {{http: {{url: 'http://h/', {headers}}}}}\n" for action in ("Reset", "ClearCache", "ReserveNow")
    )
    config = "config: {invalid_id_tag: $env.CSMS_TOKNE}\n"
    (told,) = mistakes(f"{SMALLEST}{config}triggers:\n{entries}")
    assert told.startswith("target.yaml:3:26: the environment variable CSMS_TOKNE is not set; export it before the run")
    assert told.endswith(" (it stands at 3 more places of this file) did you mean 'CSMS_TOKEN'?")


def test_a_password_and_a_file_that_are_not_there_are_told_once_too(tmp_path: Path) -> None:
    text = """\
url: ws://h/
charge_points: [{id: A, password: $env.NOPE}, {id: B, password: "$file:nope.txt"}]
triggers: {Reset: {command: [x, $env.NOPE, "{file:nope.txt}"]}}
"""
    told = mistakes(text, tmp_path)
    assert [line.split(" ")[0] for line in told] == ["target.yaml:2:35:", "target.yaml:2:65:"]
    assert all("1 more place of this file" in line for line in told)


@pytest.mark.parametrize(
    ("config", "place", "words"),
    [
        ("{unknown_vendor_id: $idTag}", "3:29", "nothing here is called $idTag"),
        ("{unknown_vendor_id: 'x {action}'}", "3:29", "nothing here is called {action}"),
        ("{unknown_vendor_id: 'x {'}", "3:29", "has a single {"),
        ("{unknown_vendor_id: '$1'}", "3:29", "is no name of a field"),
        ("{whatever: [a, {b: '$env.'}]}", "3:28", "names no environment variable"),
        ("{'{key}': 1}", "3:10", "nothing here is called {key}"),
    ],
)
def test_what_nothing_resolves_is_a_mistake_and_never_goes_out(config: str, place: str, words: str) -> None:
    (told,) = mistakes(f"{SMALLEST}config: {config}\n")
    assert told.startswith(f"target.yaml:{place}: ")
    assert words in told


def test_values_are_filled_in_wherever_a_text_is_read() -> None:
    text = """\
url: "ws://{env.CSMS_HOST}/ocpp"
name: $env.CSMS_HOST
charge_points:
  - {id: "CP_{env.TWO}", connectors: $env.TWO, configuration: {"{env.TAG}": "$$x"}}
config: {valid_id_tag: $env.TAG, unknown_vendor_id: "a {{b}} {env.TAG}", connector_id: $env.TWO}
deadlines: {action: "{env.TWO} s"}
"""
    target = read(text)
    (entry,) = target.charge_points
    assert (target.url, target.name) == ("ws://csms.example/ocpp", "csms.example")
    assert (entry.id, entry.connectors, entry.configuration) == ("CP_2", 2, {"TAG-9": "$x"})
    assert target.config["unknown_vendor_id"] == "a {b} TAG-9"
    assert target.deadlines == {"action": 2.0}
    assert target.lane_config(entry)["connector_id"] == 2


def test_another_mistake_at_the_place_of_the_first_is_not_told() -> None:
    assert len(mistakes("url: $env.NOPE\ncharge_points: [{id: CP_01, connectors: '{'}]\n")) == 2


def test_a_pics_takes_values_from_elsewhere_and_leaves_prose_alone(tmp_path: Path) -> None:
    path = tmp_path / "pics.yaml"
    path.write_text(
        """\
product: {designation: "CSMS {env.TWO}", software_version: $env.TAG, vendor: "$5 {and} more"}
report: {remarks: ["Costs {5} $"]}
""",
        "utf-8",
    )
    pics = read_pics(path)
    product = pics.product
    assert (product.designation, product.software_version, product.vendor) == ("CSMS 2", "TAG-9", "$5 {and} more")
    assert pics.report.remarks == ("Costs {5} $",)


def test_a_pics_that_names_what_is_not_there_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "pics.yaml"
    path.write_text("product: {designation: $env.NOPE, software_version: '{env.TGA}'}\n", "utf-8")
    with pytest.raises(Mistakes) as caught:
        read_pics(path)
    assert [mistake.where.column for mistake in caught.value.mistakes] == [24, 53]
    assert caught.value.mistakes[1].hint == "did you mean 'TAG'?"


# -- the URL ----------------------------------------------------------------------------------------------


def address(target: Target) -> str:
    return endpoint_of(target, target.charge_points[0], Deadlines()).address


@pytest.mark.parametrize(
    ("url", "requested"),
    [
        ("ws://h/ocpp", "ws://h/ocpp/CP%2F1"),
        ("ws://h/ocpp/{chargePointId}", "ws://h/ocpp/CP%2F1"),
        ("ws://h/ocpp/{chargePointId}/", "ws://h/ocpp/CP%2F1/"),
        ("ws://h/{chargePointId}/ocpp?x=1", "ws://h/CP%2F1/ocpp?x=1"),
        ("ws://h/ocpp?id={chargePointId}", "ws://h/ocpp?id=CP%2F1"),
        ("ws://h/ocpp/?tenant=1", "ws://h/ocpp/CP%2F1?tenant=1"),
    ],
)
def test_the_identity_stands_where_the_url_says_or_at_the_end(url: str, requested: str) -> None:
    target = read(f"url: '{url}'\ncharge_points: [{{id: CP/1}}]\n")
    assert address(target) == requested
    assert address(with_url(read("url: ws://other/\ncharge_points: [{id: CP/1}]\n"), url)) == requested


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ws://{chargePointId}.h/ocpp", "in the path or in the query"),
        ("ws://h/ocpp/{identity}", "nothing here is called {identity}"),
        ("ws://h/ocpp/<id>", "nobody filled in '<id>'; {chargePointId} says where the identity"),
        ("ws://h/oc pp", "holds a blank"),
    ],
)
def test_a_url_with_a_blank_or_a_placeholder_is_a_mistake(url: str, words: str) -> None:
    (told,) = mistakes(f"url: '{url}'\ncharge_points: [{{id: CP_01}}]\n")
    assert words in told


def test_a_placeholder_in_the_option_is_told_as_well() -> None:
    with pytest.raises(UsageError, match=r"--url: .*nobody filled in '\{id\}'"):
        with_url(read(SMALLEST), "ws://h/{id}")


@pytest.mark.parametrize(
    "url", ["ws://h/ocpp?token={env.CSMS_TOKEN}", "ws://h/{env.CSMS_TOKEN}/ocpp", "ws://h/ocpp?token=s3cr3t-token"]
)
def test_a_secret_of_the_url_is_sent_and_never_shown(url: str) -> None:
    target = read(f"url: '{url}'\ncharge_points: [{{id: CP_01}}]\n")
    endpoint = endpoint_of(target, target.charge_points[0], Deadlines())
    assert "s3cr3t-token" in endpoint.address
    assert "s3cr3t-token" not in target.shown_url
    assert "s3cr3t-token" not in endpoint.without_secrets(f"{endpoint.address} and s3cr3t-token")


def test_a_secret_does_not_show_in_a_mistake() -> None:
    text = "url: 'http://h/ocpp?token=s3cr3t-token'\ncharge_points: [{id: CP_01}]\n"
    with pytest.raises(Mistakes) as literal:
        parse_target(text, "target.yaml", Path())
    with pytest.raises(Mistakes) as named:
        parse_target(text.replace("s3cr3t-token", "{env.CSMS_TOKEN}"), "target.yaml", Path())
    assert "s3cr3t" not in f"{literal.value}{named.value}"
    assert "?token=•••" in str(literal.value)
