"""The tables, as SQLAlchemy Core sees them; they hold on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, DateTime, Dialect, MetaData, String, Table
from sqlalchemy import Integer as Small
from sqlalchemy.types import TypeDecorator

metadata = MetaData()

Integer = BigInteger().with_variant(Small(), "sqlite")
"""What OCPP calls an integer has no bound; in SQLite any has 64 bits, and only this kind counts up by itself."""


class Instant(TypeDecorator[datetime]):
    """An instant, stored as UTC without zone (SQLite keeps none) and read back as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the name is SQLAlchemy's
        """Drop the zone after going to UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the name is SQLAlchemy's
        """Put the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


def _charge_point(*, key: bool = False) -> Column[str]:
    return Column("charge_point_id", String(255), primary_key=key, nullable=False, index=not key)


charge_points = Table(
    "charge_points",
    metadata,
    _charge_point(key=True),
    Column("password_hash", String),
    Column("registered_at", Instant),
    Column("boot_notification", JSON),
    Column("booted_at", Instant),
    Column("reported_list_version", Integer),
)

security_profiles = Table(
    "security_profiles",
    metadata,
    _charge_point(key=True),
    Column("profile", Integer, nullable=False),
)

connectors = Table(
    "connectors",
    metadata,
    _charge_point(key=True),
    Column("connector_id", Integer, primary_key=True, autoincrement=False),
    Column("status", String),
    Column("error_code", String),
    Column("info", String),
    Column("vendor_id", String),
    Column("vendor_error_code", String),
    Column("timestamp", Instant),
)

configuration = Table(
    "configuration",
    metadata,
    _charge_point(key=True),
    Column("key", String, primary_key=True),
    Column("value", String),
    Column("readonly", Boolean),
)

id_tags = Table(
    "id_tags",
    metadata,
    Column("lookup", String, primary_key=True),
    Column("id_tag", String, nullable=False),
    Column("status", String, nullable=False),
    Column("expiry_date", Instant),
    Column("parent_id_tag", String),
    Column("max_active_transactions", Integer),
)

transactions = Table(
    "transactions",
    metadata,
    Column("transaction_id", Integer, primary_key=True),
    _charge_point(),
    Column("connector_id", Integer, nullable=False),
    Column("id_tag", String, nullable=False),
    Column("id_tag_lookup", String, nullable=False),
    Column("id_tag_status", String, nullable=False),
    Column("reservation_id", Integer),
    Column("meter_start", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("meter_stop", Integer),
    Column("stopped_at", Instant),
    Column("stop_reason", String),
    Column("stop_id_tag", String),
    Column("state", String, nullable=False, index=True),
    # A transactionId is never given twice, not even after a reset.
    sqlite_autoincrement=True,
)

meter_values = Table(
    "meter_values",
    metadata,
    Column("id", Integer, primary_key=True),
    _charge_point(),
    Column("connector_id", Integer),
    Column("transaction_id", Integer, index=True),
    Column("source", String, nullable=False),
    Column("timestamp", Instant, nullable=False),
    Column("sampled_value", JSON, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    _charge_point(key=True),
    Column("reservation_id", Integer, primary_key=True, autoincrement=False),
    Column("connector_id", Integer, nullable=False),
    Column("id_tag", String, nullable=False),
    Column("parent_id_tag", String),
    Column("expiry_date", Instant, nullable=False),
    Column("state", String, nullable=False),
    Column("transaction_id", Integer),
)

local_lists = Table(
    "local_lists",
    metadata,
    _charge_point(key=True),
    Column("list_version", Integer, nullable=False),
    Column("update_type", String, nullable=False),
)

local_list_entries = Table(
    "local_list_entries",
    metadata,
    _charge_point(key=True),
    Column("lookup", String, primary_key=True),
    Column("id_tag", String, nullable=False),
    Column("id_tag_info", JSON, nullable=False),
)

charging_profiles = Table(
    "charging_profiles",
    metadata,
    _charge_point(key=True),
    Column("charging_profile_id", Integer, primary_key=True, autoincrement=False),
    Column("connector_id", Integer),
    Column("purpose", String, nullable=False),
    Column("stack_level", Integer, nullable=False),
    Column("transaction_id", Integer),
    Column("profile", JSON, nullable=False),
)

composite_schedules = Table(
    "composite_schedules",
    metadata,
    _charge_point(key=True),
    Column("connector_id", Integer, primary_key=True, autoincrement=False),
    Column("request", JSON, nullable=False),
    Column("answer", JSON, nullable=False),
)

file_transfers = Table(
    "file_transfers",
    metadata,
    Column("id", Integer, primary_key=True),
    _charge_point(),
    Column("kind", String, nullable=False),
    Column("request_id", Integer),
    Column("location", String),
    Column("file_name", String),
    Column("status", String, nullable=False),
    Column("history", JSON, nullable=False),
)

security_events = Table(
    "security_events",
    metadata,
    Column("id", Integer, primary_key=True),
    _charge_point(),
    Column("type", String, nullable=False),
    Column("timestamp", Instant, nullable=False),
    Column("tech_info", String),
)

# What a Charge Point has installed, as the security whitepaper names it: by hash data.
installed_certificates = Table(
    "installed_certificates",
    metadata,
    Column("id", Integer, primary_key=True),
    _charge_point(),
    Column("certificate_type", String, nullable=False),
    Column("hash_data", JSON, nullable=False),
)

issued_certificates = Table(
    "issued_certificates",
    metadata,
    Column("id", Integer, primary_key=True),
    _charge_point(),
    Column("certificate_chain", String, nullable=False),
    Column("issued_at", Instant, nullable=False),
)

# The last number given out per kind of id that the Central System chooses.
numbers = Table(
    "numbers",
    metadata,
    Column("kind", String, primary_key=True),
    Column("last", Integer, nullable=False),
)
