"""Certificates: those that Charge Points have installed, and those that were signed for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.records import tables

Hashed = dict[str, str]
"""A CertificateHashDataType."""

_installed = tables.installed_certificates


async def install(db: AsyncConnection, charge_point_id: str, kind: str, pem: str) -> None:
    """A Charge Point has installed a certificate; one that cannot be read is not kept."""
    named = hash_data(pem)
    if named is not None:
        await forget(db, charge_point_id, named)
        await _keep(db, charge_point_id, kind, named)


async def report(db: AsyncConnection, charge_point_id: str, kind: str, named: Sequence[Hashed]) -> None:
    """A Charge Point says what it has installed of a kind: this and nothing else."""
    mine = (_installed.c.charge_point_id == charge_point_id, _installed.c.certificate_type == kind)
    await db.execute(delete(_installed).where(*mine))
    for one in named:
        await _keep(db, charge_point_id, kind, one)


async def forget(db: AsyncConnection, charge_point_id: str, named: Hashed) -> None:
    """A Charge Point has deleted a certificate."""
    query = select(_installed).where(_installed.c.charge_point_id == charge_point_id)
    gone = [row.id for row in await db.execute(query) if row.hash_data == named]
    await db.execute(delete(_installed).where(_installed.c.id.in_(gone)))


async def youngest(db: AsyncConnection, charge_point_id: str) -> Hashed | None:
    """The certificate that was installed, or reported, last."""
    query = select(_installed.c.hash_data).where(_installed.c.charge_point_id == charge_point_id)
    found: Hashed | None = await db.scalar(query.order_by(_installed.c.id.desc()).limit(1))
    return found


async def issue(db: AsyncConnection, charge_point_id: str, chain: str, now: datetime) -> None:
    """A certificate was signed for a Charge Point."""
    row = {"charge_point_id": charge_point_id, "certificate_chain": chain, "issued_at": now}
    await db.execute(insert(tables.issued_certificates).values(**row))


async def _keep(db: AsyncConnection, charge_point_id: str, kind: str, named: Any) -> None:
    row = {"charge_point_id": charge_point_id, "certificate_type": kind, "hash_data": dict(named)}
    await db.execute(insert(_installed).values(**row))


def hash_data(pem: str) -> Hashed | None:
    """The SHA256 hash data of a root certificate; None for what is no certificate."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        named = ocsp.OCSPRequestBuilder().add_certificate(certificate, certificate, hashes.SHA256()).build()
    except (ValueError, TypeError):
        return None
    return {
        "hashAlgorithm": "SHA256",
        "issuerNameHash": named.issuer_name_hash.hex(),
        "issuerKeyHash": named.issuer_key_hash.hex(),
        "serialNumber": format(named.serial_number, "x"),
    }
