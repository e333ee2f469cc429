"""The five published certificates: what ours say is what they say."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from csms_harness.target.pics import read_pics
from tests.samples.reading import from_html, from_markdown, from_pdf

SAMPLES = Path(__file__).parents[2] / "reports" / "samples"
FOLDERS = sorted(path.parent for path in SAMPLES.glob("*/expected.json"))
ONLY_ON_THE_ORIGINAL = {"certification_date", "applied_tests", "octt_version"}


def expected(folder: Path) -> dict[str, Any]:
    """The facts of a published certificate that a self-test can state as well."""
    facts: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    facts["configuration"].pop("octt_version")
    return {name: value for name, value in facts.items() if name not in ONLY_ON_THE_ORIGINAL}


def test_there_are_five() -> None:
    assert len(FOLDERS) == 5


@pytest.mark.parametrize(
    ("name", "read"),
    [("certificate.md", from_markdown), ("certificate.html", from_html), ("certificate.pdf", from_pdf)],
)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_certificate_read_back_has_the_facts_of_its_model(
    folder: Path, name: str, read: Callable[[Path], dict[str, Any]]
) -> None:
    assert read(folder / name) == expected(folder)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_pics_declares_what_the_certificate_prints(folder: Path) -> None:
    pics, facts = read_pics(folder / "pics.yaml"), expected(folder)
    declared = [pics.performance.ocpp_response_timeout, pics.performance.response_time_authorize]
    assert [f"{seconds:g}s" for seconds in declared if seconds] == [
        row["pics"] for row in facts["performance"].values()
    ]
    assert (pics.product.holder, pics.product.designation) == (facts["holder"], facts["product"])
    assert sum(claim is True for claim in pics.functionalities.model_dump().values()) == len(facts["functionalities"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_says_on_its_first_page_that_it_is_one(folder: Path) -> None:
    first_page = (folder / "certificate.html").read_text("utf-8").split('id="abstract"')[0]
    assert "SAMPLE." in first_page
    assert "The reference CSMS of csms_harness answered in place of the product" in first_page
    assert "not a certificate of the Open Charge Alliance" in first_page


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_nobody_is_named_and_nobody_has_signed(folder: Path) -> None:
    approval = (folder / "certificate.md").read_text("utf-8").split("### Statement of approval")[1]
    for line in ("Date", "Name", "Department", "Position", "Signature"):
        assert approval.count(f"| {line} |  |") == 2


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_sample_names_a_place_on_the_machine_that_made_it(folder: Path) -> None:
    for path in folder.iterdir():
        assert not re.search(r"/(home|root|work|Users|tmp)/", path.read_text("utf-8", "replace")), path


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_is_small_enough_to_be_looked_at_and_says_what_it_leaves_out(folder: Path) -> None:
    page = (folder / "certificate.html").read_text("utf-8")
    assert len(page.encode()) < 150_000
    assert "is left out of this copy" in page
