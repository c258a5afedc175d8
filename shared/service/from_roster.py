"""What only roster holds and others ask for: names of people and the keys of sealed fields."""

from __future__ import annotations

import base64
import json
import re
import time
from typing import TYPE_CHECKING, TypeAlias

import httpx

from shared.branch import Branch
from shared.decision import Refused
from shared.events.sealed import SubjectKey
from shared.sentences import Named

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from shared.events.envelope import LogName

AsHeard: TypeAlias = "Callable[[Mapping[LogName, int]], Awaitable[tuple[Branch, Callable[[str], str]] | None]]"
"""What a fact had heard → the branch and its people's names as they were known to it; None where nobody can say."""
KEPT_SECONDS = 60.0
"""How long a name or key is kept before roster is asked again; destroyed keys are forgotten at once when heard of."""
SILENT_SECONDS = 0.5
"""How long a roster that does not answer is not asked for names again, unless something is heard from it."""


def token_header(token: str) -> dict[str, str]:
    """What services show one another."""
    return {"X-Service-Token": token}


class RosterNames:
    """Names for sentences, by branch; ids stand in when roster cannot be reached."""

    def __init__(self, client: httpx.AsyncClient, roster: str, heard: Callable[[], int] = lambda: 0) -> None:
        """``heard`` says how far roster's log is known here: when it has moved, names are asked for anew."""
        self._client = client
        self._roster = roster
        self._heard = heard
        self._kept: dict[str, tuple[float, int, Named]] = {}

    async def of(self, branch: str) -> Named:
        """The names of one branch's people, by member id."""
        return await self._names(branch)

    async def as_at(self, branch: str, log: LogName, index: int) -> tuple[Branch, Named] | None:
        """The branch and its names as roster's log told them up to an index; None where roster cannot say."""
        path = f"{self._roster}/branches/{branch}/as-at/{index}"
        try:
            answer = await self._client.get(path, params={"log": str(log)})
            answer.raise_for_status()
            told = answer.json()
            return Branch.model_validate_json(json.dumps(told["document"])), Named(told["names"], {})
        except (httpx.HTTPError, ValueError, KeyError):
            return None

    async def as_heard(self, branch: str, heard: Mapping[LogName, int]) -> tuple[Branch, Named] | None:
        """The branch and its names as known to whoever had heard so far; who came since by the present name."""
        for log, index in heard.items():
            if log.service == "roster" and (then := await self.as_at(branch, log, index)) is not None:
                document, names = then
                now = await self._names(branch)
                return document, Named({**now.full, **names.full}, now.given_names)
        return None

    async def said(self, branch: str, refusal: Refused) -> Refused:
        """The same refusal with names where the rules, which know no names, say ids."""
        names = (await self._names(branch)).full
        if not names:
            return refusal
        ids = re.compile(rf"(?<![\w./-])({'|'.join(map(re.escape, names))})(?![\w/-])")
        vi, en = (ids.sub(lambda id: names[id[0]], text) for text in (refusal.vi, refusal.en))
        return Refused(vi, en, code=refusal.code)

    async def _names(self, branch: str) -> Named:
        heard = self._heard()
        until, asked_at, names = self._kept.get(branch, (0.0, 0, Named({}, {})))
        if until < time.monotonic() or asked_at != heard:
            try:
                answer = await self._client.get(f"{self._roster}/branches/{branch}/names")
                answer.raise_for_status()
                told = answer.json()
                names = Named(told["names"], told.get("given", {}))
                self._kept[branch] = (time.monotonic() + KEPT_SECONDS, heard, names)
            except (httpx.HTTPError, ValueError, KeyError):
                # Else every sentence of one answer would wait for it.
                self._kept[branch] = (time.monotonic() + SILENT_SECONDS, heard, names)
        return names


class RosterKeys:
    """Keys of sealed fields as roster hands them out; asked before a command is decided, never while it is."""

    def __init__(self, client: httpx.AsyncClient, roster: str) -> None:
        self._client = client
        self._roster = roster
        self._kept: dict[str, tuple[float, SubjectKey]] = {}

    def key(self, subject: str) -> SubjectKey:
        """A key already fetched. Raises KeyError when there is none (destroyed, or not fetched)."""
        return self._kept[subject][1]

    async def fetch(self, subjects: Iterable[str]) -> None:
        """Have the keys of these subjects at hand. Raises Refused when roster cannot be reached."""
        now = time.monotonic()
        missing = [subject for subject in subjects if self._kept.get(subject, (0.0,))[0] < now]
        if not missing:
            return
        try:
            answer = await self._client.post(f"{self._roster}/keys", json={"subjects": missing})
            answer.raise_for_status()
            found = answer.json()["keys"]
        except (httpx.HTTPError, ValueError, KeyError):
            if all(subject in self._kept for subject in missing):
                return
            raise Refused(
                "Chưa lấy được khóa bảo vệ phần nội dung kín vì dịch vụ danh sách chưa trả lời. "
                "Đồng chí thử lại sau ít phút; chưa có gì bị mất.",
                "The keys of the sealed part cannot be had because roster does not answer. Try again in a few minutes; "
                "nothing was lost.",
                code="keys",
            ) from None
        for subject in missing:
            self._kept.pop(subject, None)
        for entry in found:
            key = SubjectKey(id=entry["id"], subject=entry["subject"], secret=base64.b64decode(entry["secret"]))
            self._kept[key.subject] = (now + KEPT_SECONDS, key)

    def forget(self, subject: str) -> None:
        self._kept.pop(subject, None)

    def close(self) -> None:
        """Forget all keys; the service is stopping."""
        self._kept.clear()
