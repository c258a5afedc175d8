"""Awards of members, the unit and the branch, and results of the years, so that years running are counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from services.roster.domain.flags import Part
from services.roster.domain.known import Known
from services.roster.domain.living import happened, living, missing, past_year, taken
from services.roster.domain.members import listed
from shared.decision import Asked, Command, Noun, Refused
from shared.events.branch import Sha256
from shared.events.envelope import Fact, Line, MemberId, ShortId
from shared.events.honour import (
    RESULT_WORDS,
    AnyHonourFact,
    Award,
    AwardRecorded,
    AwardRevoked,
    Honoured,
    Level,
    PastResultEntered,
    Result,
)
from shared.events.member import Year
from shared.people import tidy

# ------------------------------------------------------------------ commands


class HonourCommand(Command):
    """A wish about what the branch and those in it were given."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "operator"})
    READS_OWN: ClassVar[bool] = True

    def subject(self, branch: str) -> str:
        return f"honour/{branch}"


class RecordAward(HonourCommand):
    """Take down an award."""

    award_id: ShortId
    honoured: Honoured
    member_id: MemberId | None = None
    unit: Line | None = None
    award: Award
    level: Level | None = None
    badge_years: Annotated[int, Field(ge=30, le=100)] | None = None
    title: Line
    year: Year
    decision_no: Line
    decided_on: date | None = None


class RevokeAward(HonourCommand):
    """Take down that an award was taken back."""

    award_id: ShortId
    decision_no: Line
    revoked_on: date


class EnterPastResult(HonourCommand):
    """Take a year's result over from its paper decision."""

    honoured: Literal["member", "branch"] = "branch"
    member_id: MemberId | None = None
    year: Year
    result: Result
    title: Line | None = None
    decision_no: Line
    decided_on: date | None = None
    scan_sha256: Sha256 | None = None
    replaces: Line | None = None
    """Why an earlier entry of this year is replaced; needed only then."""


# ------------------------------------------------------------------ state


class Given(Part):
    """An award as it was given, and whether it was taken back."""

    id: str
    honoured: Honoured
    member_id: str | None
    unit: str | None
    award: Award
    level: Level | None
    badge_years: int | None
    title: str
    year: int
    decision_no: str
    revoked_on: date | None = None

    def counts_on(self, day: date) -> bool:
        return self.year <= day.year and (self.revoked_on is None or day < self.revoked_on)


class YearResult(Part):
    honoured: Literal["member", "branch"]
    member_id: str | None
    year: int
    result: Result
    title: str
    decision_no: str
    scan_sha256: str | None


class Honours(Part):
    awards: tuple[Given, ...] = ()
    results: tuple[YearResult, ...] = ()

    def results_of(self, member_id: str | None) -> dict[int, YearResult]:
        """Year → result of the branch (None) or of one member."""
        return {one.year: one for one in self.results if one.member_id == member_id}


def running(results: Iterable[tuple[int, Result]], until: int) -> int:
    """How many years end with ``until`` without a break, each of them exemplary."""
    best = {year for year, result in results if result == "exemplary"}
    years = 0
    while until - years in best:
        years += 1
    return years


def evolve(honours: Honours, fact: AnyHonourFact) -> Honours:
    match fact:
        case AwardRecorded():
            given = Given(
                id=fact.award_id,
                honoured=fact.honoured,
                member_id=fact.member_id,
                unit=fact.unit,
                award=fact.award,
                level=fact.level,
                badge_years=fact.badge_years,
                title=fact.title,
                year=fact.year,
                decision_no=fact.decision_no,
            )
            return honours.model_copy(update={"awards": (*honours.awards, given)})
        case AwardRevoked():
            awards = tuple(
                one.model_copy(update={"revoked_on": fact.revoked_on}) if one.id == fact.award_id else one
                for one in honours.awards
            )
            return honours.model_copy(update={"awards": awards})
        case PastResultEntered():
            entered = YearResult(
                honoured=fact.honoured,
                member_id=fact.member_id,
                year=fact.year,
                result=fact.result,
                title=fact.title,
                decision_no=fact.decision_no,
                scan_sha256=fact.scan_sha256,
            )
            others = tuple(one for one in honours.results if (one.member_id, one.year) != (fact.member_id, fact.year))
            return honours.model_copy(update={"results": (*others, entered)})
    assert_never(fact)


# ------------------------------------------------------------------ rules


def decide(honours: Honours, command: Command, asked: Asked[Known]) -> tuple[Fact, ...]:
    match command:
        case RecordAward():
            return _record(honours, command, asked)
        case RevokeAward():
            return _revoke(honours, command, asked)
        case EnterPastResult():
            return _enter(honours, command, asked)
        case _:
            raise TypeError(command)


def _record(honours: Honours, command: RecordAward, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    if (command.honoured == "member") != (command.member_id is not None) or (
        (command.honoured == "unit") != (command.unit is not None)
    ):
        raise Refused(
            "Khen thưởng của đảng viên cần mã đảng viên; của đơn vị chuyên môn cần tên đơn vị; của chi bộ thì không "
            "cần cả hai. Đồng chí ghi lại; nội dung đã nhập vẫn còn.",
            "A member's award names the member, a unit's the unit, the branch's neither. Enter it again; what was "
            "typed is kept.",
            code="honoured",
        )
    if (command.award == "party_badge") != (command.badge_years is not None):
        raise Refused(
            "Huy hiệu Đảng ghi kèm số năm tuổi Đảng; hình thức khác thì không. Đồng chí ghi lại; nội dung đã nhập vẫn "
            "còn.",
            "A Party badge names its years; other awards do not. Enter it again; what was typed is kept.",
            code="badge",
        )
    if command.member_id is not None:
        listed(branch, command.member_id)
    past_year(command.year, asked)
    fact = AwardRecorded(
        branch=branch.code,
        award_id=command.award_id,
        honoured=command.honoured,
        member_id=command.member_id,
        unit=tidy(command.unit) if command.unit else None,
        award=command.award,
        level=command.level,
        badge_years=command.badge_years,
        title=tidy(command.title),
        year=command.year,
        decision_no=tidy(command.decision_no),
        decided_on=command.decided_on,
    )
    before = next((one for one in honours.awards if one.id == command.award_id), None)
    if before is None:
        return (fact,)
    if before.model_copy(update={"revoked_on": None}) == evolve(Honours(), fact).awards[0]:
        return ()
    raise taken(command.award_id, "khen thưởng", "award")


def _revoke(honours: Honours, command: RevokeAward, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    given = next((one for one in honours.awards if one.id == command.award_id), None)
    if given is None:
        raise missing(command.award_id, "khen thưởng", "award")
    if given.revoked_on == command.revoked_on:
        return ()
    if given.revoked_on is not None:
        raise Refused(
            f"{given.title} đã thu hồi từ ngày {given.revoked_on:%d/%m/%Y}. Đồng chí kiểm tra lại; chưa có gì thay "
            "đổi.",
            f"“{given.title}” was revoked as of {given.revoked_on:%d/%m/%Y} already. Check it; nothing has changed.",
            code="already",
        )
    return (
        AwardRevoked(
            branch=branch.code,
            award_id=given.id,
            title=given.title,
            decision_no=tidy(command.decision_no),
            revoked_on=happened(command.revoked_on, asked),
        ),
    )


def _enter(honours: Honours, command: EnterPastResult, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    if (command.honoured == "member") != (command.member_id is not None):
        raise Refused(
            "Kết quả của đảng viên cần mã đảng viên; của chi bộ thì không. Đồng chí ghi lại; nội dung đã nhập vẫn còn.",
            "A member's result names the member, the branch's does not. Enter it again; what was typed is kept.",
            code="honoured",
        )
    if command.member_id is not None:
        listed(branch, command.member_id)
    past_year(command.year, asked)
    entered = PastResultEntered(
        branch=branch.code,
        honoured=command.honoured,
        member_id=command.member_id,
        year=command.year,
        result=command.result,
        title=tidy(command.title) if command.title else RESULT_WORDS[command.result][0],
        decision_no=tidy(command.decision_no),
        decided_on=command.decided_on,
        scan_sha256=command.scan_sha256,
        replaces=tidy(command.replaces).rstrip(".") if command.replaces else None,
    )
    before = honours.results_of(command.member_id).get(command.year)
    if before == evolve(Honours(), entered).results[0]:
        return ()
    if before is not None and entered.replaces is None and not _only_its_scan(before, entered):
        raise Refused(
            f"Năm {command.year} đã có kết quả «{before.title}» theo quyết định số {before.decision_no}. Nếu lần "
            "nhập đó sai, đồng chí ghi lý do thay; cả hai lần đều được lưu.",
            f"{command.year} has the result “{before.title}” by decision {before.decision_no}. If that was wrong, "
            "say why it is replaced; both are kept.",
            code="year-taken",
        )
    return (entered,)


def _only_its_scan(before: YearResult, entered: PastResultEntered) -> bool:
    """The same result again, now with the scan it had lacked."""
    with_scan = before.model_copy(update={"scan_sha256": entered.scan_sha256})
    return before.scan_sha256 is None and evolve(Honours(), entered).results == (with_scan,)


HONOUR: Noun[Honours, Known] = Noun(
    name="honour",
    initial=Honours(),
    decide=decide,
    evolve=evolve,
    commands=(RecordAward, RevokeAward, EnterPastResult),
)
