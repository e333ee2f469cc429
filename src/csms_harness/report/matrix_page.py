"""compare.html: several runs side by side on one self-contained page, in the style of the certificate."""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup

from csms_harness.report.certificate import environment, policy
from csms_harness.report.side_by_side import NOT_RUN, SideBySide
from csms_harness.report.timing import milliseconds
from csms_harness.report.wording import moment


def matrix_html(runs: SideBySide) -> str:
    """The whole page."""
    style = files("csms_harness.report").joinpath("templates/style.css").read_text("utf-8")
    return (
        environment()
        .get_template("compare.html.j2")
        .render(
            style=Markup(style),  # noqa: S704 - a file of this package
            policy=policy(style),
            runs=runs,
            columns=[
                (
                    column,
                    moment(column.facts.run.started),
                    "–" if column.slowest is None else milliseconds(column.slowest),
                )
                for column in runs.columns
            ],
            differing={line.id for line in runs.differing},
            not_run=NOT_RUN,
        )
    )
