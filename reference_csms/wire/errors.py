"""The error codes of OCPP-J 1.6 (4.2.3), in the spelling of 1.6, and the one exception that carries them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ocpp import exceptions as package


class Code(StrEnum):
    """The `errorCode` of a CALLERROR; two of the ten are misspelt in the standard, and stay so."""

    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    INTERNAL_ERROR = "InternalError"
    PROTOCOL_ERROR = "ProtocolError"
    SECURITY_ERROR = "SecurityError"
    FORMATION = "FormationViolation"
    PROPERTY_CONSTRAINT = "PropertyConstraintViolation"
    OCCURRENCE_CONSTRAINT = "OccurenceConstraintViolation"
    TYPE_CONSTRAINT = "TypeConstraintViolation"
    GENERIC_ERROR = "GenericError"


# What the `ocpp` package says in the words of OCPP 2.0.1.
_SPELLING_OF_1_6 = {
    "FormatViolation": Code.FORMATION,
    "OccurrenceConstraintViolation": Code.OCCURRENCE_CONSTRAINT,
}


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a CALL cannot be answered: the code, one sentence, and the member (dotted, or empty)."""

    code: Code
    sentence: str
    member: str = field(default="")


class Violation(Exception):
    """A routed method cannot take its payload, for this Breach."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.sentence)
        self.breach = breach


def breach_from(error: package.OCPPError) -> Breach:
    """Translate an exception of the `ocpp` package, as routed code may raise it, into 1.6."""
    code = getattr(error, "code", Code.GENERIC_ERROR)
    return Breach(_SPELLING_OF_1_6.get(code) or Code(code), str(error.description))
