"""What the Central System needs beyond a plain installation: the extra `reference`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

MODULES: Final = ("fastapi", "uvicorn", "sqlalchemy", "aiosqlite")
"""What the extra installs, as it is imported."""


def missing() -> str | None:
    """One sentence on how to get what is not installed; None when nothing is missing."""
    absent = [name for name in MODULES if find_spec(name) is None]
    if not absent:
        return None
    return (
        "the reference CSMS needs the extra 'reference', which is not installed "
        f"(no {', '.join(absent)}); run: pip install 'csms-harness[reference]'"
    )
