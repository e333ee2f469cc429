"""Where the scenarios and targets are: in a checkout beside ``src``, in an installed wheel inside the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder ``scenarios`` or ``targets``. Raises FileNotFoundError when the installation is not whole."""
    for place in (_PACKAGE / "data" / name, _PACKAGE.parents[1] / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the installation holds no folder {name!r}; install csms-harness again")
