"""Identities of Charge Points for all tests of the folder."""

from __future__ import annotations

from itertools import count

import pytest

_numbers = count(1)


@pytest.fixture
def identity() -> str:
    """The identity of a Charge Point that no other test uses."""
    return f"TEST_{next(_numbers)}"
