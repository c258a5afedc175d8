"""What is kept of a member once or once a year: a corrected name, levels, family title, pledge, discipline."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from services.roster.domain.checking import check
from services.roster.domain.commands import secret
from services.roster.domain.flags import Place, clearing
from services.roster.domain.importing import Row
from services.roster.domain.known import Known
from services.roster.domain.living import happened, living, past_year, taken
from services.roster.domain.members import here, listed
from services.roster.domain.sheet import Sheet
from services.roster.domain.transfer import MemberCommand
from shared.decision import Asked, Refused
from shared.events.envelope import Fact, Line, ShortId
from shared.events.member import (
    CorrectionReason,
    Discipline,
    DisciplineNoticed,
    Education,
    FamilyTitleRecorded,
    MemberCorrected,
    MemberLevelRecorded,
    PledgeFiled,
    Theory,
    Year,
)
from shared.events.sealed import PrivateText
from shared.people import tidy

_AS_IT_IS = "Tên"
"""Stands in for a name that is not corrected, where a whole line is checked."""


class CorrectMember(MemberCommand):
    """Put a misspelt name or a wrong year of birth right."""

    name: PrivateText | None = None
    given: PrivateText | None = None
    born: PrivateText | None = None
    reason: CorrectionReason
    note: PrivateText | None = None


class RecordMemberLevel(MemberCommand):
    """Take down levels of education and theory as codes."""

    education: Education | None = None
    theory: Theory | None = None
    from_grassroots: bool | None = None
    as_of: date


class RecordFamilyTitle(MemberCommand):
    """Take down whether the family holds the title of the year."""

    year: Year
    achieved: bool
    decision_no: Line | None = None


class FilePledge(MemberCommand):
    """Take down that the pledge of the year is filed, and where it lies."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "operator", "self"})

    year: Year
    filed_on: date
    kept_where: Line


class NoticeDiscipline(MemberCommand):
    """Take down a disciplinary decision, only as far as it caps a rank."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "operator", "superior"})

    notice_id: ShortId
    form: Discipline
    decision_no: Line
    decided_on: date
    self_detected_remedied: bool = False


def correct(command: CorrectMember, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    member = listed(branch, command.member_id)
    if (command.name is None) != (command.given is None) or not (command.name or command.born):
        raise Refused(
            "Sửa họ tên thì ghi cả họ tên và tên gọi; sửa năm sinh thì ghi năm sinh. Đồng chí ghi đủ; chưa có gì thay "
            "đổi.",
            "Correcting a name needs the full and the given name; correcting the year of birth needs that year. Give "
            "all of it; nothing has changed.",
            code="nothing-to-correct",
        )
    name, given = command.name, command.given
    row = Row(
        line=1,
        member_id=member.id,
        name=tidy(name.get_secret_value()) if name else _AS_IT_IS,
        given=tidy(given.get_secret_value()) if given else _AS_IT_IS,
        born=tidy(command.born.get_secret_value()) if command.born else None,
        status="official",
    )
    troubles = check([row], taken=(), secretary=None, official=0, today=asked.today, subject=f"member/{branch.code}/")
    if troubles:
        vi = " ".join(trouble.vi.partition(": ")[2] or trouble.vi for trouble in troubles)
        en = " ".join(trouble.en.partition(": ")[2] or trouble.en for trouble in troubles)
        raise Refused(
            f"Chưa sửa được: {vi} Nội dung đã nhập vẫn còn.",
            f"Not corrected: {en} What was typed is kept.",
            code="correct",
        )
    return (
        MemberCorrected(
            branch=branch.code,
            member_id=member.id,
            name=secret(branch.code, member.id, "name", row.name) if name else None,
            given=secret(branch.code, member.id, "given", row.given) if given else None,
            born=secret(branch.code, member.id, "born", row.born) if row.born else None,
            reason=command.reason,
            note=secret(branch.code, member.id, "note", command.note) if command.note else None,
        ),
    )


def record_level(sheet: Sheet, command: RecordMemberLevel, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    here(branch, command.member_id, happened(command.as_of, asked))
    said = {
        name: value
        for name in ("education", "theory", "from_grassroots")
        if (value := getattr(command, name)) is not None
    }
    if not said:
        raise Refused(
            "Chưa có mức nào được chọn. Đồng chí chọn trình độ, lý luận hoặc quá trình ở cơ sở; chưa có gì thay đổi.",
            "No level was chosen. Choose education, theory or time at the grass roots; nothing has changed.",
            code="nothing-said",
        )
    known = sheet.level_on(command.as_of)
    if all(getattr(known, name) == value for name, value in said.items()):
        return ()
    return (
        MemberLevelRecorded(
            branch=branch.code,
            member_id=command.member_id,
            education=command.education,
            theory=command.theory,
            from_grassroots=command.from_grassroots,
            as_of=command.as_of,
        ),
    )


def record_family_title(sheet: Sheet, command: RecordFamilyTitle, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    listed(branch, command.member_id)
    past_year(command.year, asked)
    decision = tidy(command.decision_no) if command.decision_no else None
    if any(
        (one.year, one.achieved, one.decision_no) == (command.year, command.achieved, decision) for one in sheet.family
    ):
        return ()
    return (
        FamilyTitleRecorded(
            branch=branch.code,
            member_id=command.member_id,
            year=command.year,
            achieved=command.achieved,
            decision_no=decision,
        ),
    )


def file_pledge(sheet: Sheet, command: FilePledge, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    listed(branch, command.member_id)
    happened(command.filed_on, asked)
    if command.filed_on.year not in (command.year - 1, command.year, command.year + 1):
        raise Refused(
            f"Bản cam kết năm {command.year} không thể nộp ngày {command.filed_on:%d/%m/%Y}. Đồng chí kiểm tra năm và "
            "ngày nộp; nội dung đã nhập vẫn còn.",
            f"The pledge of {command.year} cannot have been filed on {command.filed_on:%d/%m/%Y}. Check year and day.",
            code="year",
        )
    kept = tidy(command.kept_where)
    if any((one.year, one.filed_on, one.kept_where) == (command.year, command.filed_on, kept) for one in sheet.pledges):
        return ()
    return (
        PledgeFiled(
            branch=branch.code,
            member_id=command.member_id,
            year=command.year,
            filed_on=command.filed_on,
            kept_where=kept,
        ),
        *clearing(
            Place("member", branch.code, command.member_id),
            sheet.flags,
            str(command.year),
            command.filed_on,
            ("pledge_missing",),
        ),
    )


def notice_discipline(sheet: Sheet, command: NoticeDiscipline, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    before = next((one for one in sheet.notices if one.id == command.notice_id), None)
    decision = tidy(command.decision_no)
    said = (command.form, decision, command.decided_on, command.self_detected_remedied)
    if before is not None:
        if (before.form, before.decision_no, before.decided_on, before.self_detected_remedied) == said:
            return ()
        raise taken(command.notice_id, "quyết định kỷ luật", "disciplinary decision")
    member = here(branch, command.member_id, happened(command.decided_on, asked))
    if member.standing_on(command.decided_on) == "probationary" and command.form not in ("reprimand", "warning"):
        raise Refused(
            f"{member.id} là đảng viên dự bị: hình thức kỷ luật chỉ có khiển trách hoặc cảnh cáo. Đồng chí kiểm tra "
            "lại quyết định; nội dung đã nhập vẫn còn.",
            f"{member.id} is a probationary member: only reprimand or warning apply. Check the decision.",
            code="discipline",
        )
    return (
        DisciplineNoticed(
            branch=branch.code,
            member_id=member.id,
            notice_id=command.notice_id,
            form=command.form,
            decision_no=decision,
            decided_on=command.decided_on,
            self_detected_remedied=command.self_detected_remedied,
        ),
    )
