"""Whether a file of certificates can be trusted from, before anything is connected."""

from __future__ import annotations

import ssl
from pathlib import Path

from csms_harness.documents.content import content

_MOST = 1 << 24


def trust_problem(path: Path) -> str:
    """Why this file holds no certificates of authorities (PEM), as the end of a sentence; empty when it does."""
    try:
        text = content(path, _MOST).decode("ascii", "replace")
        if not text.strip():
            return "is empty"
        ssl.create_default_context(cadata=text)
    except ssl.SSLError:
        return "holds no certificate that can be read"
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}".lower()
    return ""
