"""``--threshold`` as the user writes it."""

import pytest

from csms_harness.target.thresholds import parse_threshold


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("response=2s", ("response", 2.0)),
        ("Authorize=500ms", ("Authorize", 0.5)),
        ("Heartbeat=1 min", ("Heartbeat", 60)),
    ],
)
def test_a_threshold_is_a_name_and_a_duration(text: str, meaning: tuple[str, float]) -> None:
    assert parse_threshold(text) == meaning


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Authorise=2s", "did you mean 'Authorize'?"),
        ("Reset=2s", "response or an action of the Charge Point"),
        ("response", "--threshold response: write NAME=DURATION"),
        ("response=2", "--threshold response=2: "),
        ("response=0s", "must be longer than 0 s"),
        ("=1s", "write NAME=DURATION"),
    ],
)
def test_a_mistake_is_one_sentence_with_what_was_meant(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as mistake:  # noqa: PT011 - the text is what matters
        parse_threshold(text)
    assert sentence in str(mistake.value)
