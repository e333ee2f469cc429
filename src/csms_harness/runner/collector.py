"""Python's cyclic garbage collector, told that what a run keeps is no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_RARELY: Final = (100_000, 20, 50)


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Collect rarely while the block runs: a run keeps nearly everything it makes, and makes few cycles."""
    thresholds = gc.get_threshold()
    gc.freeze()  # what was loaded stays for good, and need not be looked at again
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
