"""Tells a story to the running services: their clocks are set, their own commands are asked, reactions awaited."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from services.cli.asking import takers
from services.cli.sample.script import Data, Step
from services.cli.site import Answer, Answered
from services.cli.voice import Failed
from shared.events.envelope import instant, moment

if TYPE_CHECKING:
    from services.cli.site import Service, Site

NAMESPACE = UUID("b9f4a5d2-1a1f-5c5b-8a44-0f2f64a1c0de")
SETTLE_SECONDS = 30.0
LOOK_SECONDS = 0.004

ANSWERED_ELSEWHERE = frozenset({"ApproveRanking", "DecideAssignment", "ReviewLastMonth"})
"""Commands after which another service decides something too; that is awaited before time goes on."""

SIGNING = {"EnrolSigningKey": "/branches/{branch}/signing-keys", "SignMinutes": "/meetings/{meeting_id}/signing"}
"""What only somebody with a PIN can ask, and where."""

Seen = Callable[[Step, Answer | Answered], None]
"""What became of a step: an answer, or the refusal the story expects."""


def _not_looked_at(step: Step, outcome: Answer | Answered) -> None:
    """Nobody watches."""


class Driver:
    """Steps through a story.

    The same step has the same command id: a story cut off is told again from the start and goes on where it ended.
    """

    def __init__(self, site: Site, branch: str) -> None:
        self.site = site
        self.branch = branch
        self.takers = takers(site)
        self._together = ThreadPoolExecutor(len(site.services))
        self._clocks: dict[str, datetime] = {}
        found = {service.name: service.health()["log"] for service in site}
        self._written = {name: _written(log) for name, log in found.items()}
        """A story told again must not turn a clock back before what is stored already."""
        self._logs = {name: log["name"] for name, log in found.items()}
        self._heads: dict[str, int] = {log["name"]: log["index"] for log in found.values()}
        """As far as answers and looks have told."""
        self._last: Step | None = None

    def tell(self, steps: Sequence[Step], progress: Callable[[int, int], None], seen: Seen = _not_looked_at) -> None:
        """Ask every step in turn. Raises Failed when one ends otherwise than the story says."""
        for number, step in enumerate(steps):
            self._take(number, step, seen)
            progress(number + 1, len(steps))
        self.settle()

    def _take(self, number: int, step: Step, seen: Seen) -> None:
        if not step.command:
            self.settle()
            self.set_clock(step.at)
            self._last = step
            return
        service = self.takers.get(step.command)
        if service is None:
            raise Failed(f"Không dịch vụ nào nhận lệnh {step.command}.", f"No service takes {step.command}.")
        if step.refused is not None and self._written[service.name] > step.at:
            return  # told before, and what stood in the way then is gone
        last = self._last
        if last is None or not last.command or last.command in ANSWERED_ELSEWHERE:
            self.settle()
        elif self.takers[last.command] is not service:
            self._until_heard(service)
        self.set_clock(step.at, *([] if step.command in ANSWERED_ELSEWHERE else [service]))
        self._last = step
        data = step.data if step.prepare is None else step.prepare(self.site, step.data)
        try:
            answer = self._ask(service, step, data, str(uuid5(NAMESPACE, f"{self.branch} {number} {step.command}")))
        except Answered as refusal:
            if refusal.reason != step.refused:
                raise _told_otherwise(step, refusal) from None
            seen(step, refusal)
            return
        log = self._logs[service.name]
        self._heads[log] = max(self._heads[log], int(answer.position.rpartition(":")[2]))
        if step.refused is not None:
            raise Failed(
                f"{step.command} lúc {step.at:%d/%m/%Y %H:%M} lẽ ra không được nhận ({step.refused}).",
                f"{step.command} at {step.at:%d/%m/%Y %H:%M} should have been refused ({step.refused}).",
            )
        seen(step, answer)

    def _ask(self, service: Service, step: Step, data: Data, id: str) -> Answer:
        if step.pin is not None:
            path = SIGNING[step.command].format(branch=self.branch, **data)
            return service.wish(path, {"id": id, "actor": step.actor, "pin": step.pin})
        return service.command(
            step.command,
            step.branch or self.branch,
            step.actor,
            data,
            id=id,
            time=None if step.happened is None else instant(step.happened),
            enteredby=step.enteredby,
            medium=step.medium,
        )

    def set_clock(self, now: datetime | None, *services: Service) -> None:
        """These services, by default all, stand at this moment; None: back to the system's clock."""
        for_each = {
            service: None if now is None else max(now, self._written[service.name]) for service in services or self.site
        }
        behind = [
            (service, to) for service, to in for_each.items() if to is None or self._clocks.get(service.name) != to
        ]
        list(self._together.map(lambda one: one[0].set_clock(None if one[1] is None else instant(one[1])), behind))
        self._clocks |= {service.name: to for service, to in behind if to is not None}

    def _until_heard(self, service: Service) -> None:
        """Return when this service has heard what was said so far; nobody was going to react to it."""
        end = time.monotonic() + SETTLE_SECONDS
        while not _has_heard(health := service.health(), self._heads):
            self._still_time(end, [health])
            time.sleep(LOOK_SECONDS)

    def settle(self) -> None:
        """Return when every service has heard what was said so far, and done what follows from it."""
        end = time.monotonic() + SETTLE_SECONDS
        while True:
            found = list(self._together.map(lambda service: service.health(), self.site))
            heads = {health["log"]["name"]: health["log"]["index"] for health in found}
            self._heads = heads
            if all(_has_heard(health, heads) for health in found):
                return
            self._still_time(end, found)
            time.sleep(LOOK_SECONDS)

    def _still_time(self, end: float, found: list[dict[str, Any]]) -> None:
        """Raises Failed once it has taken too long, naming who has not heard everything."""
        if time.monotonic() > end:
            names = ", ".join(health["service"] for health in found if not _has_heard(health, self._heads))
            raise Failed(
                f"Các dịch vụ chưa nghe xong việc của nhau sau {SETTLE_SECONDS:.0f} giây: {names}.",
                f"The services have not heard one another out after {SETTLE_SECONDS:.0f} s: {names}.",
            )


def _written(log: dict[str, Any]) -> datetime:
    recorded = log["recordedtime"]
    return moment(recorded) if recorded else datetime.min.replace(tzinfo=UTC)


def _has_heard(health: dict[str, Any], heads: dict[str, int]) -> bool:
    """Read models and decisions stand at the heads of all logs they follow, the own one included."""
    followed = (health["views"]["positions"], health["deciders"])
    return all(positions.get(log, head) >= head for positions in followed for log, head in heads.items()) and all(
        (source["position"] or 0) >= heads.get(source["log"] or "", 0) for source in health["sources"]
    )


def _told_otherwise(step: Step, refusal: Answered) -> Failed:
    return Failed(
        f"{step.command} của {step.actor} lúc {step.at:%d/%m/%Y %H:%M}: {refusal.vi}",
        f"{step.command} by {step.actor} at {step.at:%d/%m/%Y %H:%M}: {refusal.en}",
        details=(f"code {refusal.reason}", *refusal.details, str(step.data)),
    )
