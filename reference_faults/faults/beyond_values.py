"""Faults of a Central System that knows only a part of OCPP 1.6: values it refuses, answers it cannot bear.

Each is a row of a table: the action, the member and the value at which it gives up, and who is meant to notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from reference_csms.wire.frames import CALL, CALLRESULT
from reference_faults.faults.beyond_parts import answering, clause_of, sampled
from reference_faults.faults.deeds import error, nothing, only
from reference_faults.faults.model import Fault
from reference_faults.faults.session import end
from reference_faults.landing import Deed, Turn

_WHITEPAPER: Final = "OCPP 1.6 security whitepaper, 5"

_VALUES: Final[Mapping[tuple[str, str, str, str], str]] = {
    ("StatusNotification", "status", "OCPP 1.6, 4.9", "FIELD_010"): "Preparing SuspendedEV Finishing Faulted",
    ("StatusNotification", "errorCode", "OCPP 1.6, 4.9", "FIELD_011"): (
        "ConnectorLockFailure GroundFailure HighTemperature OtherError OverCurrentFailure PowerMeterFailure "
        "PowerSwitchFailure ReaderFailure ResetFailure UnderVoltage OverVoltage"
    ),
    ("StopTransaction", "reason", "OCPP 1.6, 4.10", "FIELD_023"): (
        "EVDisconnected HardReset Other Reboot SoftReset UnlockCommand DeAuthorized"
    ),
    ("FirmwareStatusNotification", "status", "OCPP 1.6, 4.5", "FIELD_024"): "Downloading InstallationFailed Idle",
    ("DiagnosticsStatusNotification", "status", "OCPP 1.6, 4.4", "FIELD_024"): "Uploading UploadFailed Uploaded",
    ("LogStatusNotification", "status", _WHITEPAPER, "SEC_004"): "BadMessage PermissionDenied NotSupportedOperation",
    ("SignedFirmwareStatusNotification", "status", _WHITEPAPER, "SEC_004"): (
        "DownloadPaused DownloadScheduled InstallScheduled InstallVerificationFailed"
    ),
}
"""Values of a member of the payload itself."""

_SAMPLES: Final[Mapping[tuple[str, str, str], str]] = {
    ("MeterValues", "measurand", "FIELD_022"): (
        "Energy.Active.Export.Register Energy.Reactive.Export.Interval Power.Offered Power.Factor Current.Offered "
        "Frequency Temperature"
    ),
    ("MeterValues", "unit", "FIELD_022"): "kvar VA Fahrenheit K Percent",
    ("MeterValues", "unit", "FIELD_027"): "Hertz Celcius",
    ("MeterValues", "context", "FIELD_022"): "Trigger Other",
    ("MeterValues", "phase", "FIELD_022"): "N L3-N L3-L1",
    ("MeterValues", "location", "FIELD_022"): "Inlet Body",
    ("StopTransaction", "measurand", "FIELD_026"): "SoC Temperature Power.Active.Import Voltage",
    ("StopTransaction", "unit", "FIELD_026"): "Celsius kWh W",
    ("StopTransaction", "unit", "FIELD_027"): "Celcius",
    ("StopTransaction", "context", "FIELD_026"): "Sample.Periodic Interruption.End",
    ("StopTransaction", "phase", "FIELD_026"): "L2 L1-L2",
    ("StopTransaction", "location", "FIELD_026"): "Cable EV",
    ("StopTransaction", "format", "FIELD_026"): "Raw",
}
"""Values of a SampledValue in MeterValues.req and in the transactionData of StopTransaction.req."""

_ANSWERS: Final = (
    ("ChangeAvailability", "Scheduled", "OCPP 1.6, 5.2", "FIELD_030"),
    ("ChangeConfiguration", "RebootRequired", "OCPP 1.6, 5.3", "FIELD_030"),
    ("ClearCache", "Rejected", "OCPP 1.6, 5.4", "FIELD_030"),
    ("Reset", "Rejected", "OCPP 1.6, 5.14", "FIELD_030"),
    ("DataTransfer", "Rejected", "OCPP 1.6, 5.6", "FIELD_031"),
    ("DataTransfer", "UnknownVendorId", "OCPP 1.6, 5.6", "FIELD_031"),
    ("SendLocalList", "VersionMismatch", "OCPP 1.6, 5.15", "FIELD_032"),
    ("TriggerMessage", "NotImplemented", "OCPP 1.6, 5.17", "FIELD_033"),
    ("SetChargingProfile", "NotSupported", "OCPP 1.6, 5.16", "FIELD_034"),
    ("ClearChargingProfile", "Unknown", "OCPP 1.6, 5.5", "FIELD_034"),
    ("GetCompositeSchedule", "Rejected", "OCPP 1.6, 5.7", "FIELD_034"),
    ("InstallCertificate", "Failed", _WHITEPAPER, "FIELD_036"),
    ("GetInstalledCertificateIds", "NotFound", _WHITEPAPER, "FIELD_036"),
    ("DeleteCertificate", "Failed", _WHITEPAPER, "FIELD_036"),
    ("ExtendedTriggerMessage", "NotImplemented", _WHITEPAPER, "FIELD_036"),
    ("GetLog", "AcceptedCanceled", _WHITEPAPER, "FIELD_036"),
    ("SignedUpdateFirmware", "RevokedCertificate", _WHITEPAPER, "FIELD_036"),
)
"""What a Charge Point may answer, after which a brittle Central System says no more."""


def value_faults() -> Iterator[Fault]:
    """All faults of this table."""
    for (action, member, clause, case), values in _VALUES.items():
        for value in values.split():
            holds = partial(_holds, member, value)
            yield _refusing(action, member, value, clause, case, only(answering(action, holds), error("InternalError")))
    for (action, member, case), values in _SAMPLES.items():
        clause = "OCPP 1.6, 4.7" if action == "MeterValues" else "OCPP 1.6, 4.10"
        for value in values.split():
            deed = only(answering(action, partial(_sampled, member, value)), error("FormationViolation"))
            yield _refusing(action, member, value, clause, case, deed)
    for action, status, clause, case in _ANSWERS:
        name = f"{action}-{status}-strikes-dumb".lower()
        what = f"answers nothing more once {action}.req was answered {status}"
        yield clause_of(clause, case).fault(name, what, partial(_dumb_after, action, status))
    yield clause_of("OCPP 1.6, 5.8", "FIELD_030").fault(
        "unknown-key-closes", "closes the connection once a configuration key is unknown", _closing_on_unknown_key
    )


def _refusing(action: str, member: str, value: str, clause: str, case: str, deed: Deed) -> Fault:
    name = f"{action}-{member}-{value}-not-known".lower().replace(".", "-")
    return clause_of(clause, case).fault(name, f"refuses {action}.req with the {member} {value}", deed)


def _holds(member: str, value: Any, request: Mapping[str, Any]) -> bool:
    return bool(request.get(member) == value)


def _sampled(member: str, value: str, request: dict[str, Any]) -> bool:
    return any(sample.get(member) == value for sample in sampled(request))


async def _dumb_after(action: str, status: str, turn: Turn) -> None:
    """Send no answer any more when the last CALL of this action was answered so."""
    told = [call.answer.get("status") for call in turn.line.calls if call.action == action and call.answer]
    if turn.frame.kind == CALLRESULT and told and status in told:
        await nothing(turn)
    else:
        await turn.send()


async def _closing_on_unknown_key(turn: Turn) -> None:
    unknown = any(call.answer and call.answer.get("unknownKey") for call in turn.line.calls)
    await (end(turn, 1011) if unknown and turn.frame.kind in (CALL, CALLRESULT) else turn.send())
