"""A real scheduler service with the sample branch heard, for the tests beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.roster.application import OwnKeys
from services.scheduler.main import PARTS
from shared.events.envelope import Fact
from shared.events.sealed import Keys
from shared.rules import shipped
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from shared.store.keys import KeyStore
from tests.sample_branch import CODE, FACTS
from tests.service.told import Elsewhere

OCTOBER = f"{CODE}:2026-10"
BASE = ["M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11"]
_PROPER = shipped().profile_for("preparation", date(2026, 10, 3)).agenda("regular")
AGENDA = [
    {"number": number, "text": item.text, "minutes": item.minutes}
    for number, item in enumerate(_PROPER.items if _PROPER else (), start=1)
]
PROGRAMME = {
    "period": "2026-10",
    "programme_no": "10-CTr/ĐU",
    "items": [{"id": "P1", "text": "Thu nhận xét nơi cư trú."}, {"id": "P2", "text": "Số hóa biên bản."}],
}


class Site:
    """A running scheduler, and what the other services of the site tell it."""

    def __init__(self, service: Service, client: httpx.AsyncClient, keys: Keys) -> None:
        self.service = service
        self.client = client
        self._elsewhere = Elsewhere(service, keys)

    def at(self, time: str) -> None:
        """The site's clock stands at this time, in Viet Nam, from now on."""
        self.service.clock.set(datetime.fromisoformat(f"{time}+07:00"))

    async def told(self, *facts: Fact) -> None:
        """Another service stored these facts; scheduler hears them after all it said itself."""
        await self._elsewhere.say(*facts, actor="M02")

    async def ask(self, command: str, data: dict[str, Any], actor: str = "M01", **around: Any) -> httpx.Response:
        body = {"id": str(uuid4()), "branch": CODE, "actor": actor, **around, "command": data}
        return await self.client.post(f"/commands/{command}", json=body)

    async def done(self, command: str, data: dict[str, Any], actor: str = "M01", **around: Any) -> list[str]:
        """The kinds of the facts that followed."""
        answer = await self.ask(command, data, actor, **around)
        assert answer.status_code == httpx.codes.OK, answer.text
        return [fact["type"].split(".")[1] for fact in answer.json()["facts"]]

    async def october(self, command: str, actor: str = "M01", **data: Any) -> list[str]:
        around = {name: data.pop(name) for name in ("enteredby", "medium", "time") if name in data}
        return await self.done(command, {"meeting_id": OCTOBER, **data}, actor, **around)

    async def refused(self, command: str, actor: str = "M01", **data: Any) -> str:
        before = self.service.log.head().index
        answer = await self.ask(command, {"meeting_id": OCTOBER, **data}, actor)
        assert answer.is_client_error, answer.text
        assert self.service.log.head().index == before
        return str(answer.json())

    async def see(self, path: str, actor: str = "M08", **query: Any) -> Any:
        query |= {"actor": actor, "after": f"scheduler:{self.service.log.head().index}"}
        answer = await self.client.get(path, params=query)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    async def look(self) -> None:
        """Let the clock look, when the read models know everything stored here."""
        log = self.service.log
        assert await self.service.views.wait_async(log.name, log.head().index), "the read models stand still"
        await self.service.clock_task.look()

    async def points(self, which: str) -> dict[str, str]:
        found = await self.see(f"/meetings/{OCTOBER}/{which}")
        return {point["code"]: point["vi"] for point in found}


@asynccontextmanager
async def running(home: Path) -> AsyncIterator[Site]:
    """Scheduler on the files under ``home``; what it heard before it was stopped it still knows."""
    keys = OwnKeys(KeyStore(home / "keys.db", home / "site.key"))
    nobody = "http://127.0.0.1:1"
    settings = Settings(home=home, clock="settable", after_seconds=30.0, roster_url=nobody, minutes_url=nobody)
    service = Service(replace(PARTS, keys=lambda _settings: keys), settings)
    app = application(service)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://site") as one:
        yield Site(service, one, keys)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Scheduler with the sample branch heard, on 26 September 2026."""
    async with running(tmp_path) as there:
        there.at("2026-09-26T07:00")
        await there.told(*FACTS)
        yield there


def draft(number: int, member_id: str, **more: Any) -> dict[str, Any]:
    return {
        "draft_id": f"D{number}",
        "member_id": member_id,
        "text": f"Việc của {member_id}",
        "due_on": "2026-10-30",
        "report_at": "2026-11",
        **more,
    }


async def until_the_notice(site: Site) -> None:
    await site.done("EnterProgramme", PROGRAMME)
    await site.october("ScheduleMeeting", period="2026-10", agenda=AGENDA)
    for period, turn in (("2026-10", "M01"), ("2026-11", "M02")):
        await site.done("AssignBriefing", {"meeting_id": f"{CODE}:{period}", "member_id": turn})
    for number, member_id in enumerate(["M01", "M02", "M03", "M04", "M05", "M06", "M07", "M11"], start=1):
        await site.october("DraftAssignment", **draft(number, member_id))


async def notified(site: Site) -> None:
    await until_the_notice(site)
    site.at("2026-09-28T16:30")
    await site.october("DraftAssignment", **draft(9, "M08", partner_id="M06", programme_item_id="P1"))
    await site.october(
        "DraftAssignment", **draft(10, "M04", replaces="D4", programme_item_id="P2", text="Số hóa 12 biên bản")
    )
    await site.october("HoldPreparation", attendees=["M01", "M02"], by_telephone=["M03"], points_to_vote=["Nghị quyết"])
    site.at("2026-09-28T17:20")
    await site.october("IssueNotice")


HAVING_THE_APP = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M11", "F01")


async def proven(site: Site, *, on_paper: bool = True) -> None:
    """Everybody has October's notice; ``on_paper``: also the one it was handed to."""
    for member in HAVING_THE_APP:
        await site.october("RecordNoticeDelivered", member, member_id=member, channel="app")
    if on_paper:
        await site.october("RecordNoticeDelivered", "M04", member_id="M08", channel="paper", confirmed=True)


async def clock_at(site: Site, time: str) -> None:
    site.at(time)
    site.service.clock_task.go_on()
    await site.look()
