"""A log copied back is made whole: what others still hold is stored again, and all who heard it are compared with.

If nothing is missing then and everyone knows the same past, the epoch stays and writing goes on.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import structlog
from redis.exceptions import RedisError

from shared.decision import Refused
from shared.events.envelope import LogName, instant, leaf
from shared.events.restored import LogRestored, facts_en, facts_vi
from shared.settings import SERVICES
from shared.store.restoring import FoundWhole, Unfit, found_whole, open_epoch, take_back, tell_whole
from shared.store.trouble import Raced, StoreTrouble
from shared.stream.ending import end
from shared.stream.past import Sentence, another_log, another_past
from shared.stream.surviving import surviving

if TYPE_CHECKING:
    from shared.service.runtime import Service

log_line = structlog.get_logger("chibo.restore")

ANOTHER_WRITES = Sentence(
    "Có tiến trình khác vừa ghi vào sổ này trong lúc phục hồi; chưa ghi gì sai chỗ. Đồng chí dừng các tiến trình khác "
    "của dịch vụ rồi gọi lại lệnh này.",
    "Another process wrote to this log while it was being restored; nothing was stored in a wrong place. Stop the "
    "other processes of this service, then say this again.",
)


class _Known(NamedTuple):
    """How far somebody knows this log, and which fact stands there."""

    who: Sentence
    upto: int
    leaf: bytes | None


class AcceptedLoss(NamedTuple):
    """Somebody's decision to go on without what is lost."""

    by: str
    reason: str


class Restoring:
    """One restoration of a service's log."""

    def __init__(self, service: Service, loss: AcceptedLoss | None = None) -> None:
        """``loss``: who decides that what nobody holds any more is given up."""
        self._service = service
        self._loss = loss
        self._epoch: LogName | None = None
        self._task: asyncio.Task[None] | None = None
        self._began_at = 0
        self._index = 0
        self._upto = 0
        self.lost: Sentence | None = None
        """Why writing stays refused."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="restore")

    async def stop(self) -> None:
        if self._task is not None:
            await end([self._task])

    @property
    def ended(self) -> bool:
        return self._task is not None and self._task.done()

    def report(self) -> dict[str, Any]:
        """State, where the log ended, where it ends now, how far others know it."""
        return {
            "state": "running" if not self.ended else "lost" if self.lost else "new" if self._epoch else "restored",
            "log": str(self._service.log.name),
            "from": self._began_at,
            "to": self._index,
            "known": max(self._upto, self._index),
            "refusal": None if self.lost is None else {"vi": self.lost.vi, "en": self.lost.en},
        }

    async def _run(self) -> None:
        service = self._service
        try:
            with suppress(Refused):  # what was being stored when writing stopped is stored then
                await asyncio.wrap_future(service.writer.redrive(""))
            self._began_at = self._index = (await asyncio.to_thread(service.log.head)).index
            if service.outbox is not None:
                await service.outbox.stop()
            await self._restore()
            if self._epoch is None:
                await service.noticing.tell()
                await service.accept_writes()
        except Refused as refusal:
            self.lost = Sentence(refusal.vi, refusal.en)
        except StoreTrouble as trouble:
            self.lost = Sentence(trouble.vi, trouble.en)
        except Raced:
            self.lost = ANOTHER_WRITES
        except Exception as error:
            log_line.exception("restore failed")
            self.lost = Sentence(
                f"Chưa phục hồi được, chưa mất thêm gì ({type(error).__name__}). Xem nhật ký của dịch vụ.",
                f"Not restored, and nothing more is lost ({type(error).__name__}). See the service's log.",
            )
        finally:
            self._index = (await asyncio.to_thread(service.log.head)).index
            if service.outbox is not None and self._epoch is None:
                service.outbox.start()
        if self._epoch is not None:
            start_again()

    async def _restore(self) -> None:
        service = self._service
        known = await self._known()
        if service.settings.redis_url is not None:
            known.append(await self._take_back(service.settings.redis_url))
        index = self._index
        most = max(known, key=lambda one: one.upto)
        self._upto = most.upto
        for one in known:
            if one.leaf is None or not 0 < one.upto <= index:
                continue
            if await asyncio.to_thread(self._leaf_at, one.upto) != one.leaf:
                raise Refused(*another_past(service.log.name, one.upto, index, one.who))
        await asyncio.to_thread(service.log.verify)
        if most.upto > index:
            await self._go_on_without(most)
        log_line.warning("restored", log=str(service.log.name), since=self._began_at, index=index)

    async def _go_on_without(self, most: _Known) -> None:
        """What nobody holds any more is given up by the person who decides that. Raises Refused when nobody does."""
        service, loss, index = self._service, self._loss, self._index
        if loss is None:
            raise _lost(index, most)
        name = service.log.name
        said = LogRestored(
            service=name.service, ended=name.epoch, upto=index, known=most.upto, by=loss.by, reason=loss.reason
        )
        self._epoch = await asyncio.to_thread(open_epoch, service.log, said, instant(service.clock.now()))

    def _leaf_at(self, index: int) -> bytes:
        ((_, raw),) = self._service.log.read(index - 1, 1)
        return leaf(raw)

    # ------------------------------------------------------------ what others hold

    async def _take_back(self, url: str) -> _Known:
        """Store again what the stream holds after our end; says how far the stream knew this log."""
        log = self._service.log
        who = Sentence("luồng Redis", "the stream")
        pending: list[bytes] = []
        try:
            async with surviving(url, log.name) as stream:
                last = await stream.last()
                there = await stream.at(self._index) if self._index else None
                if there is not None and leaf(there) != await asyncio.to_thread(self._leaf_at, self._index):
                    raise Refused(*another_past(log.name, self._index, self._index, who))
                async for page in stream.after(self._index):
                    pending += page
                    stored = await asyncio.to_thread(take_back, log, pending, more=True)
                    self._index += stored
                    del pending[:stored]
            self._index += await asyncio.to_thread(take_back, log, pending, more=False)
        except (RedisError, OSError) as error:
            raise Refused(
                f"Redis chưa trả lời ({error}), nên chưa lấy lại được gì. Đồng chí mở Redis rồi gọi lại lệnh này.",
                f"Redis does not answer ({error}), so nothing could be fetched. Start it and say this again.",
            ) from None
        except Unfit as unfit:
            raise Refused(
                f"Sự kiện số {unfit.index} trong luồng Redis không nối được vào sổ này ({unfit}), nên chưa ghi "
                "nó. Đồng chí báo người quản trị đối chiếu hai nơi.",
                f"Fact {unfit.index} in the stream cannot follow in this log ({unfit}) and was not stored. Have both "
                "places compared.",
            ) from None
        return _Known(who, last, None)

    # ------------------------------------------------------------ what others know

    async def _known(self) -> list[_Known]:
        """How far everyone who heard this log knows it. Raises Refused while somebody cannot be asked."""
        service = self._service
        log = service.log.name
        found = [await self._known_by(name) for name in SERVICES if name != log.service]
        who = Sentence("bảng đọc của chính dịch vụ", "its own read models")
        self._goes_on_from([str(one) for one in await asyncio.to_thread(service.views.positions)], who)
        own = await asyncio.to_thread(service.views.last_fact, log)
        if own is not None:
            found.append(_Known(who, *own))
        return found

    def _goes_on_from(self, heard: Iterable[str], who: Sentence) -> None:
        """Raises Refused when somebody heard this service in an epoch that this log does not go on from."""
        log = self._service.log.name
        for name in map(LogName.parse, heard):
            ours = (name.site, name.service) == (log.site, log.service)
            if ours and name.epoch not in (log.epoch, *self._service.former):
                raise Refused(*another_log(log, name.epoch, who))

    async def _known_by(self, name: str) -> _Known:
        service = self._service
        log = str(service.log.name)
        try:
            report = (await service.client.get(f"{service.settings.url(name)}/health")).json()
        except (httpx.HTTPError, ValueError):
            raise Refused(
                f"Dịch vụ {name} chưa trả lời, nên chưa biết nó đã nhận sổ này đến đâu. Đồng chí mở nó rồi gọi lại "
                "lệnh này.",
                f"The service {name} does not answer, so how far it knows this log cannot be told. Start it and say "
                "this again.",
            ) from None
        who = Sentence(f"dịch vụ {name}", f"the service {name}")
        self._goes_on_from((*report["views"]["positions"], *report["deciders"]), who)
        heard = next((one for one in report["sources"] if one["log"] == log), None)
        index = max(report["views"]["positions"].get(log, 0), report["deciders"].get(log, 0))
        last = (heard or {}).get("last")
        if last is not None and last["index"] == index:
            return _Known(who, index, bytes.fromhex(last["leaf"]))
        return _Known(who, index, None)


class Noticing:
    """Where several processes write one log, one of them is asked to restore it: the others notice it in the log."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._seen: FoundWhole | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if not self._service.log.alone:
            self._seen = await asyncio.to_thread(found_whole, self._service.log)
            self._task = asyncio.create_task(self._run(), name="notice a restoration")

    async def stop(self) -> None:
        if self._task is not None:
            await end([self._task])

    async def tell(self) -> None:
        """This process found the log whole."""
        if not self._service.log.alone:
            await asyncio.to_thread(tell_whole, self._service.log)
            self._seen = await asyncio.to_thread(found_whole, self._service.log)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._service.settings.silence_seconds)
            with suppress(StoreTrouble):  # a database that is away is asked again
                await self._look()

    async def _look(self) -> None:
        found = await asyncio.to_thread(found_whole, self._service.log)
        if found is None or found == self._seen or self._service.going_over:
            return
        self._seen = found
        if found.epoch != self._service.log.name.epoch:
            log_line.warning("another process began a new epoch", epoch=found.epoch)
            start_again()
        else:
            log_line.warning("another process restored this log", log=str(self._service.log.name))
            await self._service.accept_writes()


def start_again() -> None:
    """End this process in order; the next start finds the new epoch."""
    os.kill(os.getpid(), signal.SIGTERM)


def _lost(index: int, known: _Known) -> Refused:
    first, last = index + 1, known.upto
    return Refused(
        f"Sổ có đến sự kiện số {index}, {known.who.vi} biết đến số {last}: không nơi nào còn giữ "
        f"{facts_vi(first, last)}. Đồng chí tìm bản sao mới hơn của tệp dữ liệu, đặt vào chỗ cũ rồi gọi lại lệnh này. "
        "Chỉ khi chắc chắn không còn bản nào: thêm --new-epoch --by MÃ --reason LÝ-DO để bỏ hẳn.",
        f"The log ends at fact {index}, {known.who.en} knows it up to {last}: nobody holds {facts_en(first, last)} any "
        "more. Look for a newer copy of the data file, put it back, then say this again. Only when there is certainly "
        "none: add --new-epoch --by ID --reason TEXT to give that up.",
    )
