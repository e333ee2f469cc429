"""certificate.pdf: the pages for signing, in the same words, the same bytes for the same facts."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from csms_harness.record.errors import ReportError
from csms_harness.record.facts import Facts
from csms_harness.report import extras
from csms_harness.report.write import write_report
from csms_harness.verdict import Verdict
from tests.report.realistic import all_passed, case, facts, product, run
from tests.report.test_hostile_strings import HOSTILE, poisoned

pytest.importorskip("typst", reason="the extra 'pdf' brings typst")

from csms_harness.report.pdf import certificate_pdf, creation_time


def reader(of: Facts) -> Any:
    return PdfReader(io.BytesIO(certificate_pdf(of)))


def text(of: Facts) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader(of).pages).split())


def test_it_has_the_sections_of_a_certificate_and_says_that_it_is_a_self_test() -> None:
    told = text(facts())
    places = [
        told.index(heading)
        for heading in (
            "OCPP 1.6 Conformance of a Central System",
            "Result ✗ Fail",
            "This is a self-test, not a certificate of the Open Charge Alliance.",
            "Abstract of test report",
            "Test result summary",
            "Performance measurement results",
            "Test configuration",
            "Limits and settings",
            "Standing wire rules",
            "What was not run, and why",
            "Statement of approval",
            "All cases",
            "What each FAIL rests on",
        )
    ]
    assert places == sorted(places)


def test_declared_and_measured_values_stand_side_by_side() -> None:
    assert "60 s 00:00:02 1500.000 ms †" in text(facts())


def test_korean_is_set_in_the_shipped_font_which_is_embedded() -> None:
    document = reader(facts())
    assert "한국전기연구원 (KERI)" in text(facts())
    fonts = [font.get_object() for page in document.pages for font in page["/Resources"]["/Font"].values()]
    assert {str(font["/BaseFont"]).split("+")[1].split("-")[0] for font in fonts} == {"Pretendard"}
    assert all("/FontFile3" in font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts)


def test_it_is_tagged_and_names_its_title_and_language() -> None:
    root = reader(facts()).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "/StructTreeRoot" in root
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert reader(facts()).metadata.title == "OCPP 1.6 Conformance of a Central System"


def test_the_same_facts_give_the_same_bytes() -> None:
    assert certificate_pdf(facts()) == certificate_pdf(facts())
    assert certificate_pdf(facts()) != certificate_pdf(all_passed())


def test_its_date_is_the_end_of_the_run_or_source_date_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert str(reader(facts()).metadata.creation_date_raw).startswith("D:20251120093114")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert str(reader(facts()).metadata.creation_date_raw).startswith("D:20010909014640")


@pytest.mark.parametrize("wrong", ["yesterday", "-1", "1e9", "9" * 40])
def test_a_source_date_epoch_that_is_no_date_is_one_sentence(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
    with pytest.raises(ReportError, match=r"SOURCE_DATE_EPOCH is .* write whole seconds since 1970"):
        creation_time(0)


def test_a_missing_extra_is_said_with_the_install_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(ReportError, match=r"A PDF needs the extra 'pdf'.*pip install 'csms-harness\[pdf\]'"):
        write_report(facts(), "pdf", tmp_path / "certificate.pdf")


class PanicException(BaseException):
    """What a library written in Rust raises when it panics: no ``Exception``."""


def test_a_typesetter_that_panics_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """As typst does under ``ulimit -u``, when it can have no thread."""
    monkeypatch.setattr("typst.compile", raising(PanicException("The global thread pool has not been initialized")))
    with pytest.raises(ReportError, match=r"could not be typeset: typst gave up.*thread pool has not been"):
        certificate_pdf(all_passed())


def test_an_interrupt_while_it_is_typeset_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typst.compile", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        certificate_pdf(all_passed())


def raising(error: BaseException) -> Callable[..., bytes]:
    def compile_(*_: object, **__: object) -> bytes:
        raise error

    return compile_


def test_an_interrupted_run_is_marked_and_a_complete_one_is_not() -> None:
    assert "INCOMPLETE This run was interrupted" in text(facts(run=run(complete=False)))
    assert "INCOMPLETE" not in text(facts())


def test_a_remark_of_the_pics_stands_on_the_first_page() -> None:
    assert "asked for the configuration after every boot" in reader(facts()).pages[0].extract_text()


@pytest.mark.parametrize("hostile", list(HOSTILE.values()), ids=list(HOSTILE))
def test_no_hostile_string_becomes_markup_link_or_action(hostile: str) -> None:
    document = reader(poisoned(hostile))
    assert document.get_fields() is None
    assert not document.attachments
    assert not {"/OpenAction", "/AA", "/JavaScript"} & set(document.trailer["/Root"])
    assert not [page for page in document.pages if "/Annots" in page]
    told = "".join(page.extract_text() for page in document.pages)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)


@pytest.mark.parametrize(
    "markup", ["#panic()", '#read("/etc/passwd")', "$1/0$", "= heading <label> @ref", "*bold* _x_ `raw` \\ [a]", "//x"]
)
def test_typst_markup_is_printed_and_not_run(markup: str) -> None:
    told = text(facts(pics=facts().pics.model_copy(update={"product": product(designation=markup)})))
    assert " ".join(markup.split()) in told


@pytest.mark.parametrize("script", ["中文漢字", "日本語", "العربية", "ไทย", "עברית", "हिन्दी", "𓀀", "ꙮ"])
def test_a_script_the_shipped_font_does_not_know_still_makes_a_document(script: str) -> None:
    assert reader(facts(pics=facts().pics.model_copy(update={"product": product(vendor=script)}))).pages


def test_a_string_of_a_million_characters_keeps_it_small() -> None:
    huge = "A" * 1_000_000
    bad = facts(
        cases=(case(verdict=Verdict.FAIL, reason=huge, name=huge),),
        pics=facts().pics.model_copy(update={"product": product(vendor=huge)}),
    )
    assert len(certificate_pdf(bad)) < 300_000


def test_a_fail_is_proven_by_its_frames_and_the_calls_that_they_answer() -> None:
    told = text(facts()).partition("What each FAIL rests on")[2].replace("\u200b", "")
    assert "At step 4: The Authorize.conf does not accept a valid idTag. Required Accepted, observed Invalid." in told
    assert "Frame 4 at 0.049 s, Charge Point → Central System" in told
    assert told.index('[2,"a-7","Authorize",{"idTag":"TAG-0001"}]') < told.index('[3,"a-7",{"idTagInfo"')
    assert "WIRE_006 Date-times name their zone" in told
    assert '[3,"b-1",{"status":"Accepted"}]' in told
    assert "What each FAIL rests on" not in text(all_passed())


def test_a_frame_is_shown_at_length_and_a_flood_of_failures_is_counted() -> None:
    long = facts().cases[1]
    assert long.id == "TC_010_CSMS"
    many = tuple(long.model_copy(update={"id": f"TC_{number:03}_CSMS"}) for number in range(100, 145))
    told = text(facts(cases=many))
    assert "5 more failed cases: see certificate.html." in told
