"""What others said, on one line."""

from __future__ import annotations

import pytest

from csms_harness.foreign import EXCERPT, excerpt


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\r\n  lines\t", "two lines"),
        ("\x1b[31mred\u202e", "[31mred"),
        ("no\u00a0break", "no break"),
        ("", ""),
    ],
)
def test_an_excerpt_is_one_line_without_what_cannot_be_seen(text: str, shown: str) -> None:
    assert excerpt(text) == shown


def test_a_long_text_is_cut_to_the_limit_and_the_cut_is_seen() -> None:
    assert excerpt("x" * EXCERPT) == "x" * EXCERPT
    assert excerpt("x" * (EXCERPT + 1)) == "x" * (EXCERPT - 1) + "…"
    assert excerpt("12345", 3) == "12…"
