"""The rules about the people of a branch: who comes in, how they count, which role they hold, when they leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.roster.domain.checking import (
    ENDS_BY_ITSELF,
    LED_BY_FULL_MEMBERS,
    check,
    in_order,
    no_committee,
    questions,
)
from services.roster.domain.commands import (
    AssignRole,
    ChangeStatus,
    ConfirmRosterImport,
    EndRole,
    EnrolMember,
    ImportRow,
    TransferMember,
    secret,
)
from services.roster.domain.importing import TAIL_EN, TAIL_VI, Row, Trouble
from services.roster.domain.known import Known
from shared.branch import Branch, Member
from shared.decision import Asked, Refused
from shared.events.branch import (
    ROLE_WORDS,
    STATUS_WORDS,
    BranchFact,
    MemberEnrolled,
    MemberEntry,
    MemberStatusChanged,
    MemberTransferred,
    RoleAssigned,
    RoleEnded,
    RosterImported,
)
from shared.people import tidy

SAID_AT_ONCE = 5
"""Problems named in one refusal; the preview names all."""


def bring_in(branch: Branch, command: ConfirmRosterImport, asked: Asked[Known]) -> tuple[BranchFact, ...]:
    rows = [row.opened() for row in command.rows]
    apart = {frozenset(pair) for pair in command.different_persons}
    alike = questions(rows)
    open_questions = [
        Trouble(
            line=_line(rows, pair.second),
            column=None,
            code="look-alike",
            vi=f"Dòng {_line(rows, pair.second)} và dòng {_line(rows, pair.first)} có tên gần giống nhau; "
            "đồng chí xác nhận là hai người hay một.",
            en=f"The names in rows {_line(rows, pair.second)} and {_line(rows, pair.first)} look alike; "
            "say whether they are two persons.",
        )
        for pair in alike
        if frozenset((pair.first, pair.second)) not in apart
    ]
    troubles = [
        *check(
            rows,
            taken={member.id for member in branch.members},
            secretary=branch.secretary(asked.today),
            official=branch.official_count(asked.today),
            today=asked.today,
            subject=f"member/{branch.code}/",
        ),
        *open_questions,
    ]
    if troubles:
        raise _not_imported(in_order(troubles))
    return (
        RosterImported(
            branch=branch.code,
            file_name=tidy(command.file_name),
            file_sha256=command.file_sha256,
            format=command.format,
            members=tuple(entry(branch.code, row) for row in rows),
            told_apart=tuple((pair.first, pair.second) for pair in alike),
        ),
    )


def _line(rows: Iterable[Row], member_id: str) -> int:
    return next(row.line for row in rows if row.member_id == member_id)


def _not_imported(troubles: tuple[Trouble, ...]) -> Refused:
    more = len(troubles) - SAID_AT_ONCE
    vi = " ".join(trouble.vi for trouble in troubles[:SAID_AT_ONCE])
    en = " ".join(trouble.en for trouble in troubles[:SAID_AT_ONCE])
    return Refused(
        f"{vi}{f' Còn {more} chỗ nữa.' if more > 0 else ''} {TAIL_VI}",
        f"{en}{f' And {more} more.' if more > 0 else ''} {TAIL_EN}",
        code="import",
    )


def entry(branch: str, row: Row) -> MemberEntry:
    """A row as it stands in a fact, the personal part under the person's own key."""
    return MemberEntry(
        member_id=row.member_id,
        name=secret(branch, row.member_id, "name", row.name),
        given=secret(branch, row.member_id, "given", row.given),
        sex=row.sex,
        born=secret(branch, row.member_id, "born", row.born) if row.born else None,
        status=row.status,
        since=row.since,
        until=row.until,
        roles=row.roles,
        reach=row.reach,
    )


def enrol(branch: Branch, command: EnrolMember, asked: Asked[Known]) -> tuple[BranchFact, ...]:
    row = ImportRow(line=1, **command.__dict__).opened()
    troubles = check(
        [row],
        taken={member.id for member in branch.members},
        secretary=branch.secretary(command.since),
        official=branch.official_count(command.since),
        today=asked.today,
        subject=f"member/{branch.code}/",
    )
    if troubles:
        vi = " ".join(_sentence(trouble.vi) for trouble in troubles)
        en = " ".join(_sentence(trouble.en) for trouble in troubles)
        raise Refused(f"{vi} Đồng chí sửa rồi ghi lại; chưa có gì được lưu.", f"{en} Nothing was stored.", code="enrol")
    return (MemberEnrolled(branch=branch.code, member=entry(branch.code, row), joined_on=command.since),)


def _sentence(of_a_row: str) -> str:
    words = of_a_row.partition(": ")[2] or of_a_row
    return words[:1].upper() + words[1:]


def change_status(branch: Branch, command: ChangeStatus) -> tuple[BranchFact, ...]:
    member = here(branch, command.member_id, command.from_on)
    status, day, until = command.status, command.from_on, command.until_on
    held = [held for held in member.statuses if (held.from_on, held.status, held.until_on) == (day, status, until)]
    if held and member.status_on(day) == status:
        return ()
    standing = member.standing_on(day)
    if status == standing == "temporary_here" and until is not None:
        return _guest_stays(branch, member, day, until)
    if "temporary_here" in (status, standing):
        raise Refused(
            f"Đ/c {member.id}: sinh hoạt tạm thời tại chi bộ được ghi khi vào danh sách và kết thúc khi chuyển đi. "
            "Đồng chí dùng «Ghi vào danh sách» hoặc «Chuyển sinh hoạt»; chưa có gì thay đổi.",
            f"{member.id}: a guest is enrolled as one and leaves by transfer. Use “enrol” or “transfer”; nothing has "
            "changed.",
            code="guest",
        )
    if status == "probationary" and standing == "official":
        raise Refused(
            f"Đ/c {member.id} là đảng viên chính thức nên không trở lại dự bị. Đồng chí kiểm tra lại; chưa có gì thay "
            "đổi.",
            f"{member.id} is a full member and does not become probationary again. Check it; nothing has changed.",
            code="probation",
        )
    if until is not None and status not in ENDS_BY_ITSELF:
        raise Refused(
            f"Đã là {STATUS_WORDS[status][0]} thì không có ngày hết hạn. Đồng chí bỏ ngày đó; chưa có gì thay đổi.",
            f"Being {STATUS_WORDS[status][1]} has no last day. Leave it out; nothing has changed.",
            code="until",
        )
    if until is not None and until < day:
        raise Refused(
            f"Ngày kết thúc {until:%d/%m/%Y} đứng trước ngày bắt đầu {day:%d/%m/%Y}. "
            "Đồng chí kiểm tra lại; chưa có gì thay đổi.",
            f"The last day {until:%d/%m/%Y} lies before the first {day:%d/%m/%Y}. Check both days; nothing has "
            "changed.",
            code="until",
        )
    return (MemberStatusChanged(branch=branch.code, member_id=member.id, status=status, from_on=day, until_on=until),)


def _guest_stays(branch: Branch, member: Member, day: date, until: date) -> tuple[BranchFact, ...]:
    """A guest's stay gets another last day."""
    if until < day:
        raise Refused(
            f"Ngày kết thúc {until:%d/%m/%Y} đứng trước ngày {day:%d/%m/%Y}. Đồng chí kiểm tra lại; chưa có gì "
            "thay đổi.",
            f"The last day {until:%d/%m/%Y} lies before {day:%d/%m/%Y}. Check both days; nothing has changed.",
            code="until",
        )
    return (
        MemberStatusChanged(
            branch=branch.code, member_id=member.id, status="temporary_here", from_on=day, until_on=until
        ),
    )


def assign_role(branch: Branch, command: AssignRole) -> tuple[BranchFact, ...]:
    member = here(branch, command.member_id, command.from_on)
    role, day = command.role, command.from_on
    if role in member.roles_on(day):
        return ()
    if role in LED_BY_FULL_MEMBERS and member.standing_on(day) != "official":
        standing = member.standing_on(day)
        raise Refused(
            f"Đ/c {member.id}: {STATUS_WORDS[standing][0]} thì chưa giữ vai trò {ROLE_WORDS[role][0]} được. Đồng chí "
            "chọn một đảng viên chính thức; chưa có gì thay đổi.",
            f"{member.id} is {STATUS_WORDS[standing][1]} and cannot be {ROLE_WORDS[role][1]}. Choose a full member; "
            "nothing has changed.",
            code="office-of-full-members",
        )
    if role == "committee_member" and not branch.has_committee(day):
        vi, en = no_committee(branch.official_count(day))
        raise Refused(
            f"Ngày {day:%d/%m/%Y} {vi}. Đồng chí chọn vai trò khác; chưa có gì thay đổi.",
            f"On {day:%d/%m/%Y} {en}. Choose another role; nothing has changed.",
            code="no-committee",
        )
    if role == "secretary" and (secretary := branch.secretary(day)) is not None:
        raise Refused(
            f"Ngày {day:%d/%m/%Y} chi bộ đang có bí thư ({secretary}). Đồng chí ghi thôi vai trò của đồng chí ấy "
            "trước, rồi ghi bí thư mới; chưa có gì thay đổi.",
            f"On {day:%d/%m/%Y} the branch has a secretary ({secretary}). End that role first; nothing has changed.",
            code="two-secretaries",
        )
    return (
        RoleAssigned(
            branch=branch.code,
            member_id=member.id,
            role=role,
            from_on=day,
            decision_no=tidy(command.decision_no) if command.decision_no else None,
        ),
    )


def end_role(branch: Branch, command: EndRole) -> tuple[BranchFact, ...]:
    member = listed(branch, command.member_id)
    role, day = command.role, command.to_on
    if any(held.role == role and held.to_on == day for held in member.roles):
        return ()
    if not any(held.role == role and held.to_on is None and held.covers(day) for held in member.roles):
        raise Refused(
            f"Ngày {day:%d/%m/%Y} đ/c {member.id} không giữ vai trò {ROLE_WORDS[role][0]} nên không có gì để kết thúc. "
            "Đồng chí kiểm tra lại người và ngày; chưa có gì thay đổi.",
            f"On {day:%d/%m/%Y} {member.id} does not hold the role of {ROLE_WORDS[role][1]}. Check the person and the "
            "day; nothing has changed.",
            code="role-not-held",
        )
    return (
        RoleEnded(
            branch=branch.code,
            member_id=member.id,
            role=role,
            to_on=day,
            decision_no=tidy(command.decision_no) if command.decision_no else None,
        ),
    )


def transfer(branch: Branch, command: TransferMember) -> tuple[BranchFact, ...]:
    member = listed(branch, command.member_id)
    if member.left_on == command.effective_on:
        return ()
    here(branch, command.member_id, command.effective_on)
    return (
        MemberTransferred(
            branch=branch.code, member_id=member.id, to=tidy(command.to), effective_on=command.effective_on
        ),
    )


def listed(branch: Branch, member_id: str) -> Member:
    """Whoever has this id, also one who has left. Raises Refused for a stranger."""
    member = branch.member(member_id)
    if member is None:
        raise Refused(
            f"Danh sách chi bộ không có mã {member_id}. Đồng chí kiểm tra lại mã; chưa có gì thay đổi.",
            f"Nobody on the branch's list has the id {member_id}. Check the id; nothing has changed.",
            code="unknown-member",
        )
    return member


def here(branch: Branch, member_id: str, day: date) -> Member:
    """Whoever is on the list that day. Raises Refused."""
    member = listed(branch, member_id)
    if not member.here_on(day):
        raise Refused(
            f"Ngày {day:%d/%m/%Y} đ/c {member_id} không ở trong danh sách chi bộ. Đồng chí kiểm tra lại người và ngày; "
            "chưa có gì thay đổi.",
            f"On {day:%d/%m/%Y} {member_id} is not on the branch's list. Check the person and the day; nothing has "
            "changed.",
            code="not-on-the-list",
        )
    return member
