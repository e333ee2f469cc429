"""Security profiles in a target file: an address for each, what goes with it, and every mistake with its place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from csms_harness.documents.mistakes import Mistakes
from csms_harness.target.deadlines import Deadlines
from csms_harness.target.reaching import doors
from csms_harness.target.securing import lowest
from csms_harness.target.target import Target, parse_target

FOUR = """
url: ws://csms.example/ocpp
tls: {ca_file: ca.pem, server_name: csms.example}
security_profiles:
  - {profile: 1, url: "ws://csms.example:81/ocpp"}
  - {profile: 2, url: "wss://csms.example:82/ocpp"}
  - {profile: 3, url: "wss://csms.example:83/ocpp/{chargePointId}", ca_file: other.pem}
charge_points:
  - {id: CP_01, password: $env.PASSWORD, certificate_file: cp.pem, key_file: cp.key}
"""


HERE = Path(tempfile.mkdtemp())


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "hex:00ff10")


@pytest.fixture(autouse=True, scope="module")
def _files() -> Iterator[None]:
    """The files that the targets name, made now."""
    ca, other = trustme.CA(), trustme.CA()
    ca.cert_pem.write_to_path(str(HERE / "ca.pem"))
    other.cert_pem.write_to_path(str(HERE / "other.pem"))
    for name in ("cp", "another"):
        made = ca.issue_cert(f"{name}.example")
        made.private_key_pem.write_to_path(str(HERE / f"{name}.key"))
        made.private_key_and_cert_chain_pem.write_to_path(str(HERE / f"{name}.pem"))
    yield
    shutil.rmtree(HERE)


def target(text: str) -> Target:
    return parse_target(text, "target.yaml", HERE)


def wrong(text: str) -> str:
    with pytest.raises(Mistakes) as told:
        target(text)
    return str(told.value)


def test_each_profile_has_its_address_and_shows_what_belongs_to_it() -> None:
    read = target(FOUR)
    served = doors(read, read.charge_points[0], Deadlines())
    assert list(served) == [1, 2, 3]
    one, two, three = served.values()
    assert [end.url for end in served.values()][:2] == ["ws://csms.example:81/ocpp", "wss://csms.example:82/ocpp"]
    assert three.address == "wss://csms.example:83/ocpp/CP_01"
    assert [end.password for end in (one, two, three)] == [b"\x00\xff\x10", b"\x00\xff\x10", None]
    assert [end.client_certificate for end in (one, two, three)] == [None, None, HERE / "cp.pem"]
    assert (two.ca_file, three.ca_file) == (HERE / "ca.pem", HERE / "other.pem")
    assert {end.certified_name for end in served.values()} == {"csms.example"}


def test_what_the_pics_does_not_declare_is_not_used() -> None:
    read = target(FOUR)
    assert list(doors(read, read.charge_points[0], Deadlines(), [2])) == [2]


@pytest.mark.parametrize(
    ("url", "more", "profile"),
    [
        ("ws://h", "", 0),
        ("ws://h", ", password: $env.PASSWORD", 1),
        ("wss://h", ", password: $env.PASSWORD", 2),
        ("wss://h", "", 2),
        ("wss://h", ", certificate_file: cp.pem", 3),
    ],
)
def test_a_target_with_one_url_serves_the_profile_that_comes_to(url: str, more: str, profile: int) -> None:
    read = target(f"url: {url}\ncharge_points: [{{id: CP_01{more}}}]\n")
    assert list(doors(read, read.charge_points[0], Deadlines())) == [profile]


def test_the_url_of_the_lowest_profile_is_that_of_a_target_without_one() -> None:
    text = """
security_profiles: [{profile: 2, url: "wss://h/two"}, {profile: 1, url: "ws://h/one"}]
charge_points: [{id: CP_01, password: $env.PASSWORD}]
"""
    assert target(text).url == "ws://h/one"


def test_a_case_runs_under_the_lowest_profile_it_can() -> None:
    read = target(FOUR)
    served = doors(read, read.charge_points[0], Deadlines())
    assert [lowest(served, allowed) for allowed in ((), (2, 3), (3,), (0,))] == [1, 2, 3, None]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{profile: 1, url: wss://h}", "is served at a ws:// URL, this one begins with wss://"),
        ("{profile: 2, url: ws://h}", "is served at a wss:// URL, this one begins with ws://"),
        ("{profile: 4, url: ws://h}", "there is no security profile 4; there are 0, 1, 2, 3"),
        ("{profile: 1, url: http://h}", "is no WebSocket URL"),
        ("{profile: 1, url: ws://h, cafile: x}", "write 'ca_file'"),
        ("{profile: 1}", "'url' is missing"),
    ],
)
def test_a_mistake_in_an_entry_is_told_with_its_place(entry: str, told: str) -> None:
    text = f"url: ws://h\nsecurity_profiles:\n  - {entry}\ncharge_points: [{{id: CP_01}}]\n"
    message = wrong(text)
    assert told in message or "did you mean 'ca_file'" in message
    assert "target.yaml:3:" in message


def test_one_profile_has_one_url_and_the_third_needs_certificates() -> None:
    twice = 'security_profiles: [{profile: 1, url: "ws://a"}, {profile: 1, url: "ws://b"}]'
    assert "security profile 1 stands twice" in wrong(f"url: ws://h\n{twice}\ncharge_points: [{{id: CP_01}}]\n")
    third = 'security_profiles: [{profile: 3, url: "wss://a"}]'
    assert "name the certificate_file of CP_01" in wrong(f"{third}\ncharge_points: [{{id: CP_01}}]\n")
    key = "url: wss://h\ncharge_points: [{id: CP_01, key_file: cp.key}]\n"
    assert "a key alone is no client certificate" in wrong(key)


def test_a_client_certificate_is_tried_when_it_is_read() -> None:
    pair = "certificate_file: cp.pem, key_file: another.key"
    assert "and the key do not belong together" in wrong(f"url: wss://h\ncharge_points: [{{id: CP_01, {pair}}}]\n")
    told = wrong("url: wss://h\ncharge_points: [{id: CP_01, certificate_file: nothing.pem}]\n")
    assert "nothing.pem or its key cannot be read: no such file or directory" in told
