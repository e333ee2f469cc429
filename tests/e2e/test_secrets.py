"""No secret comes out, in any form, through any output, whatever the Central System says again."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

import pytest

import tests.support.telltale_csms as telltale
from csms_harness.runner.reference import Ports
from tests.support.children import mortal
from tests.support.command_line import DEADLINE, LOOK_EVERY, environment, harness
from tests.support.targets import reference_target, written

pytestmark = pytest.mark.e2e

PASSWORD, TRIGGER, TOKEN, IN_URL = "S3cr3t+Passw0rd/42", "Tr1gger=S3cret%7", "t0k3n-of-the-api", "qu3ry-s3cret"
VARIABLES = {"CP_PASSWORD": PASSWORD, "API_PASSWORD": TRIGGER, "API_TOKEN": TOKEN, "URL_SECRET": IN_URL}
WORDS = "--deadline=response=1s", "--deadline=action=1s", "--deadline=connection=2s"


def forms(secret: str) -> set[str]:
    """A secret in every form that somebody could read it from."""
    alone = [secret.encode(), *(f"{user}:{secret}".encode() for user in ("CP_01", "op"))]
    return {
        secret, json.dumps(secret)[1:-1], quote(secret), quote(secret, safe=""), secret.encode().hex(),
        secret.encode().hex().upper(), *(base64.b64encode(one).decode() for one in alone),
    }  # fmt: skip


FORBIDDEN = {form for secret in VARIABLES.values() for form in forms(secret)}


@pytest.fixture(scope="module")
def csms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """The Central System that tells everything again."""
    port_file = tmp_path_factory.mktemp("telltale") / "ports.json"
    process = subprocess.Popen([sys.executable, telltale.__file__, str(port_file)], preexec_fn=mortal)
    try:
        ends = monotonic() + DEADLINE
        while not port_file.exists():
            assert process.poll() is None
            assert monotonic() < ends
            sleep(LOOK_EVERY)  # a file has no event to wait for
        yield Ports(**json.loads(port_file.read_text("utf-8")))
    finally:
        process.kill()
        process.wait(DEADLINE)


def target(ports: Ports, place: Path, path: str, http: Mapping[str, Any], **entry: Any) -> Path:
    """A target with its secrets in the environment."""
    content = {
        "url": f"ws://127.0.0.1:{ports.ocpp}/{path}",
        "charge_points": [{"id": "CP_01", "password": "$env.CP_PASSWORD", "config": {"valid_id_tag": "TAG-001"}}],
        "config": {"invalid_id_tag": "TAG-X", "expired_id_tag": "TAG-E", "blocked_id_tag": "TAG-B"},
        "triggers": {"default": {"http": {"method": "POST", "json": "$request", **http}}},
    }
    return written(content | entry, place)


def outputs(place: Path, *said: str) -> Iterator[tuple[str, str]]:
    """Everything that was printed or written, by name."""
    yield from ((f"stream {number}", text) for number, text in enumerate(said))
    for path in place.rglob("*"):
        if path.is_file() and path.name != "target.yaml":
            yield str(path.relative_to(place)), path.read_bytes().decode("latin-1")


def leaks(place: Path, *said: str) -> list[tuple[str, str]]:
    """Where a secret stands, and in which form."""
    return [(name, form) for name, text in outputs(place, *said) for form in FORBIDDEN if form in text]


MODES: dict[str, tuple[str, dict[str, Any]]] = {
    "echoed in frames": ("echo", {"url": "http://127.0.0.1:{api}/reset"}),
    "refused with them": ("refuse", {"url": "http://127.0.0.1:{api}/reset"}),
    "closed with them": ("close", {"url": "http://127.0.0.1:{api}/reset"}),
    "in the URL": ("echo?token={secret}", {"url": "http://127.0.0.1:{api}/reset"}),
    "a trigger with a user": ("echo", {"url": "http://op:{env.API_PASSWORD}@127.0.0.1:{api}/reset"}),
    "a trigger with a token": (
        "echo", {"url": "http://127.0.0.1:{api}/r", "headers": {"Authorization": "Bearer {env.API_TOKEN}"}}
    ),
    "a trigger with a query": ("echo", {"url": "http://127.0.0.1:{api}/reset?api_key={env.API_TOKEN}"}),
    "nobody at the trigger": ("echo", {"url": "http://op:{env.API_PASSWORD}@127.0.0.1:1/reset"}),
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_no_secret_comes_out(mode: str, csms: Ports, tmp_path: Path) -> None:
    path, http = MODES[mode]
    url = http["url"].replace("{api}", str(csms.api))
    file = target(csms, tmp_path, path.replace("{secret}", "{env.URL_SECRET}"), http | {"url": url})
    env = environment(**VARIABLES)
    run = harness("run", "TC_001_CSMS", "TC_013_CSMS", "--target", file, "--out", tmp_path / "run", *WORDS, env=env)
    assert run.is_clean
    assert (tmp_path / "run" / "facts.json").exists(), run.said
    doctor = harness("doctor", "--target", file, env=env)
    again = harness("report", tmp_path / "run", env=env)
    assert leaks(tmp_path, run.out, run.err, doctor.out, doctor.err, again.out, again.err) == []


PRIVATE = bytes.fromhex("308187020100301306072a8648ce3d020106")
"""How every private key on the curve P-256 begins, in PKCS #8."""


@pytest.fixture(scope="module")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """The reference CSMS, which sends a private key beside the chain that it signed."""
    place = tmp_path_factory.mktemp("leaking")
    words = ("--port", "0", "--api-port", "0", "--database", "sqlite+aiosqlite:///:memory:")
    more = ("--fault", "certificate-signed-private-key", "--port-file", str(place / "ports.json"))
    process = subprocess.Popen([sys.executable, "-m", "reference_faults", *words, *more], cwd=place, preexec_fn=mortal)
    try:
        ends = monotonic() + DEADLINE
        while not (place / "ports.json").exists():
            assert process.poll() is None
            assert monotonic() < ends
            sleep(LOOK_EVERY)  # a file has no event to wait for
        yield Ports(**json.loads((place / "ports.json").read_text("utf-8")))
    finally:
        process.terminate()
        process.wait(DEADLINE)


@pytest.mark.parametrize("algorithm", ["ECDSA", "RSA"])
def test_no_private_key_comes_out(algorithm: str, leaking: Ports, tmp_path: Path) -> None:
    """Neither that of the Charge Point nor one that a Central System sends; the certificates do."""
    points = [{"id": "CP_01", "config": {"valid_id_tag": "TAG-001", "certificate_algorithm": algorithm}}]
    file = reference_target(leaking, tmp_path, charge_points=points)
    run = harness("run", "TC_074_CSMS", "TC_077_CSMS", "--target", file, "--out", tmp_path / "run")
    assert (run.code, run.is_clean) == (1, True), run.said
    again = harness("replay", tmp_path / "run")
    assert again.code == 0, again.said
    begin = base64.b64encode(PRIVATE).decode()[:20]
    forbidden = {begin, quote(begin, safe=""), PRIVATE.hex(), PRIVATE.hex().upper(), "BEGIN RSA PRIVATE KEY-----\\nM"}
    shown = dict(outputs(tmp_path, run.out, run.err, again.out, again.err))
    assert [(name, form) for name, text in shown.items() for form in forbidden if form in text] == []
    assert "BEGIN CERTIFICATE REQUEST" in shown["run/journal.jsonl"]


@pytest.mark.parametrize(
    "line",
    [
        f'charge_points: [{{id: CP_01, password: "{PASSWORD}"}}]',
        f"charge_points: [{{id: CP_01, passwrod: '{PASSWORD}'}}]",
        f"charge_points: [{{id: CP_01, password: {PASSWORD}, modle: M}}]",
        f"url: ws://op:{IN_URL}@127.0.0.1:1/ocpp",
        f"url: ws://127.0.0.1:1/oc pp?access_token={IN_URL}",
        f"headers: {{Authorization: Bearer {TOKEN}}}",
    ],
)
@pytest.mark.parametrize("command", ["run", "doctor", "provision"])
def test_a_mistake_is_shown_without_the_secret_of_its_line(command: str, line: str, tmp_path: Path) -> None:
    file = tmp_path / "target.yaml"
    more = "" if line.startswith("url") else "url: ws://127.0.0.1:1/ocpp\n"
    file.write_text(f"{more}{line}\n", "utf-8")
    ended = harness(command, "--target", file, cwd=tmp_path)
    assert (ended.code, ended.is_clean) == (2, True), ended.said
    assert f"{file}:" in ended.err
    assert leaks(tmp_path, ended.out, ended.err) == []
