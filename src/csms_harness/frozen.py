"""Records that nobody changes, of which every frame makes some: the type checker holds that, and no code at run time.

A frozen dataclass of the standard library sets each field through ``object.__setattr__``, and a record of eight fields
takes five times as long to make. To mypy this decorator is the one of the standard library; a record has the same
fields, slots, equality and hash (docs/decisions/0060).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool = False, **options: Any) -> Any:
        """The decorator of the standard library; what is ``frozen`` can be hashed, and is not guarded."""
        return dataclasses.dataclass(unsafe_hash=frozen, **options)
