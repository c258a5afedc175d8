"""Every batch is delivered twice, and the one before it once more: each fact has one effect."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from shared.store.parking import Intake as StoreIntake
from shared.stream.reader import Entry, Place, Reader
from shared.stream.source import Source
from tests.streams.conftest import until
from tests.streams.small_log import SmallLog, new_name
from tests.streams.town import Owner, breathe, consuming, fill

COUNT = 1300


class Twice:
    """A delivery that repeats itself."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._before: Sequence[Entry] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._place, name)

    async def take_read(self, entries: Sequence[Entry]) -> None:
        for again in (entries, self._before, entries):
            if again:
                await self._place.take_read(again)
        self._before = entries


@pytest.fixture
def twice(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Reader.open

    async def open_twice(self: Reader, stream: str, place: Place) -> Any:
        return await opened(self, stream, Twice(place))

    monkeypatch.setattr(Reader, "open", open_twice)


@pytest.fixture
def sent(redis_url: str, tmp_path: Path) -> Any:
    log = SmallLog(tmp_path / "log.db", new_name())
    log.grow(COUNT)
    fill(redis_url, log)
    yield log
    log.close()


async def test_every_fact_has_one_effect(redis_url: str, tmp_path: Path, sent: SmallLog, twice: None):
    async with consuming(tmp_path, {"scheduler": Owner(sent)}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", COUNT))
        await breathe()
        assert consumer.heard_all("scheduler", COUNT)


async def test_control_who_forgets_the_position_doubles_effects(
    redis_url: str, tmp_path: Path, sent: SmallLog, twice: None, monkeypatch: pytest.MonkeyPatch
):
    """Planted bug: neither the intake nor the store drops what lies at or below the position."""

    def all_of_them(self: StoreIntake, entries: Any) -> Any:
        for index, recorded in entries:
            yield index, recorded.raw, recorded

    async def straight_in(self: Source, entries: Any) -> int:
        held = await self._examined(entries)
        position = await self.takers[0].take(self._examiner.log, held)  # type: ignore[union-attr]
        self.state.position = max(self.state.position, position)
        return 0

    monkeypatch.setattr(StoreIntake, "read", all_of_them)
    monkeypatch.setattr(Source, "_take", straight_in)
    async with consuming(tmp_path, {"scheduler": Owner(sent)}, redis_url, silence_seconds=60) as consumer:
        await until(lambda: consumer.bells("scheduler").count > COUNT)
