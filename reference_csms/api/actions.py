"""`POST /api/octt/1.6/{chargePointId}/{action}`: make the Central System send a CALL."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request

from reference_csms.central_system import CentralSystem
from reference_csms.wire.strict_json import UnreadableError, find_unfit_value, read_json

router = APIRouter(prefix="/api/octt/1.6")


async def the_csms(request: Request) -> CentralSystem:
    """The Central System behind the application."""
    csms: CentralSystem = request.app.state.csms
    return csms


Csms = Annotated[CentralSystem, Depends(the_csms)]


@router.post("/{charge_point_id:path}/{action}", status_code=202)
async def send_call(charge_point_id: str, action: str, request: Request, csms: Csms) -> dict[str, Any]:
    """Queue the CALL whose `.req` is the body, and say so at once.

    400 no JSON, 404 unknown action or Charge Point, 409 not connected, 422 no valid `.req`, 429 queue full.
    """
    call = await csms.order(charge_point_id, action, await _payload(request))
    return {
        "callId": call.unique_id,
        "chargePointId": charge_point_id,
        "action": action,
        "state": str(call.state),
    }


async def _payload(request: Request) -> dict[str, Any]:
    body = await request.body()
    if not body.strip():
        return {}
    try:
        payload = read_json(body)
    except UnreadableError as error:
        raise HTTPException(400, f"The body is no payload: {error}.") from None
    unfit = find_unfit_value(payload)
    if unfit is not None:
        raise HTTPException(422, f"The body is no payload: {unfit.sentence}")
    if not isinstance(payload, dict):
        raise HTTPException(422, "The body is a JSON object with the members of the .req, here it is not.")
    return payload
