"""A branch: registered, its charter, its people (rules in ``members``), the end of a key, the end of the branch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from services.roster.domain.commands import (
    AdoptCharter,
    AssignRole,
    ChangeStatus,
    ConfirmRosterImport,
    DestroySubjectKey,
    DissolveBranch,
    EndRole,
    EnrolMember,
    RegisterBranch,
    SetPaperHead,
    TransferMember,
    secret,
)
from services.roster.domain.known import Known
from services.roster.domain.members import assign_role, bring_in, change_status, end_role, enrol, transfer
from shared.branch import Branch, fold
from shared.decision import Asked, Command, Noun, Refused
from shared.events.branch import (
    AnyBranchFact,
    BranchCharterAdopted,
    BranchDissolved,
    BranchFact,
    BranchRegistered,
    Charter,
    MemberEnrolled,
    MemberStatusChanged,
    MemberTransferred,
    NotebookRule,
    PaperHeadSet,
    RoleAssigned,
    RoleEnded,
    RosterImported,
    SubjectKeyDestroyed,
)
from shared.events.sealed import Secret
from shared.people import tidy
from shared.rules import PracticeProfile

# ------------------------------------------------------------------ state


@dataclass(frozen=True)
class Cell:
    """A branch as its own history tells it."""

    branch: Branch | None = None
    imported: frozenset[str] = frozenset()
    """Hashes of the files brought in."""
    destroyed: frozenset[str] = frozenset()
    """Subjects whose key is gone."""


def evolve(cell: Cell, fact: AnyBranchFact) -> Cell:
    branch = fold(cell.branch, fact)
    match fact:
        case RosterImported():
            return replace(cell, branch=branch, imported=cell.imported | {fact.file_sha256})
        case SubjectKeyDestroyed():
            return replace(cell, destroyed=cell.destroyed | {fact.key_subject})
        case (
            BranchRegistered()
            | BranchCharterAdopted()
            | MemberEnrolled()
            | MemberStatusChanged()
            | RoleAssigned()
            | RoleEnded()
            | MemberTransferred()
            | PaperHeadSet()
            | BranchDissolved()
        ):
            return replace(cell, branch=branch)
    assert_never(fact)


# ------------------------------------------------------------------ rules


def decide(cell: Cell, command: Command, asked: Asked[Known]) -> tuple[BranchFact, ...]:
    branch = cell.branch
    if isinstance(command, RegisterBranch):
        return _register(branch, command, asked)
    if branch is None:
        raise unknown(asked.branch)
    if isinstance(command, DissolveBranch):
        return _dissolve(branch, command)
    if branch.dissolved(asked.today):
        raise dissolved(branch)
    match command:
        case AdoptCharter():
            return _adopt(branch, command, asked)
        case SetPaperHead():
            return _head(branch, command)
        case ConfirmRosterImport() if command.file_sha256 in cell.imported:
            return ()
        case ConfirmRosterImport():
            return bring_in(branch, command, asked)
        case EnrolMember():
            return enrol(branch, command, asked)
        case ChangeStatus():
            return change_status(branch, command)
        case AssignRole():
            return assign_role(branch, command)
        case EndRole():
            return end_role(branch, command)
        case TransferMember():
            return transfer(branch, command)
        case DestroySubjectKey():
            return _destroy(cell, branch, command, asked)
        case _:
            raise TypeError(command)


def unknown(code: str) -> Refused:
    """Why nothing can be said about a branch nobody registered."""
    return Refused(
        f"Chi bộ mã {code} chưa được ghi danh ở đây. Đồng chí ghi danh chi bộ trước; chưa có gì được lưu.",
        f"No branch with the code {code} is registered here. Register it first; nothing was stored.",
        code="not-found",
    )


def _register(branch: Branch | None, command: RegisterBranch, asked: Asked[Known]) -> tuple[BranchFact, ...]:
    if (command.follower_id is None) != (command.follower_name is None):
        raise Refused(
            "Cấp ủy viên theo dõi cần cả mã và họ tên. Đồng chí ghi đủ hoặc để trống cả hai; chưa có gì được lưu.",
            "The follower needs both an id and a name. Give both, or leave both out; nothing was stored.",
            code="follower",
        )
    fact = BranchRegistered(
        branch=asked.branch,
        name=tidy(command.name),
        superior=tidy(command.superior),
        follower_id=command.follower_id,
        follower_name=_follower_name(asked.branch, command),
        effective_on=command.effective_on,
    )
    if branch is None:
        return (fact,)
    if branch.dissolved_on is None and fold(None, fact) == Branch(
        code=branch.code,
        name=branch.name,
        superior=branch.superior,
        follower=branch.follower,
        registered_on=branch.registered_on,
    ):
        return ()
    if branch.dissolved(asked.today):
        raise dissolved(branch)
    raise Refused(
        f"Mã {asked.branch} đã ghi danh cho {branch.name}. Đồng chí kiểm tra lại mã chi bộ; chưa có gì thay đổi.",
        f"The code {asked.branch} belongs to {branch.name}. Check the code; nothing has changed.",
        code="already-registered",
    )


def _follower_name(branch: str, command: RegisterBranch) -> Secret | None:
    if command.follower_id is None or command.follower_name is None:
        return None
    return secret(branch, command.follower_id, "name", command.follower_name)


def _dissolve(branch: Branch, command: DissolveBranch) -> tuple[BranchFact, ...]:
    if branch.dissolved_on == command.effective_on:
        return ()
    if branch.dissolved_on is not None:
        raise dissolved(branch)
    if branch.registered_on is not None and command.effective_on < branch.registered_on:
        raise Refused(
            f"Ngày giải thể {command.effective_on:%d/%m/%Y} đứng trước ngày ghi danh "
            f"{branch.registered_on:%d/%m/%Y}. Đồng chí kiểm tra lại ngày; chưa có gì thay đổi.",
            f"The branch was registered on {branch.registered_on:%d/%m/%Y}, after {command.effective_on:%d/%m/%Y}. "
            "Check the day; nothing has changed.",
            code="day",
        )
    return (
        BranchDissolved(branch=branch.code, decision_no=tidy(command.decision_no), effective_on=command.effective_on),
    )


def dissolved(branch: Branch) -> Refused:
    """Why a dissolved branch takes no more entries."""
    on = branch.dissolved_on or date.min
    return Refused(
        f"Chi bộ đã giải thể từ ngày {on:%d/%m/%Y} nên không ghi thêm được. Việc có trước ngày đó thì đồng chí ghi "
        "đúng ngày xảy ra; hồ sơ cũ vẫn còn nguyên.",
        f"The branch was dissolved as of {on:%d/%m/%Y} and takes no more entries; the old records are untouched. Enter "
        "what happened before that day with its own day.",
        code="dissolved",
    )


# ---- charter


def _adopt(branch: Branch, command: AdoptCharter, asked: Asked[Known]) -> tuple[BranchFact, ...]:
    charter = command.charter
    if branch.charter == charter:
        return ()
    if branch.charter is not None and charter.version <= branch.charter.version:
        raise Refused(
            f"Chi bộ đã có quy ước lần thứ {branch.charter.version}; bản mới phải mang số lớn hơn. "
            "Đồng chí kiểm tra số lần; quy ước đang dùng vẫn giữ nguyên.",
            f"The branch has version {branch.charter.version} of its charter; a new one needs a greater number. Check "
            "the number; the charter in force stays.",
            code="charter-version",
        )
    strangers = [
        id
        for id in (*charter.rotation.exclusions, *(charter.notebook.inspectors if charter.notebook else ()))
        if branch.member(id) is None
    ]
    if strangers:
        listed = ", ".join(dict.fromkeys(strangers))
        raise Refused(
            f"Quy ước nhắc đến {listed} nhưng danh sách chi bộ không có. Đồng chí nhập danh sách trước hoặc sửa quy "
            "ước; chưa có gì thay đổi.",
            f"The charter names {listed}, who are not on the branch's list. Import the list first or correct the "
            "charter; nothing has changed.",
            code="unknown-member",
        )
    _within_the_rules(charter, asked)
    return (BranchCharterAdopted(branch=branch.code, charter=charter),)


def _within_the_rules(charter: Charter, asked: Asked[Known]) -> None:
    """The charter sets only what the rules of its day, the nearest up the tree, open to it."""
    try:
        rules = asked.known.rules.profile_for("meeting", charter.adopted_on, asked.branch)
    except LookupError:
        raise Refused(
            f"Không có quy định nào trong hệ thống cho ngày {charter.adopted_on:%d/%m/%Y}. "
            "Đồng chí kiểm tra ngày thông qua quy ước; chưa có gì thay đổi.",
            f"No rules are known here for {charter.adopted_on:%d/%m/%Y}. Check the day; nothing has changed.",
            code="no-rules",
        ) from None
    least, own = rules.minimum_minutes, charter.min_minutes
    chosen = [
        ("ngày sinh hoạt", "the meeting day", rules.meeting_day, charter.meeting_day),
        ("số ngày thông báo trước", "the days of notice", rules.notice_days, charter.notice_days),
        ("số phút của buổi thường kỳ", "the length of a regular meeting", least.regular, own.regular if own else None),
        ("số phút của buổi kết hợp", "the length of a combined meeting", least.combined, own.combined if own else None),
    ]
    for vi, en, number, value in chosen:
        if value is not None and not number.allows(value):
            raise Refused(
                f"{rules.title} không cho chi bộ đặt {vi} là {value} (quy định: {number.value}). "
                "Đồng chí sửa quy ước; quy ước đang dùng vẫn giữ nguyên.",
                f"{rules.ref} does not let a branch set {en} to {value} (it says {number.value}). "
                "The charter in force stays.",
                code="charter-beyond-rules",
            )
    practice = asked.known.rules.chosen("practice", charter.adopted_on, asked.branch)
    if charter.notebook is not None and isinstance(practice, PracticeProfile):
        _notebooks_within(practice, charter.notebook)


def _notebooks_within(rules: PracticeProfile, own: NotebookRule) -> None:
    """Notebooks are inspected as often, by others than their owner and looked at again as the rules open it (R38)."""
    chosen = [
        ("kỳ kiểm tra sổ ghi chép", "how often notebooks are inspected",
         rules.notebook_every.under(own.inspect_every) == own.inspect_every),
        ("việc tự kiểm tra sổ của mình", "whether one inspects the own notebook",
         rules.notebook_never_own.under(own.never_own) == own.never_own),
        ("số ngày kiểm tra lại sổ", "the days until a notebook is looked at again",
         rules.notebook_recheck_days.allows(own.recheck_days)),
    ]  # fmt: skip
    for vi, en, allowed in chosen:
        if not allowed:
            raise Refused(
                f"{rules.title} không cho chi bộ đặt {vi} khác với quy định. "
                "Đồng chí sửa quy ước; quy ước đang dùng vẫn giữ nguyên.",
                f"{rules.ref} does not let a branch set {en} otherwise than it says. Correct the charter; the one in "
                "force stays.",
                code="charter-beyond-rules",
            )


# ---- papers


def _head(branch: Branch, command: SetPaperHead) -> tuple[BranchFact, ...]:
    cell = command.whose == "cell"
    if cell and (command.place is None or command.name is not None or command.above is not None):
        raise Refused(
            "Đầu văn bản của chi bộ đã có tên chi bộ và cấp trên, chỉ cần nơi ban hành. Đồng chí ghi nơi ban hành, để "
            "trống tên và cấp trên; chưa có gì thay đổi.",
            "Papers of the cell bear its registered name and superior; only the place is to be said. Give the place, "
            "leave name and body above out; nothing has changed.",
            code="paper-head",
        )
    if not cell and command.name is None:
        raise Refused(
            "Sổ này không phải của Đảng nên cần tên đơn vị để ghi đầu biên bản. Đồng chí ghi tên đơn vị; chưa có gì "
            "thay đổi.",
            "This book is not the Party's: its minutes need the unit's name at their head. Give the name; nothing has "
            "changed.",
            code="paper-head",
        )
    fact = PaperHeadSet(
        branch=branch.code,
        whose=command.whose,
        place=_tidy(command.place),
        name=_tidy(command.name),
        above=_tidy(command.above),
        from_on=command.from_on,
    )
    before = branch.head_on(command.whose, command.from_on)
    after = fold(branch, fact)
    return () if after is not None and before == after.head_on(command.whose, command.from_on) else (fact,)


def _tidy(text: str | None) -> str | None:
    return None if text is None else tidy(text)


# ---- keys


def _destroy(cell: Cell, branch: Branch, command: DestroySubjectKey, asked: Asked[Known]) -> tuple[BranchFact, ...]:
    if command.key_subject in cell.destroyed:
        return ()
    _, code, person = command.key_subject.split("/")
    follower = branch.follower.id if branch.follower else None
    member = branch.member(person)
    if code != branch.code or (member is None and person != follower):
        raise Refused(
            "Không có khóa nào như vậy trong chi bộ này. Đồng chí kiểm tra lại mã người; chưa có gì bị hủy.",
            "This branch has no such key. Check the person's id; nothing was destroyed.",
            code="unknown-member",
        )
    if (member is not None and member.here_on(asked.today)) or person == follower:
        raise Refused(
            f"Đ/c {person} còn sinh hoạt hoặc theo dõi chi bộ nên chưa hủy khóa được. Đồng chí ghi chuyển sinh hoạt "
            "trước; chưa có gì bị hủy.",
            f"{person} still belongs to the branch or follows it, so the key cannot go yet. Record the transfer first; "
            "nothing was destroyed.",
            code="still-here",
        )
    one, other = command.approved_by
    able = {*branch.committee(asked.today), *([follower] if follower else [])} - {person}
    if one == other or not {one, other} <= able:
        raise Refused(
            "Hủy khóa cần hai người khác nhau cùng duyệt: bí thư, phó bí thư, chi ủy viên hoặc cấp ủy viên theo dõi; "
            "hủy rồi không khôi phục được. Đồng chí ghi đủ hai người; chưa có gì bị hủy.",
            "Destroying a key needs two different persons: secretary, deputy, committee members or the follower; it "
            "cannot be undone. Name both; nothing was destroyed.",
            code="two-persons",
        )
    if asked.actor not in (one, other, "operator"):
        raise Refused(
            "Người đề nghị hủy khóa phải là một trong hai người duyệt; chưa có gì bị hủy. Đồng chí đề nghị một trong "
            "hai người đó gửi lệnh này.",
            "Who asks for it must be one of the two who approve; nothing was destroyed. Ask one of the two to send "
            "this.",
            code="two-persons",
        )
    return (
        SubjectKeyDestroyed(
            branch=branch.code,
            key_subject=command.key_subject,
            basis=tidy(command.basis),
            approved_by=(one, other),
        ),
    )


BRANCH: Noun[Cell, Known] = Noun(
    name="branch",
    initial=Cell(),
    decide=decide,
    evolve=evolve,
    commands=(
        RegisterBranch,
        AdoptCharter,
        SetPaperHead,
        ConfirmRosterImport,
        EnrolMember,
        ChangeStatus,
        AssignRole,
        EndRole,
        TransferMember,
        DestroySubjectKey,
        DissolveBranch,
    ),
)
