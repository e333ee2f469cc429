from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.triggers.masking import Secrets


def test_a_secret_is_masked_in_each_form_in_which_it_travels() -> None:
    secrets = Secrets({"KEY": 'a b/"ä'})
    secrets.from_environment("KEY")
    told = secrets.mask('plain a b/"ä, url a%20b%2F%22%C3%A4, form a+b%2F%22%C3%A4, json a b/\\"\\u00e4')
    assert told == "plain •••, url •••, form •••, json •••"


def test_a_secret_within_another_leaves_no_rest() -> None:
    secrets = Secrets({"SHORT": "abc", "LONG": "abcdef"})
    secrets.from_environment("SHORT")
    secrets.from_environment("LONG")
    assert secrets.mask("abcdef") == "•••"


def test_an_empty_value_masks_nothing() -> None:
    secrets = Secrets({"EMPTY": ""})
    secrets.from_environment("EMPTY")
    assert secrets.mask("text") == "text"


def test_a_secret_file_is_read_beside_the_target_file(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("s3cret\n")
    secrets = Secrets({}, tmp_path)
    assert secrets.from_file("key.txt") == "s3cret"
    assert secrets.mask("s3cret") == "•••"


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(LookupError, match="KEY is not set"):
        Secrets({}).from_environment("KEY")
