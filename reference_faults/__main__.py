"""The script `reference-csms`: the Central System, made wrong or noisy or slow if that is wanted."""

from __future__ import annotations

import argparse
import os
import sys

from reference_csms import __main__ as plain
from reference_csms.seams import Seams


def main(argv: list[str] | None = None) -> int:
    """Say what there is, or run the Central System with what was chosen until a signal ends it.

    Returns 0 after SIGINT, 143 after SIGTERM, 2 when it cannot be done as asked.
    """
    arguments = _parser().parse_args(argv)
    if arguments.explain is not None:
        return _explain(arguments)
    if arguments.list_noises or arguments.list_faults:
        return _list(arguments)
    return plain.run(arguments, lambda: _seams(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = plain.parser("reference-csms")
    deviations = parser.add_argument_group("faults, noises and latency").add_argument
    deviations("--noise", action="append", default=[], metavar="NAME[,NAME]", help="be legal, but unexpected")
    latency = "hold answers back; an action of the Charge Point or *, with ms, s or min"
    deviations("--latency", action="append", default=[], metavar="ACTION=DURATION[,…]", help=latency)
    deviations("--fault", action="append", default=[], metavar="NAME[,NAME]", help="be wrong on purpose")
    deviations("--list-noises", action="store_true", help="say what each noise does, and end")
    deviations("--list-faults", action="store_true", help="say what each fault does wrong, and end")
    explain = "say all about one fault or noise, with the line that makes it, and end"
    deviations("--explain", metavar="NAME", help=explain)
    deviations("--format", choices=("text", "json"), default="text", help="of what is said (%(default)s)")
    return parser


def _seams(arguments: argparse.Namespace) -> Seams:
    from reference_faults.choosing import chosen  # noqa: PLC0415 - the tables are long, and not always wanted

    names = (_split(group) for group in (arguments.noise, arguments.fault, arguments.latency))
    return chosen(*names).seams


def _split(groups: list[str]) -> tuple[str, ...]:
    return tuple(name.strip() for group in groups for name in group.split(",") if name.strip())


def _explain(arguments: argparse.Namespace) -> int:
    from reference_faults import listing  # noqa: PLC0415
    from reference_faults.choosing import UnknownNameError, deviation_named  # noqa: PLC0415

    try:
        deviation = deviation_named(arguments.explain)
    except UnknownNameError as error:
        print(f"reference-csms: {error}", file=sys.stderr)
        return plain.USAGE_ERROR
    as_json = arguments.format == "json"
    return _say(listing.as_json(listing.explanation(deviation)) if as_json else listing.page(deviation))


def _list(arguments: argparse.Namespace) -> int:
    from reference_faults.listing import as_json, as_text, faults, noises  # noqa: PLC0415

    rows = faults() if arguments.list_faults else noises()
    return _say(as_json(rows) if arguments.format == "json" else as_text(rows))


def _say(text: str) -> int:
    try:
        print(text, flush=True)
    except BrokenPipeError:  # who reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
