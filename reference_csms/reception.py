"""The reception: whether a CALL of a Charge Point is taken, and what it is answered.

A CALL is judged first (its uniqueId, its action, its payload) and then handed to the method that the `ocpp` package
routes it to. Whatever goes wrong becomes an error code of OCPP-J 1.6; nothing that is received raises.
"""

from __future__ import annotations

import logging
from typing import Any

from ocpp.exceptions import OCPPError

from reference_csms.answers import Answers
from reference_csms.wire.errors import Breach, Code, Violation, breach_from
from reference_csms.wire.frames import Call, Payload, printable
from reference_csms.wire.package import as_arguments, as_payload, routes_of
from reference_csms.wire.payloads import KNOWN_ACTIONS, find_breach

log = logging.getLogger("reference_csms")

REMEMBERED_IDS = 10_000


class Reception:
    """Takes the CALLs of one connection; it remembers their uniqueIds, for none may come twice."""

    def __init__(self, charge_point_id: str, answers: Answers) -> None:
        self._charge_point_id = charge_point_id
        self._answers = answers
        self._routes = routes_of(answers)
        self._used_ids: dict[str, None] = {}

    def follow_up(self) -> list[tuple[str, Payload]]:
        """The CALLs to send after the last answer."""
        self._answers.follow_up, due = [], self._answers.follow_up
        return due

    async def take(self, call: Call, request: Any) -> Payload | Breach:
        """The payload of the CALLRESULT, or why there is none; `request` is the payload of the CALL, if any."""
        return self._find_breach(call, request) or await self._answer(call)

    def _find_breach(self, call: Call, request: Any) -> Breach | None:
        if call.unique_id in self._used_ids:
            return Breach(Code.GENERIC_ERROR, "this uniqueId was used before on this connection (4.1.4).")
        self._used_ids[call.unique_id] = None
        if len(self._used_ids) > REMEMBERED_IDS:
            del self._used_ids[next(iter(self._used_ids))]
        if call.action not in KNOWN_ACTIONS:
            return Breach(Code.NOT_IMPLEMENTED, f"{printable(call.action)} is no action of OCPP 1.6.")
        if call.action not in self._routes:
            return Breach(Code.NOT_SUPPORTED, f"a Central System does not take {call.action}.")
        return find_breach(call.action, request)

    async def _answer(self, call: Call) -> Payload | Breach:
        """Let the routed method answer; its exceptions become error codes of 1.6."""
        try:
            return as_payload(await self._routes[call.action](**as_arguments(call.payload or {})))
        except Violation as violation:
            return violation.breach
        except OCPPError as error:
            return breach_from(error)
        except Exception:
            log.exception("%s: %s could not be processed", self._charge_point_id, call.action)
            return Breach(Code.INTERNAL_ERROR, f"{call.action} could not be processed.")
