"""A real roster over HTTP, on real files, without a port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.roster.main import PARTS
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from tests.service.scheduler_site import site

__all__ = ["site"]

BRANCH = "99.001.002.000.011"


class Roster:
    """Asks a running roster the way any client does."""

    def __init__(self, service: Service, client: httpx.AsyncClient) -> None:
        self.service = service
        self.client = client
        self._at_start = service.log.head().index

    async def ask(self, command: str, data: dict[str, Any], **around: Any) -> httpx.Response:
        body = {"id": str(uuid4()), "branch": BRANCH, "actor": "operator", **around, "command": data}
        return await self.client.post(f"/commands/{command}", json=body)

    @property
    def facts(self) -> int:
        """How many were stored since the start, at which the site's key is published."""
        return self.head - self._at_start

    @property
    def head(self) -> int:
        """Index of the last fact."""
        return self.service.log.head().index


@pytest.fixture
async def roster(tmp_path: Path) -> AsyncIterator[Roster]:
    """Roster with nothing in it."""
    service = Service(PARTS, Settings(home=tmp_path, after_seconds=3.0, body_limit=20_000))
    app = application(service)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://site") as one:
        yield Roster(service, one)


@pytest.fixture
async def cell(roster: Roster) -> Roster:
    """Roster with the sample branch registered and three members."""
    await roster.ask("RegisterBranch", {"name": "Chi bộ mẫu", "superior": "Đảng bộ mẫu", "effective_on": "2025-01-03"})
    people: tuple[tuple[str, list[str]], ...] = (
        ("Hoàng Đình Khiêm", ["secretary"]),
        ("Tôn Nữ Quỳnh Dao", ["deputy_secretary"]),
        ("Lô Văn Phủng", []),
    )
    for number, (name, roles) in enumerate(people, 1):
        member = {
            "member_id": f"M0{number}",
            "name": name,
            "given": name.split()[-1],
            "status": "official",
            "since": "2025-01-03",
            "roles": roles,
        }
        answer = await roster.ask("EnrolMember", member)
        assert answer.status_code == httpx.codes.OK, answer.text
    return roster
