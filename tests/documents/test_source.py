"""YAML text as nodes: YAML 1.2 scalars, places, limits, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csms_harness.documents.composer import MAX_ALIASES, MAX_DEPTH
from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake, Mistakes, did_you_mean, one_of
from csms_harness.documents.nodes import locate, plain
from csms_harness.documents.source import MAX_BYTES, parse_bytes, parse_yaml, read_yaml


def told(text: str) -> str:
    with pytest.raises(Mistakes) as mistakes:
        parse_yaml(text, "f.yaml")
    return str(mistakes.value)


SCALARS: list[tuple[str, Any]] = [
    ("on", "on"),
    ("no", "no"),
    ("Yes", "Yes"),
    ("12:30", "12:30"),
    ("2025-11-01", "2025-11-01"),
    ("2025-11", "2025-11"),
    ("017", 17),
    ("0o17", 15),
    ("0x1F", 31),
    ("-7", -7),
    ("+7", 7),
    ("1_000", "1_000"),
    ("1e3", 1000.0),
    ("1.10", 1.1),
    (".5", 0.5),
    ("-.inf", float("-inf")),
    ("3.4.1", "3.4.1"),
    ("true", True),
    ("FALSE", False),
    ("tRue", "tRue"),
    ("null", None),
    ("~", None),
    ("", None),
    ("'017'", "017"),
    ('"null"', "null"),
    ("!!str 17", "17"),
    ("! 17", "17"),
    ("!!int 17", 17),
    ("!!float 1.5", 1.5),
    ("|\n  a\n  b", "a\nb"),
    ("<<", "<<"),
    ("=", "="),
]


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_a_scalar_means_what_yaml_1_2_says(text: str, value: Any) -> None:
    found = plain(parse_yaml(f"a: {text}", "f.yaml"))["a"]
    assert (found, type(found)) == (value, type(value))


def test_a_document_becomes_plain_values() -> None:
    text = "a: {b: [1, x]}\nc:\n  - d: null\n"
    assert plain(parse_yaml(text, "f.yaml")) == {"a": {"b": [1, "x"]}, "c": [{"d": None}]}


def test_a_node_knows_where_its_key_and_its_value_stand() -> None:
    node = parse_yaml("a:\n  - b: 1\n    c: 2\n", "f.yaml")
    second = node.members["a"].items[0]
    assert second.keys["c"].where == Location("f.yaml", 3, 5)
    assert second.members["c"].where == Location("f.yaml", 3, 8)


def test_an_alias_stands_for_what_its_anchor_holds() -> None:
    assert plain(parse_yaml("a: &x [1]\nb: *x\n", "f.yaml")) == {"a": [1], "b": [1]}


def test_a_path_is_followed_as_far_as_it_exists_and_union_tags_are_passed_over() -> None:
    node = parse_yaml("steps:\n  - send: A\n    with: {x: 1}\n", "f.yaml")
    assert locate(node, ("steps", 0, "Send", "with", "x")) == Location("f.yaml", 3, 15)
    assert locate(node, ("steps", 5)) == Location("f.yaml", 2, 3)


@pytest.mark.parametrize(
    ("merging", "members"),
    [
        ("{<<: *x, b: 3}", {"a": 1, "b": 3}),
        ("{b: 3, <<: *x}", {"b": 3, "a": 1}),
        ("{<<: [*y, *x]}", {"b": 4, "c": 5, "a": 1}),
        ("{<<: *y, <<: *x}", {"b": 4, "c": 5, "a": 1}),
        ('{"<<": 1}', {"<<": 1}),
    ],
)
def test_merge_keys_are_taken_and_what_a_mapping_says_itself_wins(merging: str, members: dict[str, int]) -> None:
    text = f"x: &x {{a: 1, b: 2}}\ny: &y {{b: 4, c: 5}}\nz: {merging}\n"
    assert plain(parse_yaml(text, "f.yaml"))["z"] == members


REFUSED = {
    "a: 1\nb: 2\na: 3\n": "f.yaml:3:1: the key 'a' stands twice; first in line 1\na: 3\n^",
    "a: !secret 1": "f.yaml:1:4: the tag !secret is not known; values need no tags\na: !secret 1\n   ^",
    "a: !!python/name:os.system x": (
        "f.yaml:1:4: the tag !!python/name:os.system is not known; values need no tags\n"
        "a: !!python/name:os.system x\n   ^"
    ),
    "a: !!set {b}": "f.yaml:1:4: the tag !!set is not known; values need no tags\na: !!set {b}\n   ^",
    "a: !!int x": "f.yaml:1:4: the tag !!int does not fit 'x'\na: !!int x\n   ^",
    "c:\n  <<: 3": (
        "f.yaml:2:7: a merge key (<<) takes a mapping or a list of them, this is the number 3\n  <<: 3\n      ^"
    ),
    "a: *x": "f.yaml:1:4: the alias *x has no anchor\na: *x\n   ^",
    "a: &x [*x]": "f.yaml:1:8: the alias *x stands inside what it stands for\na: &x [*x]\n       ^",
    "1: a": "f.yaml:1:1: a key must be text, this one is the number 1\n1: a\n^ write '1' in quotes",
    "? [a]\n: b": "f.yaml:1:3: a key must be text, this one is a list\n? [a]\n  ^",
    "a\n---\nb\n": "f.yaml:2:1: a second document begins here; a file holds one\n---\n^",
    "": "f.yaml:1:1: is empty",
    "# nothing\n": "f.yaml:1:1: is empty\n# nothing\n^",
    "a:\n\t- b": "f.yaml:2:1: a tab may not indent; use blanks\n - b\n^",
    "a: b: c": "f.yaml:1:5: not valid YAML: mapping values are not allowed in this context\na: b: c\n    ^",
    "a: [1, 2": "f.yaml:1:9: not valid YAML: did not find expected ',' or ']'\na: [1, 2\n        ^",
    "a: 'x": "f.yaml:1:6: not valid YAML: found unexpected end of stream\na: 'x\n     ^",
    "a: \x00": "f.yaml:1:4: the character U+0000 may not stand in a file\na:\n   ^",
    "a: \ud800": "f.yaml:1:4: the character U+D800 may not stand in a file\na:\n   ^",
    "a: 1e999": "f.yaml:1:4: a number of 5 digits is beyond any use\na: 1e999\n   ^",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_surprises_is_refused_with_its_place(text: str) -> None:
    assert told(text) == REFUSED[text]


def test_every_duplicate_key_is_told_at_once() -> None:
    assert [line.split(": ")[0] for line in told("a: 1\na: 2\nb: {c: 1, c: 2}\n").splitlines()[::3]] == [
        "f.yaml:2:1",
        "f.yaml:3:11",
    ]


def test_nesting_is_limited() -> None:
    parse_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f.yaml")
    assert told("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).startswith("f.yaml:1:65: nested deeper than 64 levels")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[" * 200_000, "1:65"),
        ("a: " + "[" * 5000, "1:67"),
        ("{a: " * 5000, "1:254"),
        ("- " * 5000, "1:129"),
        ("? " * 5000, "1:129"),
        ("[\n" * 5000, "65:1"),
        ("ü😀: " + "[" * 5000 + "]" * 5000, "1:68"),
    ],
)
def test_nesting_is_refused_at_its_65th_level_whether_or_not_the_parser_has_a_limit_of_its_own(
    text: str, place: str
) -> None:
    assert told(text).startswith(f"f.yaml:{place}: nested deeper than 64 levels")


@pytest.mark.parametrize(
    "text", ["[" * MAX_DEPTH + "}", f"a: '{'[' * 70}'\nb: }}", f"# {'[' * 70}\nb: }}", f"a: |\n  {'[' * 70}\nb: }}"]
)
def test_a_syntax_error_stays_one_however_many_brackets_stand_before_it(text: str) -> None:
    assert ": not valid YAML: " in told(text).splitlines()[0]


def test_nesting_through_aliases_is_limited() -> None:
    lines = ["a0: &a0 " + "[" * 40 + "]" * 40, "b: " + "[" * 30 + "*a0" + "]" * 30]
    assert told("\n".join(lines)).startswith("f.yaml:2:34: nested deeper than 64 levels")


def test_many_aliases_are_refused() -> None:
    few = "a: &x 1\nb: [" + ", ".join(["*x"] * MAX_ALIASES) + "]"
    parse_yaml(few, "f.yaml")
    assert told(few[:-1] + ", *x]").startswith("f.yaml:2:405: too many aliases; at most 100")


def test_an_alias_bomb_is_refused_before_it_is_built() -> None:
    lines = ["a0: &a0 x", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))]
    assert told("\n".join(lines)).startswith("f.yaml:7:10: too many aliases")


def test_a_long_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(Mistakes, match=r"^long: is longer than 1 MiB|^name:1:1: is longer than 1 MiB"):
        read_yaml(path, "name")
    assert "is longer than 1 MiB" in told("#" * (MAX_BYTES + 1))


def test_a_file_that_is_not_utf_8_is_refused_at_its_first_wrong_byte() -> None:
    with pytest.raises(Mistakes) as mistakes:
        parse_bytes("a: 1\nb: ü".encode("latin-1"), "f.yaml")
    assert str(mistakes.value).startswith("f.yaml:2:4: is not UTF-8 from here on; save it as UTF-8\nb: ")


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert plain(parse_bytes(b"\xef\xbb\xbfa: 1", "f.yaml")) == {"a": 1}


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Mistakes) as mistakes:
        read_yaml(tmp_path / "none.yaml", "none.yaml")
    assert str(mistakes.value) == "none.yaml: cannot be read: no such file or directory"


def test_a_folder_instead_of_a_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="cannot be read: is a directory"):
        read_yaml(tmp_path)


def test_a_long_line_is_shown_around_the_mistake() -> None:
    text = "a: [" + "x, " * 80 + "!bad y" + ", x" * 80 + "]"
    _, shown, caret = told(text).splitlines()
    assert len(shown) <= 100
    assert shown[caret.index("^") :].startswith("!bad y")


def test_mistakes_are_told_in_order_and_each_only_once() -> None:
    one, other = Mistake(Location("a", 2, 1), "second"), Mistake(Location("a", 1, 1), "first", "", "maybe")
    assert str(Mistakes([one, other, one])) == "a:1:1: first (maybe)\na:2:1: second"


def test_a_close_word_is_suggested_whatever_its_case() -> None:
    assert did_you_mean("EXPECT", ["expect", "observe"]) == "did you mean 'expect'?"
    assert did_you_mean("zzz", ["expect"]) == ""


def test_a_choice_is_told_in_prose() -> None:
    assert (one_of("a"), one_of("ab"), one_of("abc")) == ("a", "a or b", "a, b or c")


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_any_text_is_a_tree_or_mistakes(text: str) -> None:
    with suppress(Mistakes):
        plain(parse_yaml(text, "f.yaml"))


@settings(deadline=None)  # the machine may be busy
@given(st.binary())
def test_any_bytes_are_a_tree_or_mistakes(data: bytes) -> None:
    with suppress(Mistakes):
        plain(parse_bytes(data, "f.yaml"))


@settings(deadline=None)  # the machine may be busy
@given(st.text("ab&*!<>?:,-[]{}|'\"#%@`\\ \n\t~0.e"))
def test_any_text_of_yaml_signs_is_a_tree_or_mistakes(text: str) -> None:
    with suppress(Mistakes):
        plain(parse_yaml(text, "f.yaml"))
