"""What probably stands behind a refusal, as far as the endpoint itself shows it. The words are in ``sentences``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from csms_harness.transport.certifying import is_address
from csms_harness.transport.endpoint import PLACE, Endpoint
from csms_harness.transport.refusal import RefusalKind


class Hint(StrEnum):
    """Something about an endpoint that explains a refusal more often than not."""

    IDENTITY_TWICE = "identity twice"
    PLACEHOLDER = "placeholder"
    PERCENT_ENCODED = "percent encoded"
    HEX_PASSWORD = "hex password"
    CHAIN = "chain"
    NO_NAME = "no name"
    SPEAKS_TLS = "speaks tls"


NO_ISSUER: Final = frozenset({20, 21})
"""OpenSSL's codes for a chain that ends before a certificate that is trusted here (X509_V_ERR_…)."""

_REFUSED: Final = frozenset({400, 401, 403, 404})
_KEY: Final = re.compile(rb"[0-9a-fA-F]{40}")
_HOLDER: Final = re.compile(r":\w+|(?:your|my)[_-].+|(?:charge_?point|cp|station|charger)_?id|identity", re.IGNORECASE)


def hints_of(endpoint: Endpoint) -> Iterator[Hint]:
    """What the endpoint shows before anything is connected."""
    segments = [unquote(segment) for segment in urlsplit(endpoint.url).path.split("/") if segment]
    if PLACE not in endpoint.url and segments[-1:] == [endpoint.identity]:
        yield Hint.IDENTITY_TWICE
    if any(_HOLDER.fullmatch(segment) for segment in segments if segment != endpoint.identity):
        yield Hint.PLACEHOLDER
    if quote(endpoint.identity, safe="") != endpoint.identity:
        yield Hint.PERCENT_ENCODED
    if endpoint.password is not None and _KEY.fullmatch(endpoint.password):
        yield Hint.HEX_PASSWORD


def hints_behind(kind: RefusalKind, endpoint: Endpoint, status: int, verify_code: int = 0) -> tuple[Hint, ...]:
    """What probably stands behind a refusal of this kind. ``verify_code`` is OpenSSL's, of a certificate."""
    if kind is RefusalKind.CERTIFICATE:
        return (Hint.CHAIN,) if verify_code in NO_ISSUER else ()
    if kind in (RefusalKind.TLS_BROKEN_OFF, RefusalKind.TLS_FAILED):
        return (Hint.NO_NAME,) if is_address(endpoint.certified_name) else ()
    if kind not in (RefusalKind.HTTP_STATUS, RefusalKind.HTTP_PLAIN) or (status >= 300 and status not in _REFUSED):
        return ()
    wanted = {Hint.HEX_PASSWORD, Hint.PERCENT_ENCODED} if status == 401 else set(Hint) - {Hint.HEX_PASSWORD}
    return tuple(hint for hint in hints_of(endpoint) if hint in wanted)
