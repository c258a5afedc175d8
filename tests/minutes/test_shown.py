"""The October meeting through the real log, read models and keys: heard, decided, stored, shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr, TypeAdapter

from services.minutes import application
from services.minutes.application.asker import Asker
from services.minutes.application.sitting import MeetingShown
from services.minutes.domain.known import Known
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.opinions import AnswerOpinion, DisposeOpinion, RecordOpinion
from services.minutes.domain.wish import MinutesCommand
from services.minutes.projections import VIEWS
from shared import events
from shared.authorise import Actor
from shared.decision import Command, Refused
from shared.events.branch import BranchFact
from shared.events.envelope import Fact, LogName
from shared.events.files import KeptFile
from shared.events.sealed import Private, Sealing, open_sealed
from shared.store.asking import Ask
from shared.store.keys import KeyStore
from shared.store.log import open_log
from shared.store.views import ViewReader, Views, open_views
from shared.store.writer import Writer
from tests.minutes.heard import scheduled, tasks
from tests.minutes.october import ADOPTED, DAY, MEETING, OCTOBER, clock
from tests.sample_branch import CODE, MEMBERS
from tests.sample_branch import FACTS as ROSTER
from tests.service.told import branch_of, stored

NAMES = {member.member_id: member.name.text.get_secret_value() for member in MEMBERS}  # type: ignore[union-attr]


class StandingClock:
    """A clock that stands where it is put; asked again it is a little later."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 26, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


class Site:
    """Minutes on its own log and read models, told by the others what they have decided."""

    def __init__(self, folder: Path, files: dict[str, KeptFile] | None = None) -> None:
        self._files = files or {}
        self.keys = KeyStore(folder / "keys.db", folder / "site.key")
        self.clock = StandingClock()
        self.log = open_log(f"sqlite:///{folder}/log.db", "site", "minutes", events.ALL)
        self.views = open_views(f"sqlite:///{folder}/views.db", "minutes", VIEWS, events.ALL)
        self.others: dict[str, list[bytes]] = {"roster": [], "scheduler": [], "ranking": [], "hub": []}
        self.writer = Writer(
            self.log,
            application.NOUNS,
            self._known,
            self.views,
            keys=self.keys,
            clock=self.clock,
            inbox_key=b"inbox",
        )
        self.writer.start()

    def _known(self, reader: ViewReader, branch: str, command: Command) -> Known:
        return replace(application.known(reader, branch, command), files=self._files)

    def close(self) -> None:
        self.writer.stop()
        self.keys.close()
        self.views.close()
        self.log.close()

    def tell(self, service: str, *facts: Fact) -> None:
        """Another service has stored these facts, and minutes hears them."""
        told = self.others[service]
        for fact in facts:
            version = len(told) + 1
            by = {"branch": branch_of(fact), "actor": "M01", "role": "secretary"}
            told.append(stored(fact, self.clock(), self.keys, **by, version=version, site="site"))
        self.hear(self.views)

    def hear(self, views: Views) -> None:
        for service, told in self.others.items():
            views.apply(LogName("site", service, "e1"), list(enumerate(told, start=1)))
        views.catch_up(self.log)

    def ask(self, hour: str, command: Command, actor: str = "M02", day: date = DAY) -> tuple[Fact, ...]:
        time = datetime.fromisoformat(f"{day}T{hour}+07:00")
        self.clock.now = max(self.clock.now, time)
        ask = Ask(
            id=str(uuid4()),
            branch=CODE,
            actor=actor,
            actorrole="chair_of_the_day",
            command=command,
            body=command.model_dump_json().encode(),
            time=time,
        )
        answer = self.writer.submit(ask).result(10)
        self.views.catch_up(self.log)
        return tuple(recorded.fact for recorded in answer.facts)

    def known(self, command: MinutesCommand) -> Known:
        with self.views.read() as reader:
            return application.known(reader, CODE, command)

    async def opened(self, event_id: str, value: Private | None) -> str | None:
        return None if value is None else open_sealed(event_id, value, self.keys)

    async def shown(self, hour: str, actor: Actor | None = None, *, reads: bool = True) -> MeetingShown:
        async def closed(_id: str, _value: Private | None) -> None:
            return None

        asker = Asker(
            actor or Actor("M02", frozenset({"member", "deputy_secretary"})),
            lambda member: NAMES.get(member, member),
            self.opened if reads else closed,
        )
        with self.views.read() as reader:
            now = datetime.fromisoformat(f"2026-10-05T{hour}+07:00")
            return await application.sitting.meeting(reader, MEETING, now, asker)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    facts: tuple[BranchFact, ...] = ROSTER
    made.tell("roster", *facts)
    made.tell("scheduler", *scheduled())
    made.tell("ranking", *tasks())
    for basis in ADOPTED:
        made.ask("08:00", basis, day=date(2026, 9, 26))
    yield made
    made.close()


def unsealed(site: Site, facts: tuple[Any, ...]) -> list[str]:
    """Facts as JSON with every sealed value replaced by whose it is and which field."""

    def plain(part: Any) -> Any:
        if isinstance(part, dict):
            if {"subject", "field"} <= part.keys():
                return [part["subject"], part["field"]]
            return {name: plain(value) for name, value in part.items()}
        return [plain(one) for one in part] if isinstance(part, list) else part

    found = []
    for fact in facts:
        dumped = fact.model_dump(mode="json", context=Sealing("0", site.keys))
        found.append(f"{type(fact).__name__} {plain(dumped)}")
    return found


def held(site: Site, *, to: str = "24:00") -> None:
    for step in OCTOBER:
        if step.hour < to:
            assert unsealed(site, site.ask(step.hour, step.command)) == unsealed(site, step.facts)


async def test_the_golden_meeting_is_decided_the_same_from_what_was_really_heard(site: Site):
    held(site)
    shown = await site.shown("18:00")
    assert (shown.phase, shown.minutes, shown.short_by, shown.doc_no) == ("closed", 130, 0, "29-BB/CB")
    assert shown.attendance is not None
    assert (shown.attendance.rate, shown.attendance.meets) == ("8/9", False)
    assert shown.not_spoken == ("M06",)
    assert [(one.id, one.adopted, one.stands) for one in shown.votes] == [
        ("V1", False, False),
        ("V2", True, True),
        ("V3", True, True),
    ]
    assert [one.doc_no for one in shown.resolutions] == ["22-NQ/CB"]
    assert [one.task_id for one in shown.assignments] == ["T20", "T19"]
    assert shown.present == shown.voters_present == 0


@pytest.mark.parametrize("to", ["15:42", "24:00"], ids=["while it lasts", "after it closed"])
async def test_the_room_is_shown_as_it_was_at_any_minute(site: Site, to: str):
    held(site, to=to)
    seen = {hour: await site.shown(hour) for hour in ("14:10", "14:25", "15:39", "15:40")}
    assert {hour: (one.present, one.voters_present, one.minute_taker_id) for hour, one in seen.items()} == {
        "14:10": (7, 6, "M07"),
        "14:25": (8, 7, "M07"),
        "15:39": (8, 7, "M04"),
        "15:40": (7, 6, "M04"),
    }


async def test_what_closing_early_would_mean_is_said_before_the_button(site: Site):
    held(site, to="15:30")
    early, late = await site.shown("15:24"), await site.shown("15:30")
    assert early.note_vi == (
        "Buổi họp mới được 84 phút, quy định tối thiểu 90 phút. Đồng chí vẫn kết thúc được; "
        "phiếu chấm điểm sẽ ghi «ngắn 6 phút»."
    )
    assert late.note_vi is None


async def test_before_the_opening_the_plan_is_shown(site: Site):
    shown = await site.shown("13:50")
    assert (shown.phase, shown.on, shown.starts_at) == ("planned", DAY, "14:00")
    assert (shown.chair_id, shown.minute_taker_id) == ("M02", "M07")
    assert [one.id for one in shown.last_month] == ["T14", "T15", "T16", "T17"]
    assert [one.id for one in shown.to_acknowledge] == ["T18"]
    with site.views.read() as reader:
        assert [(one.id, one.phase) for one in application.meetings.meetings(reader, CODE)] == [(MEETING, "planned")]


async def test_the_minutes_read_in_the_order_of_the_agenda(site: Site):
    held(site)
    shown = await site.shown("18:00")
    assert [one.en for one in shown.sections] == [
        "Opening",
        "New documents, the situation",
        "The month behind",
        "Discussion",
        "Conclusion and votes",
        "Assignments",
        "The meeting's score",
        "Adoption and close",
    ]
    talk = shown.sections[3].lines
    assert [line.item for line in talk] == sorted(line.item or 0 for line in talk)
    assert shown.sections[0].lines[0].vi.startswith("Buổi họp khai mạc lúc 14:00, chủ trì đ/c Tôn Nữ Quỳnh Dao")
    assert shown.sections[-1].lines[1].type == "VoteHeld"


async def test_what_was_said_is_opened_for_the_cell_only(site: Site):
    held(site, to="15:30")
    ours = await site.shown("15:30")
    assert [one.text for one in ours.opinions][2] == "Giao thêm một người giúp thu phiếu ở xã bị ngập."
    assert ours.opinions[0].explanation is not None
    outside = Actor("F01", frozenset({"superior"}))
    theirs = await site.shown("15:30", outside, reads=False)
    assert [one.text for one in theirs.opinions] == [None] * 4
    assert theirs.not_spoken is None
    assert "ngập" not in theirs.model_dump_json(exclude={"sections": True, "conclusions": True, "assignments": True})
    assert all(value is None for part in theirs.sections for line in part.lines for value in line.private.values())


def test_nothing_that_was_said_lies_open_in_log_or_read_models(site: Site, tmp_path: Path):
    held(site)
    for file in tmp_path.iterdir():
        assert "chờ mẫu phiếu".encode() not in file.read_bytes(), file.name


async def test_after_a_persons_key_is_gone_the_words_are_gone_and_the_rest_stays(site: Site):
    held(site, to="15:30")
    site.keys.destroy(f"member/{CODE}/M04")
    shown = await site.shown("15:30")
    assert [one.text is None for one in shown.opinions] == [True, False, False, False]
    assert shown.opinions[0].speaker_id == "M04"


async def test_R40_a_promised_answer_waits_on_every_agenda_until_it_is_given(site: Site):
    held(site, to="15:12")
    question = SecretStr("Có thay bài nào không?")
    site.ask(
        "15:12",
        RecordOpinion(meeting_id=MEETING, opinion_id="O10", speaker_id="M11", item=9, text=question),
    )
    site.ask(
        "15:13",
        DisposeOpinion(
            meeting_id=MEETING, opinion_id="O10", how="to_be_answered", answer_by="M05", answer_due=date(2026, 11, 3)
        ),
    )
    with site.views.read() as reader:
        (waiting,) = await application.opinions.open_opinions(reader, CODE, date(2026, 11, 4), site.opened)
    assert (waiting.speaker_id, waiting.text, waiting.overdue) == ("M11", "Có thay bài nào không?", True)
    answer = AnswerOpinion(meeting_id=MEETING, opinion_id="O10", member_id="M05", answer=SecretStr("Có, bài 4."))
    assert application.roles(site.known(answer), "M05", answer) == {"answerer"}
    site.ask("08:00", answer, actor="M05", day=date(2026, 11, 3))
    with site.views.read() as reader:
        assert await application.opinions.open_opinions(reader, CODE, date(2026, 11, 4), site.opened) == []


async def test_whoever_holds_chair_or_pen_that_day_has_their_roles(site: Site):
    step = OCTOBER[0]
    before = site.known(step.command)
    assert application.roles(before, "M07", step.command) == {"minute_taker_of_the_day", "minute_taker"}
    assert application.roles(before, "M04", step.command) == frozenset()
    held(site, to="14:31")
    after = site.known(step.command)
    assert after.takers == {"M07", "M04"}
    assert application.roles(after, "M02", step.command) == {"chair_of_the_day"}


async def test_reviewed_and_acknowledged_tasks_do_not_come_back(site: Site):
    held(site)
    shown = await site.shown("18:00")
    assert [one.id for one in shown.last_month] == ["T14", "T15", "T16", "T17"]
    assert shown.to_acknowledge == ()
    with site.views.read() as reader:
        reviewed = {task.task_id: task.reviewed_in for task in reader.scan("tasks", CODE)}
    assert reviewed == dict.fromkeys(("T14", "T15", "T16", "T17"), "2026-09") | {"T18": None}


async def test_numbers_go_on_in_the_next_meeting(site: Site):
    held(site)
    command = OCTOBER[-2].command
    assert [one.number for one in site.known(command).numbers["BB"].used] == [29]


async def test_rebuilt_read_models_show_the_same(site: Site):
    held(site)
    before = await site.shown("18:00")
    anew = site.views.begin_generation()
    site.hear(anew)
    anew.switch()
    assert await site.shown("18:00") == before


async def test_the_state_can_be_shown_as_json(site: Site):
    held(site)
    state = MINUTES.initial
    for recorded in site.log.history(f"minutes/{MEETING}"):
        state = MINUTES.evolve(state, recorded.fact)
    shown = TypeAdapter(type(state)).dump_python(state, mode="json", fallback=str)
    assert shown["phase"] == "closed"
    assert shown["closed"]["attendance"]["rate"] == "8/9"


async def test_a_meeting_nobody_planned_is_not_shown(site: Site):
    asker = Asker(Actor("M02", frozenset({"member"})), str, site.opened)
    with site.views.read() as reader, pytest.raises(Refused, match="no meeting"):
        await application.sitting.meeting(reader, f"{CODE}:2027-01", datetime.now(UTC), asker)


def test_every_fact_of_a_meeting_stands_in_a_part_of_the_minutes():
    placed: set[Callable[..., Any]] = {kind for kinds in application.words.SECTIONS.values() for kind in kinds}
    assert {kind.__name__ for kind in (*events.NOUNS["minutes"], *events.NOUNS["sitting"]) if kind not in placed} == {
        "MinutesRead",
        "MinutesAdopted",
        "MeetingClosed",
    }
    assert clock("14:00") == "2026-10-05T07:00:00.000000Z"
