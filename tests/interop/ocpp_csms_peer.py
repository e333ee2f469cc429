"""Run the Central System of the PyPI package `ocpp-csms` on loopback and let a harness make it act.

Nothing of the package is changed, replaced or subclassed: it is configured through the arguments of its own
constructor and made to send through its own `ChargePoint.async_call`. What is ours is the HTTP side:

    POST /api/octt/1.6/{chargePointId}/{action}     body: the .req payload as JSON

    202  the CALL is queued for sending; what the Charge Point answers is only logged
    400  the body is not a JSON object, or breaks the OCPP 1.6 schema of that action
    404  no Charge Point of that identity has ever connected
    409  the Charge Point is known, but not connected now
    501  the package has no way to send that action

Every answer is one sentence of plain text. Readiness is told twice, once both sides listen: as one line of
JSON on stdout and, with `--port-file PATH`, as a file that appears complete: `{"ocpp": N, "api": N}`.
SIGTERM and SIGINT end the process with exit code 0.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import logging
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import web
from ocpp.charge_point import camel_to_snake_case
from ocpp.exceptions import OCPPError
from ocpp.messages import Call, validate_payload
from ocpp.v16 import call
from ocpp_csms import AuthorizationStatus, AuthorizeHook, CentralSystem, ChargePoint, CsmsError

LOOPBACK = "127.0.0.1"
LOGGER = logging.getLogger("ocpp_csms_peer")

CENTRAL_SYSTEM_ACTIONS = frozenset({
    # OCPP 1.6 edition 2, chapter 5
    "CancelReservation", "ChangeAvailability", "ChangeConfiguration", "ClearCache", "ClearChargingProfile",
    "DataTransfer", "GetCompositeSchedule", "GetConfiguration", "GetDiagnostics", "GetLocalListVersion",
    "RemoteStartTransaction", "RemoteStopTransaction", "ReserveNow", "Reset", "SendLocalList",
    "SetChargingProfile", "TriggerMessage", "UnlockConnector", "UpdateFirmware",
    # the security whitepaper for OCPP 1.6-J
    "CertificateSigned", "DeleteCertificate", "ExtendedTriggerMessage", "GetInstalledCertificateIds",
    "GetLog", "InstallCertificate", "SignedUpdateFirmware",
})  # fmt: skip


class ControlApi:
    """The HTTP side: turns a wish in OCPP words into a CALL of the Central System under test."""

    def __init__(self, central_system: CentralSystem) -> None:
        """Drive this Central System; nothing listens before `listen`."""
        self._central_system = central_system
        self._under_way: set[asyncio.Task[Any]] = set()

    def application(self) -> web.Application:
        """The one endpoint as an aiohttp application."""
        application = web.Application()
        application.router.add_post("/api/octt/1.6/{chargePointId}/{action}", self.perform)
        return application

    async def perform(self, request: web.Request) -> web.Response:
        """Accept one wish for sending, or refuse it with a sentence (see the module for the statuses)."""
        action = request.match_info["action"]
        request_class = _request_class(action)
        payload = await _payload(request, action)
        charge_point = self._charge_point(request.match_info["chargePointId"])
        self._send(charge_point, request_class(**camel_to_snake_case(payload)))  # type: ignore[no-untyped-call]
        return web.Response(status=202, text=f"{action} is accepted for sending to {charge_point.id}.")

    def _charge_point(self, identity: str) -> ChargePoint:
        charge_point = self._central_system.charge_points.get(identity)
        if charge_point is None:
            raise web.HTTPNotFound(text=f"No Charge Point {identity!r} has ever connected here.")
        if not charge_point.connected:
            raise web.HTTPConflict(text=f"Charge Point {identity!r} is not connected now.")
        return charge_point

    def _send(self, charge_point: ChargePoint, request: Any) -> None:
        task = asyncio.create_task(charge_point.async_call(request))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        task.add_done_callback(functools.partial(_log_outcome, charge_point.id, type(request).__name__))


def _request_class(action: str) -> Any:
    """The package's documented request form for an action: the dataclass of `ocpp.v16.call`."""
    request_class = getattr(call, action, None) if action in CENTRAL_SYSTEM_ACTIONS else None
    if request_class is None:
        raise web.HTTPNotImplemented(text=f"ocpp-csms has no way to send {action!r} to a Charge Point.")
    return request_class


async def _payload(request: web.Request, action: str) -> dict[str, Any]:
    """The body as a schema-valid payload; an empty body means `{}`."""
    try:
        payload = json.loads(await request.read() or "{}")
    except (ValueError, RecursionError) as error:
        raise web.HTTPBadRequest(text=f"The body is not JSON ({error}); send {action}.req.") from None
    if not isinstance(payload, dict):
        raise web.HTTPBadRequest(text=f"The body is not a JSON object; send the {action}.req payload.")
    try:
        # The package would refuse it as well, but only after 202 and without telling who asked.
        await validate_payload(Call("-", action, payload), "1.6")  # type: ignore[no-untyped-call]
    except OCPPError as error:
        cause = str(error.details.get("cause", error)).partition("\n")[0]
        raise web.HTTPBadRequest(text=f"The body is no valid {action}.req: {cause}.") from None
    return payload


def _log_outcome(identity: str, action: str, task: asyncio.Task[Any]) -> None:
    if task.cancelled():
        LOGGER.warning("%s to %s was given up because the Central System stops", action, identity)
    elif error := task.exception():
        LOGGER.warning("%s to %s failed: %s", action, identity, error)
    else:
        LOGGER.info("%s to %s was answered: %s", action, identity, task.result())


def authorize_by(statuses: Mapping[str, AuthorizationStatus]) -> AuthorizeHook | None:
    """The package's `authorize` hook for a list of idTags; without a list there is no hook, as it ships.

    An idTag that is not listed is Invalid. An idTag is a CiString (OCPP 1.6 7.28): case does not count.
    """
    if not statuses:
        return None
    known = {id_tag.casefold(): status for id_tag, status in statuses.items()}

    async def authorize(_charge_point: ChargePoint, id_tag: str) -> AuthorizationStatus:
        return known.get(id_tag.casefold(), AuthorizationStatus.INVALID)

    return authorize


async def serve(options: argparse.Namespace) -> None:
    """Listen on both sides, tell the ports, and run until SIGTERM or SIGINT."""
    central_system = CentralSystem(
        host=LOOPBACK,
        port=options.ocpp_port,
        heartbeat_interval=options.heartbeat_interval,
        authorize=authorize_by(dict(options.id_tag)),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(central_system)
        api = ControlApi(central_system).application()
        runner = web.AppRunner(api, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, LOOPBACK, options.api_port).start()
        _tell_ports({"ocpp": central_system.port, "api": runner.addresses[0][1]}, options.port_file)
        await stop.wait()


def _tell_ports(ports: Mapping[str, int], port_file: Path | None) -> None:
    text = json.dumps(ports)
    if port_file is not None:
        # Written beside and renamed, so that whoever sees the file sees all of it.
        draft = port_file.with_name(f"{port_file.name}.part")
        draft.write_text(text, encoding="utf-8")
        draft.replace(port_file)
    print(text, flush=True)  # noqa: T201


def _id_tag(text: str) -> tuple[str, AuthorizationStatus]:
    id_tag, _, status = text.rpartition("=")
    try:
        answer = AuthorizationStatus(status)
    except ValueError:
        answer = None
    if not id_tag or answer is None:
        words = ", ".join(AuthorizationStatus)
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form IDTAG=STATUS, STATUS one of {words}")
    return id_tag, answer


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ocpp_csms_peer", description="ocpp-csms on loopback, to be tested")
    parser.add_argument("--port-file", type=Path, help="write the two port numbers here once both listen")
    parser.add_argument("--ocpp-port", type=int, default=0, help="default: a free one")
    parser.add_argument("--api-port", type=int, default=0, help="default: a free one")
    parser.add_argument("--heartbeat-interval", type=int, default=2, help="s, in BootNotification.conf")
    parser.add_argument(
        "--id-tag",
        type=_id_tag,
        action="append",
        default=[],
        metavar="IDTAG=STATUS",
        help="may be repeated; without any, every idTag is Accepted, as the package ships",
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the peer; 0 after a signal, 1 with one sentence on stderr when it cannot start."""
    options = _options(arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    LOGGER.setLevel(logging.INFO)
    try:
        asyncio.run(serve(options))
    except (CsmsError, OSError, OverflowError) as error:
        print(f"ocpp_csms_peer cannot start: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
