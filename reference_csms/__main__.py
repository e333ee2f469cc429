"""The command line of the Central System as it is: `python -m reference_csms`.

The script `reference-csms` has the same options and more; it begins in `reference_faults.__main__`.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from reference_csms.extra import missing
from reference_csms.seams import Seams
from reference_csms.settings import Settings, SettingsError

USAGE_ERROR = 2
_DEFAULTS = Settings()


def main(argv: list[str] | None = None) -> int:
    """Run the Central System as it is, with nothing plugged in; see `run` for what is returned."""
    return run(parser().parse_args(argv))


def parser(prog: str = "python -m reference_csms") -> argparse.ArgumentParser:
    """The options of the Central System; whoever plugs something in adds their own."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="A small, exemplary OCPP 1.6-J Central System with an HTTP control API.",
    )
    listening = parser.add_argument_group("listening").add_argument
    listening("--host", default=_DEFAULTS.host, help="address for Charge Points (%(default)s)")
    listening("--port", type=int, default=_DEFAULTS.port, help="port for Charge Points (%(default)s); 0 takes any")
    listening("--api-host", help="address of the control API (that of --host)")
    listening("--api-port", type=int, default=_DEFAULTS.api_port, help="its port (%(default)s); 0 takes any")
    listening("--tls-port", type=int, metavar="PORT", help="port for security profile 2: TLS and a password (none)")
    listening(
        "--client-tls-port", type=int, metavar="PORT", help="port for security profile 3: TLS and a client certificate"
    )
    listening("--token", help="callers of the control API must send it as Bearer (REFERENCE_CSMS_TOKEN)")
    listening(
        "--allow-host", action="append", metavar="NAME", default=[],
        help="a name by which callers may call the control API; addresses and localhost always may",
    )  # fmt: skip
    listening("--port-file", type=Path, metavar="PATH", help="write the ports as JSON once both listen")
    listening("--until-eof", action="store_true", help="end when standard input does, for who starts it as a child")
    memory = parser.add_argument_group("memory").add_argument
    memory("--database", metavar="URL", default=_DEFAULTS.database, help="SQLAlchemy URL (%(default)s)")
    memory("--data", type=Path, metavar="FOLDER", help="keep keys and certificates there (in memory)")
    memory(
        "--no-seed-demo",
        dest="seed_demo",
        action="store_false",
        help="do not know CP_01 to CP_08 and their idTags, nor their password (REFERENCE_CSMS_PASSWORD)",
    )
    memory("--seed-demo", action="store_true", help=argparse.SUPPRESS)
    _add_behaviour(parser)
    return parser


def _add_behaviour(parser: argparse.ArgumentParser) -> None:
    behaviour = parser.add_argument_group("behaviour").add_argument
    interval, timeout = _DEFAULTS.heartbeat_interval, _DEFAULTS.call_timeout
    behaviour("--heartbeat-interval", type=int, metavar="SECONDS", default=interval, help="(%(default)s)")
    behaviour("--call-timeout", type=float, metavar="SECONDS", default=timeout, help="answer timeout (%(default)s)")
    behaviour("--known-only", action="store_true", help="refuse Charge Points nobody made known (HTTP 404)")
    behaviour("--complete-handshake", action="store_true", help="without ocpp1.6 open and close, no HTTP 400")
    behaviour("--no-milliseconds", dest="milliseconds", action="store_false", help="write whole seconds")


def run(arguments: argparse.Namespace, plug: Callable[[], Seams] | None = None) -> int:
    """Run the Central System until a signal ends it, with the seams that `plug` makes.

    Returns 0 after SIGINT, 143 after SIGTERM, 2 when it cannot be started as asked.
    """
    if (sentence := missing()) is not None:
        print(f"reference-csms: {sentence}", file=sys.stderr)
        return USAGE_ERROR
    logging.basicConfig(level=logging.WARNING, format="reference-csms: %(message)s")
    logging.getLogger("reference_csms.websockets").setLevel(logging.CRITICAL)
    try:
        return _run(_settings(arguments), plug, until_eof=arguments.until_eof)
    except KeyboardInterrupt:
        return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    return Settings(
        host=arguments.host,
        port=arguments.port,
        api_host=arguments.api_host,
        api_port=arguments.api_port,
        allowed_hosts=tuple(arguments.allow_host),
        database=arguments.database,
        heartbeat_interval=arguments.heartbeat_interval,
        known_only=arguments.known_only,
        token=arguments.token or os.environ.get("REFERENCE_CSMS_TOKEN") or None,
        milliseconds=arguments.milliseconds,
        seed_demo=arguments.seed_demo,
        call_timeout=arguments.call_timeout,
        complete_handshake=arguments.complete_handshake,
        port_file=arguments.port_file,
        data=arguments.data,
        demo_password=os.environ.get("REFERENCE_CSMS_PASSWORD") or None,
        tls_port=arguments.tls_port,
        client_tls_port=arguments.client_tls_port,
    )


def _run(settings: Settings, plug: Callable[[], Seams] | None, *, until_eof: bool) -> int:
    # Late, so that --help does not wait for the database toolkit.
    from reference_csms.records.store import StoreError  # noqa: PLC0415

    try:
        return asyncio.run(_serve(settings, plug() if plug else None, until_eof=until_eof))
    except (SettingsError, StoreError) as error:
        print(f"reference-csms: {error}", file=sys.stderr)
        return USAGE_ERROR


async def _serve(settings: Settings, seams: Seams | None, *, until_eof: bool) -> int:
    # Late, for the web framework as well.
    from reference_csms.running import running  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()
    for number, code in ((signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM)):
        loop.add_signal_handler(number, _end, ended, code)
    if until_eof:
        loop.add_reader(sys.stdin.fileno(), _listen, ended)
    async with running(settings, seams) as csms:
        places = f"Charge Points {csms.ocpp_url}/{{chargePointId}}, control API {csms.api_url}"
        print(f"reference-csms ready: {places}", flush=True)
        return await ended


def _listen(ended: asyncio.Future[int]) -> None:
    """Standard input ends when whoever holds its other end does, however that happens."""
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        _end(ended, 0)


def _end(ended: asyncio.Future[int], code: int) -> None:
    if not ended.done():
        ended.set_result(code)


if __name__ == "__main__":
    sys.exit(main())
