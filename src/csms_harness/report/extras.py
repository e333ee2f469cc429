"""Parts of the reports that need more than a plain installation has: the PDF and the signature."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final, Literal

from csms_harness.record.errors import ReportError

Extra = Literal["pdf", "sign"]

_MODULES: Final[dict[Extra, tuple[str, str]]] = {"pdf": ("A PDF", "typst"), "sign": ("A signature", "cryptography")}


def available(extra: Extra) -> bool:
    """Tell whether an extra is installed."""
    return find_spec(_MODULES[extra][1]) is not None


def require(extra: Extra) -> None:
    """Raise :class:`ReportError`, with the command that installs it, when an extra is missing."""
    if not available(extra):
        what = _MODULES[extra][0]
        raise ReportError(
            f"{what} needs the extra '{extra}', which is not installed; run: pip install 'csms-harness[{extra}]'"
        )
