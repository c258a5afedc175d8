"""Where everything stands in a service: for ``/health``, the doctor and Prometheus."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from prometheus_client import Gauge, generate_latest

from shared.events.envelope import LogName, instant
from shared.store.restoring import decided_on

if TYPE_CHECKING:
    from shared.service.runtime import Service
    from shared.stream.outbox import OutboxState
    from shared.stream.source import SourceState


class Health:
    """What one service says about itself; asked for, never kept up on the way of a fact."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._withdrawn: dict[LogName, list[int]] = {}
        """Own facts decided on facts of epochs that have ended, withdrawn since."""
        _gauges(service)

    async def report(self) -> dict[str, Any]:
        """Everything, as ``/health`` answers it."""
        return await asyncio.to_thread(self._report)

    def metrics(self) -> bytes:
        """Everything measured, in Prometheus' text form."""
        return generate_latest(self._service.registry)

    def _report(self) -> dict[str, Any]:
        service = self._service
        # First what was heard, then the own head: whoever finds everything heard also finds what followed from it.
        views, deciders = service.views.positions(), service.writer.positions()
        head = service.log.head()
        outbox = None if service.outbox is None else service.outbox.state
        parked = [("views", one) for one in service.views.parked()]
        parked += [("deciders", one) for one in service.writer.parked()]
        waits = service.clock_task.state.waiting
        return {
            "status": "starting" if not service.ready else "refusing" if service.refusal else "ready",
            "service": service.parts.name,
            "version": service.version,
            "log": {
                "name": str(service.log.name),
                "index": head.index,
                "root": head.root.hex(),
                "recordedtime": head.recordedtime or None,
            },
            "views": {
                "positions": {str(log): index for log, index in views.items()},
                "error": service.intake.own.state.last_error,
            },
            "deciders": {str(log): index for log, index in deciders.items()},
            "outbox": None if outbox is None else _outbox_report(outbox),
            "sources": [_source_report(source) for source in service.intake.sources],
            "parked": [
                {
                    "consumer": consumer,
                    "log": str(one.source),
                    "index": one.index,
                    "branches": list(one.branches),
                    "reason": one.reason,
                }
                for consumer, one in parked
            ],
            "clock": {
                "mode": service.clock.mode,
                "now": instant(service.clock.now()),
                "waits": None if waits is None else {"vi": waits.vi, "en": waits.en},
            },
            "withdrawn": [
                {"log": str(log), "facts": facts} for log, facts in self._decided_on_withdrawn().items() if facts
            ],
            "writes": "refused" if service.refusal else "accepted",
            "refusal": None if service.refusal is None else {"vi": service.refusal[0], "en": service.refusal[1]},
        }

    def _decided_on_withdrawn(self) -> dict[LogName, list[int]]:
        """Own facts that stay as they are though what they were decided on was withdrawn: a person should look."""
        for source in self._service.intake.sources:
            if source.log is None or "epoch" in source.errors:
                continue
            for epoch, upto in source.former.items():
                ended = source.log._replace(epoch=epoch)
                if ended not in self._withdrawn and ended != source.log:
                    self._withdrawn[ended] = decided_on(self._service.log, ended, upto)
        return dict(self._withdrawn)  # two may ask at once


def _outbox_report(state: OutboxState) -> dict[str, Any]:
    return {
        "target": state.target,
        "connected": state.connected,
        "sent": state.sent,
        "lag": state.lag,
        "policy": state.policy,
        "error": state.last_error,
    }


def _source_report(state: SourceState) -> dict[str, Any]:
    stopped = state.stopped
    return {
        "service": state.service,
        "log": None if state.log is None else str(state.log),
        "position": state.position,
        "last": None if state.last is None else {"index": state.last[0], "leaf": state.last[1].hex()},
        "decided": state.decided,
        "head": state.head,
        "connected": state.connected,
        "waiting_for": None if state.waiting_for is None else str(state.waiting_for),
        "fetched": state.fetched,
        "forged": state.forged,
        "error": state.last_error,
        "stopped": None if stopped is None else {"vi": stopped.vi, "en": stopped.en},
    }


def _gauges(service: Service) -> None:
    """Gauges read at the moment they are asked for; nothing is counted on the way of a fact."""
    gauge = partial(Gauge, registry=service.registry)
    gauge("chibo_log_head", "Index of the last stored fact").set_function(lambda: service.log.head().index)
    gauge("chibo_parked_facts", "Facts that wait for a person").set_function(
        lambda: len(service.views.parked()) + len(service.writer.parked())
    )
    gauge("chibo_writes_refused", "1 while nothing can be written").set_function(lambda: service.refuses)
    if (outbox := service.outbox) is not None:
        gauge("chibo_outbox_lag", "Facts stored and not yet sent").set_function(lambda: outbox.state.lag)
    heard = gauge("chibo_source_position", "How far a source has taken effect", ["source"])
    heads = gauge("chibo_source_head", "How far a source is known to go", ["source"])
    for source in service.intake.sources:
        heard.labels(source.service).set_function(partial(getattr, source, "position"))
        heads.labels(source.service).set_function(partial(_head, source))


def _head(source: SourceState) -> float:
    return source.head or 0
