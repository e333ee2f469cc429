"""Whether files of certificates and keys can be used, before anything is connected."""

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


def credential_problem(certificate: Path, key: Path | None) -> str:
    """Why a client certificate and its key cannot be used, as the end of a sentence; empty when they can."""
    try:
        # A passphrase that is given, if empty, keeps OpenSSL from asking for one at the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        reason = (error.reason or "").upper()
        if "MISMATCH" in reason:
            return "and the key do not belong together"
        return "and its key cannot be read; both are PEM, the key without a passphrase"
    except OSError as error:
        return f"or its key cannot be read: {error.strerror or error}".lower()
    return ""
