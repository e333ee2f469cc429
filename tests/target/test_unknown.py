"""Unknown idTags: new for each case, short enough, in the form of the one that the target gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.target.target import Target, parse_target
from csms_harness.target.unknown import UnknownIdTags, new_id_tag


def target(config: str) -> Target:
    text = f"url: ws://127.0.0.1:9000/ocpp\ncharge_points: [{{id: CP_01}}]\nconfig: {config}\n"
    return parse_target(text, "target.yaml", Path())


@pytest.mark.parametrize(
    ("like", "first", "second"),
    [
        ("TAG-UNKNOWN", "TAG-UNKNOWN-00000001", "TAG-UNKNOWN-0000000Z"),
        ("a-long-unknown-id-tag", "a-long-unkn-00000001", "a-long-unkn-0000000z"),
        ("", "-00000001", "-0000000Z"),
        ("1234567890", "1200000001", "1200000035"),
        ("04AABBCC", "04000001", "04000023"),
        ("04aabbccddeeff", "04aabb00000001", "04aabb00000023"),
        ("1234", "1234-00000001", "1234-0000000Z"),
    ],
)
def test_a_new_id_tag_begins_as_the_given_one_and_keeps_its_form(like: str, first: str, second: str) -> None:
    assert (new_id_tag(like, 1), new_id_tag(like, 35)) == (first, second)
    assert len(first) <= 20


def test_each_case_gets_another_one_and_each_run_begins_elsewhere() -> None:
    unknown, config = UnknownIdTags.begin(), {"invalid_id_tag": "TAG-UNKNOWN", "valid_id_tag": "TAG-001"}
    made = [unknown.config(config)["invalid_id_tag"] for _ in range(100)]
    other = [UnknownIdTags.begin().config(config)["invalid_id_tag"] for _ in range(10)]
    assert len({*made, *other}) == 110
    assert unknown.config(config)["valid_id_tag"] == "TAG-001"


def test_a_target_that_insists_on_its_unknown_id_tag_gets_it() -> None:
    insisting = target("{invalid_id_tag: TAG-UNKNOWN, new_invalid_id_tags: false}")
    config = insisting.lane_config(insisting.charge_points[0])
    assert UnknownIdTags().config(config)["invalid_id_tag"] == "TAG-UNKNOWN"


def test_a_target_that_names_none_gets_new_ones_too() -> None:
    silent = target("{}")
    made = UnknownIdTags().config(silent.lane_config(silent.charge_points[0]))
    assert made["invalid_id_tag"] == "UNKNOWN-00000001"
