"""From a fact stored in one service to its effect in another's read models, in real processes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from services.cli.site import Service, Site
from shared.events.envelope import moment
from tests.benches.notices import branch_of
from tests.benches.rounds import Line, Section, milliseconds, percentile
from tests.benches.sites import caught_up, running, settings

QUIET = 400
BUSY = 1200
WRITERS = 8
BRANCHES = 100
GIVEN = ("An", "Bình", "Cường", "Dung", "Giang", "Hà", "Khánh", "Linh", "Minh", "Nga")


def _register(site: Site, branch: str) -> None:
    data = {"name": f"Chi bộ {branch}", "superior": "Đảng ủy phường", "effective_on": "2025-01-01"}
    site["roster"].command("RegisterBranch", branch, "operator", data)


def _seen(site: Site, reader: Service, number: int) -> tuple[float, float]:
    """Seconds from the fact's recorded time until another service answers with it, and until roster had answered."""
    branch = branch_of(number % BRANCHES)
    given = GIVEN[number % len(GIVEN)]
    data = {"member_id": f"M{number}", "name": f"Trần Văn {given}", "given": given, "since": "2025-02-01"}
    answer = site["roster"].command("EnrolMember", branch, "operator", data)
    answered = datetime.now(UTC)
    reader.get(f"/meetings/{branch}:2026-01/facts", actor="operator", after=answer.position)
    seen = datetime.now(UTC)
    recorded = moment(answer.facts[0]["time"])
    return (seen - recorded).total_seconds(), (answered - recorded).total_seconds()


def measure(folder: Path) -> Section:
    with running(settings(folder)) as (_, site):
        caught_up(site)
        for number in range(BRANCHES):
            _register(site, branch_of(number))
        reader = site["scheduler"]
        for number in range(20):
            _seen(site, reader, number)
        asking = []
        for _ in range(100):
            began = time.perf_counter()
            reader.get(f"/meetings/{branch_of(0)}:2026-01/facts", actor="operator")
            asking.append(time.perf_counter() - began)
        quiet = []
        for number in range(100, 100 + QUIET):
            quiet.append(_seen(site, reader, number))
            time.sleep(0.01)

        began = time.perf_counter()
        with ThreadPoolExecutor(WRITERS) as together:
            busy = list(together.map(lambda number: _seen(site, reader, number), range(1000, 1000 + BUSY)))
        rate = len(busy) / (time.perf_counter() - began)
    ahead = [seen for seen, _ in quiet]
    return Section(
        "Visible in another service",
        f"{QUIET} members enrolled in {BRANCHES} branches in roster, one by one, each then asked for in scheduler with "
        "`after=roster:N`: from the fact's recorded time, before its commit, until that answer was here. The commit, "
        "the outbox, Redis, the intake, the read model and both HTTP answers are in it. The services, the broker and "
        f"the asker share the machine. Then {BUSY:,} by {WRITERS} at once, as fast as they go.",
        [
            Line(
                "One at a time: p50 / p95 / p99",
                milliseconds(ahead),
                f"the answer of roster alone: {milliseconds([answered for _, answered in quiet])}; "
                f"a query of scheduler that waits for nothing: {milliseconds(asking)}",
                "p99 ≤ 50 ms",
                percentile(ahead, 0.99) <= 0.050,
            ),
            Line(
                f"{WRITERS} at once, {rate:,.0f} facts/s: p50 / p95 / p99",
                milliseconds([seen for seen, _ in busy]),
                f"the answer of roster alone: {milliseconds([answered for _, answered in busy])}",
            ),
        ],
    )
