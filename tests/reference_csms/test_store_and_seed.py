"""The database: what is seeded, what survives, and what happens when it cannot be used."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from reference_csms.instants import utc_now
from reference_csms.records import id_tags, tables
from reference_csms.records.id_tags import BLOCKED, IdTagInfo
from reference_csms.records.seed import seed_demo
from reference_csms.records.store import Store, StoreError, fetch_one, put
from reference_csms.running import running

from .client import connected, operating, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_demonstration_is_seeded_twice_on_one_file_without_harm(tmp_path: Path) -> None:
    settings = private(database=f"sqlite+aiosqlite:///{tmp_path / 'csms.sqlite3'}")
    async with running(settings) as csms, operating(csms) as operator, connected(csms, "CP_01") as point:
        await operator.http.put("/api/id-tags/TAG-002", json={"status": "Blocked"})
        first = (await point.start("TAG-001"))["transactionId"]
    async with running(settings) as csms, operating(csms) as operator, connected(csms, "CP_01") as point:
        assert len(await operator.look("charge-points")) == 8
        assert len(await operator.look("id-tags")) == 18
        assert (await point.ask("Authorize", {"idTag": "TAG-002"}))["idTagInfo"]["status"] == "Blocked"
        assert (await point.start("TAG-001"))["transactionId"] > first


async def test_the_demonstration_can_be_left_out() -> None:
    async with running(private(seed_demo=False)) as csms, operating(csms) as operator:
        assert await operator.look("charge-points") == await operator.look("id-tags") == []


async def test_seeding_leaves_a_changed_id_tag_as_it_is() -> None:
    store = await Store.open("sqlite+aiosqlite:///:memory:")
    await store.within(lambda db: id_tags.set_id_tag(db, "TAG-001", IdTagInfo(BLOCKED)))
    for _ in range(2):
        await store.within(lambda db: seed_demo(db, utc_now()))
    judged = await store.within(lambda db: id_tags.judge(db, "TAG-001", utc_now()))
    await store.close()
    assert judged == IdTagInfo(BLOCKED)


@pytest.mark.parametrize(
    "url", ["nonsense", "nonsense+aiosqlite:///x", "sqlite:///x", "sqlite+aiosqlite:////no/such/folder/x"]
)
async def test_a_database_that_cannot_be_used_is_told_in_one_sentence(url: str) -> None:
    with pytest.raises(StoreError, match=r"^(--database|The database) [^\n]*\.$"):
        await Store.open(url)


async def test_a_file_of_another_version_is_refused_in_one_sentence(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'old.sqlite3'}"
    store = await Store.open(url)
    await store.within(lambda db: db.execute(text("ALTER TABLE transactions DROP COLUMN stop_reason")))
    await store.close()
    told = "its table transactions is that of another version of this program; name another database, or remove this"
    with pytest.raises(StoreError, match=rf"^The database [^\n]*old\.sqlite3 cannot be opened \({told}"):
        await Store.open(url)


async def test_a_file_of_this_version_that_lacks_a_table_is_completed(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}"
    for _ in range(2):
        store = await Store.open(url)
        await store.within(lambda db: db.execute(text("DROP TABLE reservations")))
        await store.close()


async def test_a_cancelled_caller_does_not_tear_the_transaction() -> None:
    store = await Store.open("sqlite+aiosqlite:///:memory:")
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work(db: object) -> None:
        begun.set()
        await go_on.wait()
        await put(db, tables.numbers, {"kind": "k"}, {"last": 7})  # type: ignore[arg-type]

    caller = asyncio.create_task(store.within(work))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    row = await store.within(lambda db: fetch_one(db, tables.numbers, {"kind": "k"}))
    await store.close()
    assert row.last == 7


async def test_instants_come_back_in_utc() -> None:
    store = await Store.open("sqlite+aiosqlite:///:memory:")
    expiry = datetime.fromisoformat("2099-01-01T00:00:00+02:00")
    await store.within(lambda db: id_tags.set_id_tag(db, "X", IdTagInfo("Accepted", expiry)))
    info = await store.within(lambda db: id_tags.judge(db, "X", utc_now()))
    await store.close()
    assert info.expiry_date == expiry
    assert info.expiry_date.tzinfo is UTC
