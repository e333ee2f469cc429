"""What probably stands behind a refusal is data, told only where it may be the cause."""

from __future__ import annotations

import pytest

from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.hints import Hint, hints_behind, hints_of
from csms_harness.transport.refusal import Answer, RefusalKind
from csms_harness.transport.sentences import refuse, refuse_status

KEY = b"0123456789abcdefABCD0123456789abcdefABCD"


@pytest.mark.parametrize(
    ("url", "identity", "password", "hints"),
    [
        ("ws://h/ocpp", "CP_01", None, []),
        ("ws://h/ocpp/CP_01", "CP_01", None, [Hint.IDENTITY_TWICE]),
        ("ws://h/ocpp/CP_01/", "CP_01", None, [Hint.IDENTITY_TWICE]),
        ("ws://h/CP%201", "CP 1", None, [Hint.IDENTITY_TWICE, Hint.PERCENT_ENCODED]),
        ("ws://h/CP_01/{chargePointId}", "CP_01", None, []),
        ("ws://h/ocpp/:id", "CP_01", None, [Hint.PLACEHOLDER]),
        ("ws://h/CHARGE_POINT_ID/x", "CP_01", None, [Hint.PLACEHOLDER]),
        ("ws://h/ocpp", "RDAM|123", None, [Hint.PERCENT_ENCODED]),
        ("ws://h/ocpp", "CP_01", KEY, [Hint.HEX_PASSWORD]),
        ("ws://h/ocpp", "CP_01", KEY[:-1], []),
    ],
)
def test_an_endpoint_shows_what_is_seldom_meant(
    url: str, identity: str, password: bytes | None, hints: list[Hint]
) -> None:
    assert list(hints_of(Endpoint(url, identity, password=password))) == hints


@pytest.mark.parametrize(
    ("kind", "status", "verify_code", "hints"),
    [
        (RefusalKind.HTTP_STATUS, 404, 0, (Hint.IDENTITY_TWICE, Hint.PERCENT_ENCODED)),
        (RefusalKind.HTTP_STATUS, 401, 0, (Hint.PERCENT_ENCODED, Hint.HEX_PASSWORD)),
        (RefusalKind.HTTP_STATUS, 503, 0, ()),
        (RefusalKind.HTTP_PLAIN, 200, 0, (Hint.IDENTITY_TWICE, Hint.PERCENT_ENCODED)),
        (RefusalKind.TCP_REFUSED, 0, 0, ()),
        (RefusalKind.CERTIFICATE, 0, 20, (Hint.CHAIN,)),
        (RefusalKind.CERTIFICATE, 0, 10, ()),
    ],
)
def test_only_what_may_be_the_cause_is_told(
    kind: RefusalKind, status: int, verify_code: int, hints: tuple[Hint, ...]
) -> None:
    endpoint = Endpoint("ws://h/CP%201", "CP 1", password=KEY)
    assert hints_behind(kind, endpoint, status, verify_code) == hints


def test_the_sentence_names_the_probable_cause_and_what_to_do() -> None:
    unknown = refuse_status(Endpoint("ws://h/ocpp", "RDAM 123"), Answer(404, "Not Found")).refusal.sentence
    assert unknown.endswith(
        "The identity travels percent-encoded, as RDAM%20123 (OCPP-J 3.1.1): "
        "a CSMS that does not decode it does not know it."
    )
    twice = refuse_status(Endpoint("ws://h/CP_01", "CP_01"), Answer(404, "Not Found")).refusal.sentence
    assert "The URL ends with the identity CP_01 already" in twice
    key = refuse_status(Endpoint("ws://h/", "CP_01", password=KEY), Answer(401, "No")).refusal.sentence
    assert "begins with hex:" in key
    assert KEY.decode() not in key
    chain = refuse(RefusalKind.CERTIFICATE, Endpoint("wss://h/", "CP_01"), "no issuer", verify_code=20)
    assert "intermediate certificate" in chain.refusal.sentence
