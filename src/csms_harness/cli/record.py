"""``csms-harness record``: a proxy between a Charge Point and its Central System that keeps what passes."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csms_harness.cli.common import load, stop

if TYPE_CHECKING:
    from csms_harness.target.target import Target
    from csms_harness.traffic.recorder import Recorder
    from csms_harness.transport.endpoint import Endpoint

NOTHING_PASSED = 5

Credentials = tuple[Path, Path | None]
"""A certificate and its key, which may stand in one file."""


def record(
    listen: Annotated[
        str,
        typer.Option(
            help="Where the Charge Point connects to: ws://127.0.0.1:9100/ocpp, or wss:// with --certificate."
        ),
    ],
    upstream: Annotated[
        str | None, typer.Option(help="The URL of the Central System, up to the identity; that of --target by default.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option(help="A target file: its URL, its trust store, and its values for --scenario.")
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The certificate of the proxy for wss://, with its chain, in PEM."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its private key, unless it stands in the same file.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The file of the traffic, JSON lines; must be new.")] = Path(
        "traffic.jsonl"
    ),
    scenario: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a scenario of one Charge Point's session; must be new.")
    ] = None,
    charge_point: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose session --scenario writes; the first that connects.")
    ] = None,
) -> None:
    """Pass everything on between Charge Points and their Central System, and keep it for judge, until Ctrl-C.

    Secrets are kept as stand-ins. Exit codes: 0 something was recorded, 2 a mistake in options or files, 5 no Charge
    Point was let in.
    """
    import asyncio
    from urllib.parse import urlsplit

    from csms_harness.traffic.recorder import Recorder
    from csms_harness.transport.clock import utc_now

    parts = urlsplit(listen)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in ("ws", "wss") or not parts.hostname or port is None:
        stop(f"--listen {listen}: write ws://HOST:PORT/PATH, such as ws://127.0.0.1:9100/ocpp")
    credentials = _credentials(parts.scheme == "wss", certificate, key)
    read = _target(target)
    where = _upstream(upstream, read)
    if scenario is not None and scenario.exists():
        stop(f"--scenario {scenario}: a file is there already; name a new one")
    try:
        with out.open("x", encoding="ascii") as file:
            recorder = Recorder(file, utc_now, lambda text: print(text, file=sys.stderr))
            asyncio.run(stand_between(where, recorder, (parts.hostname, port, parts.path.rstrip("/")), credentials))
    except FileExistsError:
        stop(f"--out {out}: a file is there already; name a new one")
    except OSError as error:
        if error.filename is not None:
            stop(f"--out {out}: cannot be written ({str(error.strerror).lower()}); name another file")
        out.unlink(missing_ok=True)
        number = error.errno or 0  # below 0: of a name that is not known
        why = os.strerror(number) if number > 0 else str(error.strerror or error)
        stop(f"--listen {listen}: cannot be served ({why.lower()}); stop what uses the port, or name another one")
    _told(recorder, out)
    if scenario is not None:
        _write_scenario(recorder, scenario, charge_point, read)


def _credentials(secure: bool, certificate: Path | None, key: Path | None) -> Credentials | None:
    """What the proxy shows to Charge Points; None without TLS."""
    from csms_harness.transport.trust import credential_problem

    if not secure:
        if certificate is not None or key is not None:
            stop("--certificate and --key are for --listen wss://HOST:PORT/PATH, and this one begins with ws://")
        return None
    if certificate is None:
        stop("--listen wss://…: name the certificate of the proxy: --certificate FILE, and --key FILE for its key")
    if problem := credential_problem(certificate, key):
        stop(f"--certificate {certificate} {problem}")
    return certificate, key


def _target(path: Path | None) -> Target | None:
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.target.target import read_target

    try:
        return None if path is None else read_target(path)
    except Mistakes as mistakes:
        stop(str(mistakes))


def _upstream(url: str | None, target: Target | None) -> Endpoint:
    from csms_harness.target.deadlines import Deadlines
    from csms_harness.target.reaching import endpoint_of
    from csms_harness.transport.endpoint import Endpoint

    try:
        if target is None:
            if url is None:
                stop("say which Central System: --upstream ws://HOST:PORT/PATH, or --target FILE")
            return Endpoint(url=url, identity="-")
        known = endpoint_of(target, target.charge_points[0], Deadlines())
        return known if url is None else replace(known, url=url)
    except ValueError as error:
        stop(f"--upstream: {error}")


async def stand_between(
    upstream: Endpoint, recorder: Recorder, place: tuple[str, int, str], credentials: Credentials | None = None
) -> None:
    """Listen until a signal asks for the end; over TLS where there are ``credentials``."""
    import asyncio

    from csms_harness.addresses import mask_addresses
    from csms_harness.runner.signals import STOPPING
    from csms_harness.transport.relay import Relay

    host, port, path = place
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for signum in STOPPING:
        loop.add_signal_handler(signum, ended.set)
    async with Relay(upstream, recorder, path).listening(host, port, credentials) as bound:
        shown = f"[{host}]" if ":" in host else host
        print(
            f"Charge Points connect to {'wss' if credentials else 'ws'}://{shown}:{bound}{path}/IDENTITY; "
            f"all is passed on to {mask_addresses(upstream.url)}. Ctrl-C ends.",
            file=sys.stderr,
            flush=True,
        )
        await ended.wait()


def _told(recorder: Recorder, out: Path) -> None:
    messages = [one for one in recorder.passed_by if one.side is not None]
    names = dict.fromkeys(one.charge_point for one in messages)
    if not messages:
        out.unlink(missing_ok=True)
        stop("nothing was recorded: no Charge Point said anything", NOTHING_PASSED)
    print(f"{out}: {len(messages)} messages of {', '.join(names)}. Judge them: csms-harness judge {out}")


def _write_scenario(recorder: Recorder, path: Path, charge_point: str | None, target: Target | None) -> None:
    from csms_harness.scenario.files import is_own_id
    from csms_harness.traffic.exchanges import session_of
    from csms_harness.traffic.writing import names_of, scenario_of

    seen = list(dict.fromkeys(one.charge_point for one in recorder.passed_by if one.side is not None))
    if charge_point is not None and charge_point not in seen:
        stop(f"--charge-point {charge_point}: nothing passed of it, but of {', '.join(seen)}")
    whose = charge_point or seen[0]
    entry = next((one for one in target.charge_points if one.id == whose), None) if target else None
    config = target.lane_config(entry or target.charge_points[0]) if target else {}
    case_id = path.stem if is_own_id(path.stem) else "RECORDED_1"
    text = scenario_of(session_of(whose, recorder.passed_by), case_id, names_of(config))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        stop(f"--scenario {path}: cannot be written: {error.strerror or error}")
    load(path.parent)
    print(f"{path}: the session of {whose} as {case_id}. Look at what it demands, then:")
    print(f"  csms-harness run {case_id} --scenarios {path.parent} --target target.yaml")
