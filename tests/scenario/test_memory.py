from __future__ import annotations

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.scenario.memory import item_of
from csms_harness.scenario.values import Instant

from .documents import case

STEP = "- step: 1\n  send: Heartbeat\n"


def memory(*items: str) -> str:
    return "before:\n  memory:\n" + "".join(f"    - {item}\n" for item in items)


def mistakes(*items: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        case(STEP, memory(*items))
    return [f"{mistake.where.line}: {mistake.text}" for mistake in caught.value.mistakes]


def test_the_three_kinds_of_item_are_read() -> None:
    read = case(
        STEP,
        memory(
            "{idTag: $config.expired_id_tag, status: Expired, expiryDate: $now - 24 h, parentIdTag: GROUP-1}",
            "{chargePointId: $charge_point.id}",
            "{chargePointId: $charge_point.id, password: $config.password}",
        ),
    ).before.memory
    assert [item_of(item) for item in read] == ["idTag", "chargePoint", "password"]
    assert isinstance(read[0]["expiryDate"], Instant)
    assert read[0]["expiryDate"].offset == -86400


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("TAG-001", "'memory' lists idTags {idTag: …, status: …}"),
        ("{status: Expired}", "'memory' lists idTags"),
        ("{idTag: T, state: Expired}", "an idTag to provision has no member 'state'"),
        ("{idTag: T, chargePointId: CP_01}", "has no member 'chargePointId'"),
        ("{idTag: T, status: expired}", "status cannot be 'expired'"),
        ("{idTag: T, status: ConcurrentTx}", "status cannot be 'ConcurrentTx'"),
        ("{idTag: 12}", "idTag must be text, not the number 12"),
        ("{idTag: null}", "an idTag to provision needs its idTag"),
        ("{idTag: T, expiryDate: yesterday}", "expiryDate must be a date-time"),
        ("{idTag: ABCDEFGHIJKLMNOPQRSTU}", "idTag holds at most 20 characters, this text has 21"),
        ("{chargePointId: CP_01, connectors: 2}", "a Charge Point to provision has no member 'connectors'"),
        ("{idTag: $expired}", "$expired"),
    ],
)
def test_an_item_that_cannot_be_provisioned_is_a_mistake_with_its_line(item: str, text: str) -> None:
    (found,) = mistakes(item)
    assert text in found
    assert found.startswith("12: ")
