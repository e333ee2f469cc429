"""What several commands do with the facts of a run: write reports, list them in the manifest, sign it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csms_harness.cli.common import stop

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from csms_harness.record.facts import Facts

REPORT_HELP = "An extra report, KIND=PATH: html, junit, markdown, facts, pdf. May be given again."
Reports = Annotated[list[str] | None, typer.Option("--report", help=REPORT_HELP)]
Pdf = Annotated[bool, typer.Option("--pdf", help="Write certificate.pdf as well (extra: csms-harness[pdf]).")]
Sign = Annotated[
    Path | None,
    typer.Option("--sign", metavar="KEYFILE", help="Sign the manifest with this Ed25519 key (PEM; extra: [sign])."),
]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is wanted at the end beside the usual reports: others by kind and path, a PDF, a signature.

    ``quiet``: one line; ``verbose`` tells the findings of each case, ``trace`` every frame as it passes; ``as_json``:
    the end of the run as a document; ``known``: a file of known failures to write; ``unprovision``: what the target had
    made in the Central System is taken away.
    """

    extra: Sequence[tuple[str, Path]] = ()
    pdf: bool = False
    key: Ed25519PrivateKey | None = None
    quiet: bool = False
    verbose: bool = False
    trace: bool = False
    as_json: bool = False
    known: Path | None = None
    unprovision: bool = False

    def write(self, facts: Facts, folder: Path) -> dict[str, Path]:
        """Write reports, manifest and signature, and return where each is.

        Raises ReportError, after all others, for those that could not be written.
        """
        from csms_harness.record.errors import in_turn
        from csms_harness.report.manifest import write_manifest
        from csms_harness.report.write import FORMATS, write_elsewhere, write_reports

        def extra(kind: str, path: Path) -> dict[str, Path]:
            return {f"{kind} (extra)": write_elsewhere(facts, kind, path)}

        return in_turn(
            lambda: write_reports(facts, folder, (*FORMATS, "pdf") if self.pdf else FORMATS),
            *(partial(extra, kind, path) for kind, path in self.extra),
            lambda: {"manifest": write_manifest(folder, [path for _, path in self.extra if path.is_file()])},
            partial(self._sign, folder),
        )

    def _sign(self, folder: Path) -> dict[str, Path]:
        if self.key is None:
            return {}
        from csms_harness.report.signature import sign_manifest

        return {"signature": sign_manifest(folder, self.key)}


def wanted(report: Sequence[str] | None = None, pdf: bool = False, sign: Path | None = None) -> Paper:
    """The options as what they ask for; what cannot be had is said now, before a run, with exit code 2."""
    from csms_harness.record.errors import ReportError

    extra = [_extra_report(text) for text in report or ()]
    try:
        if pdf or any(kind == "pdf" for kind, _ in extra):
            _ready_for_pdf()
        return Paper(extra, pdf, _key(sign) if sign else None)
    except ReportError as error:
        stop(str(error))


def _ready_for_pdf() -> None:
    from csms_harness.report.extras import require

    require("pdf")
    from csms_harness.report.pdf import creation_time

    creation_time(0)


def _key(path: Path) -> Ed25519PrivateKey:
    from csms_harness.report.extras import require

    require("sign")
    from csms_harness.report.signature import read_private_key

    return read_private_key(path)


def _extra_report(text: str) -> tuple[str, Path]:
    from csms_harness.report.write import KINDS

    kind, equals, path = text.partition("=")
    if not equals or not path or kind not in KINDS:
        stop(f"--report {text}: write KIND=PATH with KIND one of {', '.join(KINDS)}")
    return kind, Path(path)
