"""A broken schema, told by the member and the rule."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.ocpp16.payloads import Direction, judge_payload

REQUEST, CONFIRMATION = Direction.REQUEST, Direction.CONFIRMATION
ACCEPTED = {"status": "Accepted"}

BROKEN: list[tuple[str, Direction, dict[str, Any], list[tuple[str, str]]]] = [
    ("Authorize", CONFIRMATION, {"idTagInfo": {}}, [("idTagInfo.status", "is required")]),
    ("Authorize", CONFIRMATION, {}, [("idTagInfo", "is required")]),
    (
        "StartTransaction", CONFIRMATION, {"transactionId": 1, "idTagInfo": ACCEPTED | {"extra": "x"}, "more": 1},
        [
            ("idTagInfo.extra", "is not allowed: the schema has no such member"),
            ("more", "is not allowed: the schema has no such member"),
        ],
    ),
    ("StatusNotification", CONFIRMATION, ACCEPTED, [("status", "is not allowed: the schema has no such member")]),
    (
        "ClearCache", REQUEST, {"one": 1, "other": 2},
        [
            ("one", "is not allowed: the schema has no such member"),
            ("other", "is not allowed: the schema has no such member"),
        ],
    ),
    (
        "BootNotification", CONFIRMATION, ACCEPTED | {"currentTime": "2026-01-31T12:00:00Z", "interval": "300"},
        [("interval", 'must be a whole number, is "300"')],
    ),
    (
        "BootNotification", CONFIRMATION, ACCEPTED | {"currentTime": "2026-01-31T12:00:00Z", "interval": 300.0},
        [("interval", "must be a whole number without a decimal point, is 300.0")],
    ),
    ("Reset", REQUEST, {"type": "soft"}, [("type", 'must be Hard or Soft, is "soft"')]),
    (
        "Reset", REQUEST, {"type": None},
        [("type", "must be a text, is null"), ("type", "must be Hard or Soft, is null")],
    ),
    (
        "RemoteStartTransaction", REQUEST, {"idTag": "x" * 21},
        [("idTag", "has 21 characters, at most 20 are allowed")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("action", "direction", "payload", "told"), BROKEN)
def test_a_violation_names_the_member_and_the_rule(
    action: str, direction: Direction, payload: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    breaches = judge_payload(action, direction, payload)
    assert sorted((breach.path, breach.text) for breach in breaches) == sorted(told)


def test_a_long_value_is_cut() -> None:
    (breach,) = judge_payload("Reset", REQUEST, {"type": "x" * 500})
    assert breach.text.endswith("…")
    assert len(breach.text) < 120
