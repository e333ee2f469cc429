"""``before.memory``: what has to exist in the Central System before a case, one item to an entry.

``{idTag: …, status: …, expiryDate: …, parentIdTag: …}`` is an idTag, ``{chargePointId: …}`` a Charge Point, and
``{chargePointId: …, password: …}`` the password of one. These are the items of a target's ``provision`` section.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from csms_harness.documents.nodes import Node
from csms_harness.scenario.reading import Reading, read_object
from csms_harness.scenario.shapes import Shape
from csms_harness.scenario.values import Value

STATUSES: Final = ("Accepted", "Blocked", "Expired", "Invalid")
"""What Authorize.conf may say about an idTag that is kept so (AuthorizationStatus without ConcurrentTx, 7.2)."""

ID_TAG: Final = Shape(
    "an idTag to provision",
    "object",
    {
        "idTag": Shape("idTag", "string", longest=20),
        "status": Shape("status", "string", choices=STATUSES),
        "expiryDate": Shape("expiryDate", "string", is_moment=True),
        "parentIdTag": Shape("parentIdTag", "string", longest=20),
    },
    frozenset({"idTag"}),
)
"""An idTag; without a status it is Accepted."""

CHARGE_POINT: Final = Shape(
    "a Charge Point to provision",
    "object",
    {"chargePointId": Shape("chargePointId", "string", longest=48), "password": Shape("password", "string")},
    frozenset({"chargePointId"}),
)
"""A Charge Point, or its password when there is one."""

_FORM: Final = "'memory' lists idTags {idTag: …, status: …}, Charge Points {chargePointId: …} and their passwords"


def read_memory_item(reading: Reading, node: Node) -> dict[str, Value]:
    """One entry of ``before.memory``. What does not fit becomes a mistake."""
    if node.kind != "mapping" or not ({"idTag", "chargePointId"} & node.members.keys()):
        reading.wrong(node, f"{_FORM}; this is {node}")
        return {}
    shape = ID_TAG if "idTag" in node.members else CHARGE_POINT
    for name in shape.required:
        named = node.members[name]
        if named.kind == "scalar" and named.value is None:
            reading.wrong(named, f"{shape.name} needs its {name}")
    return read_object(reading, node, shape)


def item_of(fields: Mapping[str, Any]) -> str:
    """Which item of ``provision`` the fields describe: idTag, chargePoint or password."""
    if "idTag" in fields:
        return "idTag"
    return "password" if "password" in fields else "chargePoint"
