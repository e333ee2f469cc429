"""Equality and order of JSON values, as the language means them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from csms_harness.certificates.pem import same_pem
from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.scenario.shapes import moment_members

CASE_INSENSITIVE: Final = frozenset({"idTag", "parentIdTag", "key", "issuerNameHash", "issuerKeyHash", "serialNumber"})
"""Members of a CiString type (OCPP 1.6 section 7; security whitepaper): upper and lower case are the same."""

PEM: Final = frozenset({"certificate", "certificateChain", "signingCertificate", "csr"})
"""Members that hold PEM: what it encodes is compared, and line ends are not."""


_KEY: Final = re.compile(r"[0-9A-Fa-f]{32,40}")
"""An AuthorizationKey: bytes in hex (security whitepaper, 2.4), in which capital and small letters are the same."""


def same(wanted: Any, actual: Any, path: str = "", *, moments: bool = False) -> bool:
    """Equality of the language: objects as subsets, lists exactly, numbers as decimals, CiStrings without case.

    With ``moments`` two date-times are the same when they name one instant.
    """
    if isinstance(wanted, str) and isinstance(actual, str):
        return wanted == actual or _same_text(wanted, actual, _member(path), moments=moments)
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    if is_number(wanted) and is_number(actual):
        return _decimal(wanted) == _decimal(actual)
    if isinstance(wanted, dict) and isinstance(actual, dict):
        return all(name in actual and same(item, actual[name], name, moments=moments) for name, item in wanted.items())
    if isinstance(wanted, list) and isinstance(actual, list):
        return len(wanted) == len(actual) and all(
            same(one, other, path, moments=moments) for one, other in zip(wanted, actual, strict=True)
        )
    return type(wanted) is type(actual) and bool(wanted == actual)


def _same_text(wanted: str, actual: str, member: str, *, moments: bool) -> bool:
    if member in CASE_INSENSITIVE:
        return wanted.casefold() == actual.casefold()
    if member == "value" and _KEY.fullmatch(wanted):
        return wanted.casefold() == actual.casefold()
    if member in PEM:
        return same_pem(wanted, actual)
    return moments and member in moment_members() and in_order(actual, wanted, lambda one, other: one == other)


def _member(path: str) -> str:
    return re.sub(r"\[\d+\]", "", path.rpartition(".")[2])


def is_number(value: Any) -> bool:
    """Whether this is a number; a boolean is none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def in_order(actual: Any, wanted: Any, holds: Callable[[Any, Any], bool]) -> bool:
    """Compare numbers as numbers and date-times as moments; anything else does not hold."""
    if is_number(actual) and is_number(wanted):
        return holds(_decimal(actual), _decimal(wanted))
    moments = _moment(actual), _moment(wanted)
    return None not in moments and holds(*moments)


def is_near(actual: Any, wanted: Any, margin: float) -> bool:
    """Whether two numbers, or two date-times in seconds, are at most so far apart."""
    if is_number(actual) and is_number(wanted):
        return abs(_decimal(actual) - _decimal(wanted)) <= _decimal(margin)
    one, other = _moment(actual), _moment(wanted)
    return one is not None and other is not None and abs(one - other) <= timedelta(seconds=margin)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_datetime(value)
    except ValueError:
        return None
