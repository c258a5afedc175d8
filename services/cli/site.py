"""The services as the command line meets them: over HTTP, with every refusal as a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import httpx

from services.cli.voice import Failed, voice
from shared.settings import SERVICES, Settings

if TYPE_CHECKING:
    from types import TracebackType

SECONDS = 30.0
FEED_LINES = 500


class Silent(Failed):
    """A service that does not answer."""


class Answered(Failed):
    """A service said no, and why (RFC 9457)."""

    def __init__(self, vi: str, en: str, *, status: int, code: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(vi, en, details=details)
        self.status = status
        self.reason = code
        """The rule or reason for machines: ``R13``, ``not-allowed``."""


@dataclass(frozen=True)
class Answer:
    """What came of a command."""

    id: str
    position: str
    """``minutes:41``: what queries may name as ``after``."""
    facts: list[dict[str, Any]]
    already: bool


class Service:
    """One service of the site."""

    def __init__(self, name: str, url: str, client: httpx.Client, token: str | None) -> None:
        self.name = name
        self.url = url
        self._client = client
        self._token = token

    def get(self, path: str, **asked: Any) -> Any:
        """The answer to a query. Raises Answered when refused, Silent when nobody answers."""
        given = {name: value for name, value in asked.items() if value is not None}
        return self._send("GET", path, params=given).json()

    def download(self, path: str, **asked: Any) -> tuple[bytes, httpx.Headers]:
        """A file and the headers that name it."""
        given = {name: value for name, value in asked.items() if value is not None}
        answer = self._send("GET", path, params=given)
        return answer.content, answer.headers

    def digest(self, path: str) -> str:
        """The SHA-256 of a file that only services read; nothing of it is shown. Raises Answered when refused."""
        return hashlib.sha256(self._send("GET", path, headers=self._shown()).content).hexdigest()

    def post(self, path: str, **asked: Any) -> Any:
        given = {name: value for name, value in asked.items() if value is not None}
        return self._send("POST", path, params=given).json()

    def upload(self, path: str, file: tuple[str, bytes], **asked: Any) -> Any:
        """Send a file as a form does."""
        given = {name: value for name, value in asked.items() if value is not None}
        return self._send("POST", path, params=given, files={"file": file}).json()

    def bring(self, path: str, content: bytes, **asked: Any) -> Any:
        """Send a file's bytes as they are."""
        return self._send("POST", path, params=asked, content=content).json()

    def command(
        self,
        name: str,
        branch: str,
        actor: str,
        data: dict[str, Any],
        *,
        id: str | None = None,
        time: str | None = None,
        enteredby: str | None = None,
        medium: str | None = None,
    ) -> Answer:
        """Ask for a command. Raises Answered with the service's own sentence when it is refused."""
        body = {"id": id or str(uuid4()), "branch": branch, "actor": actor, "command": data}
        body |= {k: v for k, v in {"time": time, "enteredby": enteredby, "medium": medium}.items() if v is not None}
        return self.wish(f"/commands/{name}", body)

    def wish(self, path: str, body: dict[str, Any]) -> Answer:
        """Ask for what changes something by a way of its own. Raises Answered when it is refused."""
        found = self._send("POST", path, json=body).json()
        return Answer(found["id"], found["position"], found["facts"], found["already"])

    def health(self) -> dict[str, Any]:
        """What the service says about itself, healthy or not."""
        found: dict[str, Any] = self._send("GET", "/health", accept=(503,)).json()
        return found

    def set_clock(self, now: str | None) -> None:
        """Give the service the time (RFC 3339), or None: back to the system clock."""
        if now is None:
            self._send("DELETE", "/clock", headers=self._shown())
        else:
            self._send("PUT", "/clock", json={"now": now}, headers=self._shown())

    def head(self) -> dict[str, Any]:
        """The head of its log."""
        found: dict[str, Any] = self._send("GET", "/log/head", headers=self._shown()).json()
        return found

    def feed(self, after: int, limit: int = FEED_LINES) -> tuple[str, int, list[bytes]]:
        """The log's name, the index of the first line, and up to ``limit`` facts verbatim after an index."""
        answer = self._send("GET", "/log", params={"after": after, "limit": limit}, headers=self._shown())
        lines = [line for line in answer.content.split(b"\n") if line]
        return answer.headers["Chibo-Log"], int(answer.headers.get("Chibo-First-Index") or after + 1), lines

    def _shown(self) -> dict[str, str]:
        return {"X-Service-Token": self._token or ""}

    def _send(self, method: str, path: str, *, accept: tuple[int, ...] = (), **sent: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, f"{self.url}{path}", **sent)
        except httpx.HTTPError as error:
            raise Silent(
                f"Dịch vụ {self.name} chưa trả lời tại {self.url}. Đồng chí mở bằng «chibo up», rồi thử lại.",
                f"The service {self.name} does not answer at {self.url}. Start it with “chibo up” and try again.",
                details=[f"{type(error).__name__}: {error}"],
            ) from None
        if answer.is_success or answer.status_code in accept:
            return answer
        raise _refusal(self.name, answer)


def _refusal(service: str, answer: httpx.Response) -> Answered:
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    vi = problem.get("detail") or f"Dịch vụ {service} trả lời không như mong đợi (HTTP {answer.status_code})."
    en = problem.get("detail_en") or f"The service {service} gave an unexpected answer (HTTP {answer.status_code})."
    code = problem.get("code") or str(answer.status_code)
    wrong = [
        f"{one['where'].removeprefix('command.')}: {voice.one(one['vi'], one['en']).partition(': ')[2]}"
        for one in problem.get("errors", ())
    ]
    return Answered(vi, en, status=answer.status_code, code=code, details=(f"{service}: {code}", *wrong))


class Site:
    """All services of one deployment."""

    def __init__(self, settings: Settings | None = None, *, token: bool = False) -> None:
        self.settings = settings or Settings()
        self._client = httpx.Client(timeout=SECONDS, trust_env=False)
        self._with_token = token

    @cached_property
    def services(self) -> dict[str, Service]:
        token = self.settings.token if self._with_token else None
        return {name: Service(name, self.settings.url(name), self._client, token) for name in SERVICES}

    def __getitem__(self, name: str) -> Service:
        """The service of this name. Raises Failed for a name no service has."""
        if name not in SERVICES:
            raise Failed(
                f"Không có dịch vụ «{name}». Có: {', '.join(SERVICES)}.",
                f"There is no service “{name}”. There are: {', '.join(SERVICES)}.",
                code=2,
            )
        return self.services[name]

    def __iter__(self) -> Iterator[Service]:
        return iter(self.services.values())

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
