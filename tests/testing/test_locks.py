"""Two test processes never use one Charge Point or one idTag at a time."""

from __future__ import annotations

import threading
from pathlib import Path

from csms_harness.testing.locks import holding, take_one


def test_each_takes_another_charge_point_until_none_is_left(tmp_path: Path) -> None:
    first, second = take_one(["CP_01", "CP_02"], tmp_path), take_one(["CP_01", "CP_02"], tmp_path)
    assert first is not None
    assert second is not None
    assert (first[0], second[0]) == ("CP_01", "CP_02")
    assert take_one(["CP_01", "CP_02"], tmp_path) is None
    first[1].close()
    again = take_one(["CP_01", "CP_02"], tmp_path)
    assert again is not None
    assert again[0] == "CP_01"
    again[1].close()
    second[1].close()


def test_whoever_wants_what_another_holds_waits_for_it(tmp_path: Path) -> None:
    order: list[str] = []

    def other() -> None:
        with holding(["TAG-002", "TAG-001"], tmp_path):
            order.append("other")

    waiting = threading.Thread(target=other)
    with holding(["TAG-001", "TAG-002", "TAG-001"], tmp_path):
        waiting.start()
        order.append("first")
    waiting.join(10)
    assert order == ["first", "other"]


def test_what_nobody_else_wants_is_had_at_once(tmp_path: Path) -> None:
    with holding(["TAG-001"], tmp_path), holding(["TAG-002"], tmp_path), holding([], tmp_path):
        pass
