"""The codes of a CALLERROR (OCPP-J 1.6 section 4.2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ERROR_CODES: Final = frozenset(
    {
        "NotImplemented",
        "NotSupported",
        "InternalError",
        "ProtocolError",
        "SecurityError",
        "FormationViolation",
        "PropertyConstraintViolation",
        "OccurenceConstraintViolation",
        "TypeConstraintViolation",
        "GenericError",
    }
)
"""CALLERROR codes of OCPP-J 1.6 section 4.2.3; one of them is misspelt there and is to be spelt so."""

LATER_ERROR_CODES: Final = frozenset(
    {"FormatViolation", "OccurrenceConstraintViolation", "MessageTypeNotSupported", "RpcFrameworkError"}
)
"""Codes that OCPP 2.0.1 introduced or respelt; a note in 1.6, because receivers treat any code alike."""

RESPELT: Final[Mapping[str, str]] = {
    "FormatViolation": "FormationViolation",
    "OccurrenceConstraintViolation": "OccurenceConstraintViolation",
}
"""Codes of OCPP 2.0.1 that 1.6 has too, in other letters: they say the same."""


def meant(code: str) -> str:
    """The code of OCPP-J 1.6 that says what a code says, which may be of a later edition."""
    return RESPELT.get(code, code)
