"""Texts beyond ASCII by their number of characters."""

from __future__ import annotations

import pytest

from csms_harness.charge_point.model import ChargePoint
from csms_harness.documents.mistakes import Mistakes
from csms_harness.engine.given import Given
from csms_harness.scenario.given import in_english
from csms_harness.scenario.letters import emoji, letters
from tests.engine.play import a_case


@pytest.mark.parametrize("number", [1, 20, 50, 255, 5000])
def test_a_text_has_as_many_characters_as_it_is_to_have(number: int) -> None:
    assert (len(letters(number)), len(emoji(number))) == (number, number)
    assert max(letters(number)) <= "\uffff" < max(emoji(number))
    assert not letters(number).isascii()
    assert letters(number) == letters(number).strip()  # nobody can be blamed for trimming it


def test_a_scenario_names_them_by_their_length() -> None:
    given = Given({}, ChargePoint("CP_01"))
    assert (given["letters.20"], given["emoji.50"]) == (letters(20), emoji(50))
    assert in_english("letters.20") == "20 letters, most beyond ASCII"
    with pytest.raises(Mistakes, match=r"\$letters.x needs a number from 1 to 10000"):
        a_case("- {send: Authorize, with: {idTag: $letters.x}}")


@pytest.mark.parametrize(("tag", "shorter", "longer"), [
    ("TAG-001", "TAG-00", "TAG-0010"), ("0" * 20, "0" * 19, "0" * 19 + "1"), ("x" * 20, "x" * 19, "x" * 19 + "0"),
])  # fmt: skip
def test_an_id_tag_can_be_nearly_another_one(tag: str, shorter: str, longer: str) -> None:
    given = Given({"valid_id_tag": tag}, ChargePoint("CP_01"))
    assert (given["shorter.valid_id_tag"], given["longer.valid_id_tag"]) == (shorter, longer)
    assert given["longest.valid_id_tag"] == tag + "01234567890123456789"[len(tag) :]
    alike = [given["zero_led.valid_id_tag"], given["joker.valid_id_tag"]]
    assert tag not in alike
    assert all(len(one) <= 20 for one in alike)
    assert in_english("longer.valid_id_tag") == "the configured idTag with one character more"


def test_an_id_tag_can_look_like_another_one() -> None:
    given = Given({"valid_id_tag": "TAG-001", "blocked_id_tag": "TAG_"}, ChargePoint("CP_01"))
    assert (given["zero_led.valid_id_tag"], given["joker.valid_id_tag"]) == ("0TAG-001", "TAG-00_")
    assert given["joker.blocked_id_tag"] == "TAG%"
