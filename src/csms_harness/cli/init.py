"""``csms-harness init``: a first target.yaml and pics.yaml."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csms_harness.cli.common import stop

if TYPE_CHECKING:
    from csms_harness.target.init import Question

Answer = str | None


def init(
    folder: Annotated[Path, typer.Argument(help="Where the two files are written.")] = Path(),
    url: Annotated[Answer, typer.Option(help="The WebSocket URL of the CSMS, up to the identity.")] = None,
    charge_point: Annotated[Answer, typer.Option(help="Identity of the Charge Point; several with commas.")] = None,
    password_variable: Annotated[Answer, typer.Option(help="The environment variable that holds its password.")] = None,
    id_tag: Annotated[Answer, typer.Option(help="An idTag that the CSMS accepts.")] = None,
    id_tag_2: Annotated[Answer, typer.Option(help="A second one of the same group.")] = None,
    parent_id_tag: Annotated[Answer, typer.Option(help="The parentIdTag of both.")] = None,
    invalid_id_tag: Annotated[Answer, typer.Option(help="How idTags begin that the CSMS does not know.")] = None,
    expired_id_tag: Annotated[Answer, typer.Option(help="An expired idTag.")] = None,
    blocked_id_tag: Annotated[Answer, typer.Option(help="A blocked idTag.")] = None,
    triggers: Annotated[
        Answer, typer.Option(help="How the CSMS is made to act: endpoint, operator or comments.")
    ] = None,
    control_api: Annotated[Answer, typer.Option(help="The address of its control API, for the one endpoint.")] = None,
    product: Annotated[Answer, typer.Option(help="The designation of the product.")] = None,
    vendor: Annotated[Answer, typer.Option(help="Its vendor.")] = None,
    software_version: Annotated[Answer, typer.Option(help="Its version.")] = None,
    functionalities: Annotated[
        Answer, typer.Option(help="What it has: Core, Reservation, … with commas, or all.")
    ] = None,
    ready: Annotated[
        str | None,
        typer.Option("--for", help="Files for a Central System that is known: steve, citrineos, ocpp.core …"),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing, take the defaults.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> None:
    """Write a commented target.yaml and pics.yaml; asks what it cannot know.

    Exit codes: 0 written, 2 an answer that cannot be used, or a file that is there already.
    """
    from csms_harness.target.init import Exists, collect, files, refuse_to_overwrite, write
    from csms_harness.target.ready import ready_files, variables

    given = {name: value for name, value in locals().items() if isinstance(value, str) and name != "ready"}
    if ready is not None and given:
        option = f"--{next(iter(given)).replace('_', '-')}"
        stop(f"--for brings a whole target file, and {option} would change it; change it in the file")
    try:
        if not force:
            refuse_to_overwrite(folder)
        contents = files(collect(given, _questioner(yes=yes))) if ready is None else ready_files(ready)
        written = write(folder, contents)
    except Exists as error:
        stop(str(error))
    except OSError as error:
        stop(f"{folder}: the files cannot be written: {error.strerror or error}")
    except ValueError as error:
        stop(str(error))
    _tell(written, variables(contents[written[0].name]))


def _questioner(*, yes: bool) -> Callable[[Question], str] | None:
    """How to ask, or None when nobody is to be asked."""
    if yes:
        return None
    if not sys.stdin.isatty():
        print("Nobody is at the terminal to ask, so the defaults are taken; change them in the files.", file=sys.stderr)
        return None
    return _ask


def _ask(question: Question) -> str:
    def checked(text: str) -> str:
        try:
            return question.check(text.strip())
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None

    answer: str = typer.prompt(
        question.text, default=question.default, value_proc=checked, show_default=bool(question.default), err=True
    )
    return answer


def _tell(written: Sequence[Path], variables: Sequence[str]) -> None:
    target, pics = written
    for path in written:
        print(path)
    if variables:
        print(f"Before anything else: export {' '.join(f'{one}=…' for one in variables)}", file=sys.stderr)
    print(f"Next: csms-harness doctor --target {target} --pics {pics}", file=sys.stderr)
