"""Foreign strings made harmless."""

import json

import pytest

from csms_harness.foreign import (
    XML_LIMIT,
    cut,
    for_html,
    for_json,
    for_markdown,
    for_terminal,
    for_xml,
    in_blocks,
    markdown_code,
    slug,
    visible,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b2J", "\\x9b2J"),
        ("a\x00b\x7f", "a\\x00b\\x7f"),
        ("abc\u202etxt", "abc\\u202etxt"),
        ("\ud800", "\\ud800"),
        ("\ufffe", "\\ufffe"),
        ("\U000e0041", "\\U000e0041"),
        ("one\r\n\ttwo", "one\\r\\n\\ttwo"),
        ("전기차 충전\u3000서버", "전기차 충전\u3000서버"),
    ],
)
def test_what_cannot_be_shown_is_written_as_a_visible_escape(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_what_was_cut_is_said_at_the_end() -> None:
    assert cut("abcdef", 3) == "abc… (6 characters in all)"
    assert cut("abc", 3) == "abc"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("::set-output name=a::1", "\\x3a:set-output name=a::1"),
        ("say ::stop-commands::t", "say \\x3a:stop-commands\\x3a:t"),
        ("##vso[task.complete]", "\\x23#vso[task.complete]"),
        ("##teamcity[x]", "\\x23#teamcity[x]"),
        ("##[error]", "\\x23#[error]"),
        ("ws://[::1]:9000", "ws://[::1]:9000"),
        ("[/foo] stays as it is", "[/foo] stays as it is"),
    ],
)
def test_commands_of_build_servers_are_broken_up_on_the_terminal(raw: str, shown: str) -> None:
    assert for_terminal(raw) == shown


def test_xml_text_keeps_its_lines_and_stays_below_its_limit_in_bytes() -> None:
    assert for_xml("a\n\tb]]>\x00") == "a\n\tb]]>\\x00"
    long = for_xml("충" * 1_000_000)
    assert len(long.encode()) <= XML_LIMIT
    assert long.endswith("… cut: 1000000 characters in all, see the transcript")


def test_html_text_can_be_cut() -> None:
    assert for_html("<b>\x1b", 3) == "<b>… (4 characters in all)"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a|b", "a\\|b"),
        ("[x](y)", "\\[x\\](y)"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("`code` *b* ~s~ $m$", "\\`code\\` \\*b\\* \\~s\\~ \\$m\\$"),
        ("_i_ TC_010_CSMS", "\\_i\\_ TC_010_CSMS"),
        ("@somebody", "@&#8203;somebody"),
        ("fixes #12", "fixes #&#8203;12"),
        ("http://x www.y", "http:&#8203;//x www&#8203;.y"),
        ("&amp;", "&amp;amp;"),
        ("한전", "한전"),
    ],
)
def test_markdown_prose_holds_no_markup_mention_reference_or_link(raw: str, shown: str) -> None:
    assert for_markdown(raw) == shown


def test_a_markdown_code_block_is_fenced_longer_than_any_run_of_backticks_inside() -> None:
    assert markdown_code("a ```` b") == "`````text\na ```` b\n`````"


def test_json_is_made_safe_to_print_without_changing_its_meaning() -> None:
    value = {"a": "\x1b\x9b\u202e\ud800\U000e0041 한전 \u007f"}
    document = for_json(json.dumps(value, ensure_ascii=False, indent=1))
    assert json.loads(document) == value
    assert "한전" in document
    assert all(char.isprintable() or char == "\n" for char in document)


@pytest.mark.parametrize(
    "hostile", ["../../etc/passwd", "CON", "nul.txt", "a\x00b", "x" * 300, "", ".hidden", "한전", "\ud800", "a/b"]
)
def test_a_hostile_name_becomes_a_harmless_file_name(hostile: str) -> None:
    name = slug(hostile)
    assert 0 < len(name) <= 80
    assert all(char.isascii() and (char.isalnum() or char in "_-") for char in name)
    assert name.upper() not in {"CON", "NUL"}


def test_an_ordinary_case_id_is_its_own_file_name() -> None:
    assert slug("TC_023_1_CSMS") == "TC_023_1_CSMS"


def test_two_names_never_share_a_file_not_even_on_a_disk_that_ignores_case() -> None:
    names = [slug(name) for name in ("TC_A", "tc_a", "Tc_a", "TC/A", "TC-A", "TC A")]
    assert len({name.lower() for name in names}) == len(names)


@pytest.mark.parametrize("size", range(1, 9))
def test_a_text_in_blocks_is_the_text_wherever_a_block_ends(size: int) -> None:
    text = "a\u203ab\U0001f600c\ud800\ud55c\x7f"
    blocks = list(in_blocks(text.encode("utf-8", "surrogatepass"), size))
    assert "".join(blocks) == text
    assert len(blocks) > 1
