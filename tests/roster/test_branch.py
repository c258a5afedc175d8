"""What roster decides, told as a secretary would."""

from __future__ import annotations

from datetime import date
from functools import reduce
from typing import Any

import pytest
from pydantic import SecretStr

from services.roster.domain.branch import BRANCH, Cell
from services.roster.domain.commands import (
    AdoptCharter,
    AssignRole,
    BranchCommand,
    ChangeStatus,
    ConfirmRosterImport,
    DestroySubjectKey,
    DissolveBranch,
    EndRole,
    EnrolMember,
    ImportRow,
    RegisterBranch,
    SetPaperHead,
    TransferMember,
)
from services.roster.domain.known import Known
from shared.branch import fold
from shared.events.branch import (
    BranchCharterAdopted,
    BranchDissolved,
    LeastMinutes,
    MemberEnrolled,
    MemberStatusChanged,
    MemberTransferred,
    PaperHeadSet,
    RoleAssigned,
    RoleEnded,
    RosterImported,
    Rotation,
    SubjectKeyDestroyed,
)
from shared.events.sealed import Secret
from shared.rules import PracticeProfile, RuleBook, shipped
from tests.given_when_then import scenario
from tests.sample_branch import CHARTER, CODE, MEMBERS, member
from tests.sample_branch import FACTS as SAMPLE

given = scenario(BRANCH, Known())
registered, imported, adopted = SAMPLE
DAY = date(2026, 10, 1)
FILE = "5f" * 32


def rows(*members: Any) -> tuple[ImportRow, ...]:
    """What the preview of the sample's file gives back."""
    return tuple(
        ImportRow(
            line=line,
            member_id=entry.member_id,
            name=entry.name.text,
            given=entry.given.text,
            sex=entry.sex,
            born=entry.born.text,
            status=entry.status,
            since=entry.since,
            until=entry.until,
            roles=entry.roles,
            reach=entry.reach,
        )
        for line, entry in enumerate(members, 2)
    )


def confirm(*members: Any, apart: tuple[tuple[str, str], ...] = (("M06", "M07"),), **changes: Any):
    asked: dict[str, Any] = {
        "file_name": "danh-sach.csv",
        "file_sha256": FILE,
        "format": "csv",
        "rows": rows(*members),
        "different_persons": apart,
    }
    return ConfirmRosterImport(**asked | changes)


# ---- registering


register = RegisterBranch(
    name="Chi bộ Phòng Tổ chức đảng, đảng viên",
    superior="Đảng bộ Ban Tổ chức Tỉnh ủy (mẫu)",
    follower_id="F01",
    follower_name=SecretStr("Mai Thế Uyển"),
    effective_on=date(2025, 1, 3),
)


def test_a_branch_is_registered_with_its_follower():
    given().when(register).then(registered)


def test_registering_the_same_branch_again_changes_nothing():
    given(registered).when(register).then()
    given(*SAMPLE).when(register).then()


def test_a_code_belongs_to_one_branch():
    other = register.model_copy(update={"name": "Chi bộ khác"})
    given(registered).when(other).refused("đã ghi danh cho Chi bộ Phòng Tổ chức đảng, đảng viên")


def test_a_follower_has_an_id_and_a_name():
    given().when(register.model_copy(update={"follower_name": None})).refused("cần cả mã và họ tên")


def test_a_branch_may_have_no_follower():
    alone = register.model_copy(update={"follower_id": None, "follower_name": None})
    given().when(alone).then(registered.model_copy(update={"follower_id": None, "follower_name": None}))


def test_nothing_is_said_about_a_branch_nobody_registered():
    given().when(AdoptCharter(charter=CHARTER)).refused("chưa được ghi danh")


# ---- charter


def test_the_charter_is_taken_down():
    given(registered, imported).when(AdoptCharter(charter=CHARTER)).then(adopted)


def test_the_same_charter_again_changes_nothing():
    given(*SAMPLE).when(AdoptCharter(charter=CHARTER)).then()


def test_another_charter_needs_a_greater_number():
    changed = CHARTER.model_copy(update={"notice_days": 5})
    given(*SAMPLE).when(AdoptCharter(charter=changed)).refused("bản mới phải mang số lớn hơn")


def test_a_new_charter_takes_the_place_of_the_old_one():
    changed = CHARTER.model_copy(update={"version": 4, "notice_days": 5, "adopted_on": DAY})
    given(*SAMPLE).when(AdoptCharter(charter=changed)).then(BranchCharterAdopted(branch=CODE, charter=changed))


PLACE = PaperHeadSet(branch=CODE, whose="cell", place="Vinh", from_on=date(2026, 1, 1))
UNION = PaperHeadSet(
    branch=CODE, whose="union", name="Tổ công đoàn Phòng Tổ chức", above="Công đoàn cơ quan", from_on=date(2026, 1, 1)
)


def head(fact: PaperHeadSet) -> SetPaperHead:
    return SetPaperHead(**fact.model_dump(exclude={"branch"}))


def test_a_branch_says_where_its_papers_are_dated_and_a_unit_whose_name_its_book_bears():
    given(*SAMPLE).when(head(PLACE)).then(PLACE)
    given(*SAMPLE, PLACE).when(head(UNION)).then(UNION)
    given(*SAMPLE, PLACE, UNION).when(head(UNION)).then()
    moved = PLACE.model_copy(update={"place": "Thanh Chương", "from_on": date(2026, 7, 1)})
    given(*SAMPLE, PLACE).when(head(moved)).then(moved)
    branch = reduce(fold, (*SAMPLE, PLACE, moved, UNION), None)
    assert branch is not None
    days = (date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1))
    assert [branch.place_on(day) for day in days] == [None, "Vinh", "Thanh Chương"]


def test_the_head_of_the_cells_papers_is_its_registered_name_and_a_units_book_needs_one():
    at = given(*SAMPLE)
    at.when(head(PLACE.model_copy(update={"place": None}))).refused("Đồng chí ghi nơi ban hành")
    at.when(head(PLACE.model_copy(update={"name": "Chi bộ khác"}))).refused("để trống tên và cấp trên")
    at.when(head(UNION.model_copy(update={"name": None}))).refused("Đồng chí ghi tên đơn vị")


def test_the_charter_names_people_of_the_branch_only():
    given(registered).when(AdoptCharter(charter=CHARTER)).refused("nhắc đến M02, M03")
    stranger = CHARTER.model_copy(update={"rotation": Rotation(exclusions=("M99",))})
    given(registered, imported).when(AdoptCharter(charter=stranger)).refused("M99")


def test_the_charter_sets_only_what_the_rules_open_to_it():
    short = CHARTER.model_copy(update={"min_minutes": LeastMinutes(regular=60, combined=120)})
    given(registered, imported).when(AdoptCharter(charter=short)).refused(
        "không cho chi bộ đặt số phút của buổi thường kỳ là 60 (quy định: 90)"
    )


def test_R38_nobody_is_let_inspect_the_own_notebook_by_a_charter():
    notebook = CHARTER.notebook
    assert notebook is not None
    own = CHARTER.model_copy(update={"notebook": notebook.model_copy(update={"never_own": False})})
    given(registered, imported).when(AdoptCharter(charter=own)).refused("việc tự kiểm tra sổ của mình")


@pytest.mark.parametrize(
    ("number", "value", "opened", "words"),
    [
        ("notebook_every", "month", "no", "kỳ kiểm tra sổ ghi chép"),
        ("notebook_recheck_days", 10, "no", "số ngày kiểm tra lại sổ"),
        ("notebook_recheck_days", 16, "upward", "số ngày kiểm tra lại sổ"),
    ],
)
def test_R38_the_charter_sets_of_notebooks_only_what_the_rules_open_to_it(
    number: str, value: str | int, opened: str, words: str
):
    told = next(one for one in shipped().profiles if isinstance(one, PracticeProfile))
    strict = told.model_copy(
        update={number: getattr(told, number).model_copy(update={"value": value, "opened": opened})}
    )
    book = RuleBook(tuple(strict if one is told else one for one in shipped().profiles))
    adopting = AdoptCharter(charter=CHARTER)
    scenario(BRANCH, Known(rules=book))(registered, imported).when(adopting).refused(words)
    given(registered, imported).when(adopting).then(adopted)


def test_a_charter_from_before_all_rules_is_asked_about():
    early = CHARTER.model_copy(update={"adopted_on": date(1999, 1, 3)})
    given(registered, imported).when(AdoptCharter(charter=early)).refused("Không có quy định nào")


# ---- the list of members


def test_the_list_is_brought_in_as_one_fact():
    given(registered).when(confirm(*MEMBERS)).then(imported)


def test_the_same_file_confirmed_twice_changes_nothing():
    given(registered, imported).when(confirm(*MEMBERS)).then()


def test_the_same_file_changes_nothing_also_after_people_have_left():
    gone = MemberTransferred(branch=CODE, member_id="M07", to="Chi bộ xã Mẫu", effective_on=DAY)
    given(registered, imported, gone).when(confirm(*MEMBERS)).then()


def test_a_second_file_brings_in_others():
    more = (member("M12", "Lương Văn Thử", "Thử", born="1990"),)
    given(registered, imported).when(confirm(*more, apart=(), file_sha256="ab" * 32, file_name="them.xlsx")).then(
        RosterImported(branch=CODE, file_name="them.xlsx", file_sha256="ab" * 32, format="csv", members=more)
    )


def test_look_alike_names_must_be_confirmed_to_be_two_persons():
    given(registered).when(confirm(*MEMBERS, apart=())).refused("Dòng 8 và dòng 7 có tên gần giống nhau")


def test_either_order_confirms_two_look_alikes_and_other_pairs_are_not_kept():
    given(registered).when(confirm(*MEMBERS, apart=(("M07", "M06"), ("M01", "M02")))).then(imported)


def test_one_bad_row_keeps_everybody_out():
    bad = member("M12", "Lương Văn Thử", "Thử", born="2020")
    given(registered).when(confirm(*MEMBERS, bad)).refused("Dòng 13: năm sinh phải trong khoảng 1916–2008")


def test_every_problem_is_named_up_to_five():
    bad = tuple(member(f"M{number}", "Lương Văn Thử", "Khác", born="1234") for number in range(20, 24))
    apart = tuple((f"M{one}", f"M{other}") for one in range(20, 24) for other in range(one + 1, 24))
    given(registered).when(confirm(*bad, apart=apart)).refused("Còn 3 chỗ nữa.")


def test_an_id_on_the_list_is_not_given_again():
    taken = member("M05", "Lương Văn Thử", "Thử")
    given(registered, imported).when(confirm(taken, apart=(), file_sha256="ab" * 32)).refused(
        "mã M05 đã có trong danh sách"
    )


def test_a_refusal_names_no_person():
    with pytest.raises(Exception, match="look alike") as refusal:
        BRANCH.decide(given(registered).state(), confirm(*MEMBERS, apart=()), given.asked)
    told = f"{refusal.value} {refusal.value.__dict__}"
    assert "Hoa" not in told
    assert "Hòa" not in told


def test_names_are_kept_in_one_form():
    untidy = member("M12", "  Lu\u031bo\u031bng   Va\u0306n Thu\u031b\u0309 ", "Thu\u031b\u0309")
    given(registered).when(confirm(untidy, apart=(), file_sha256="ab" * 32)).then(
        RosterImported(
            branch=CODE,
            file_name="danh-sach.csv",
            file_sha256="ab" * 32,
            format="csv",
            members=(member("M12", "Lương Văn Thử", "Thử"),),
        )
    )


# ---- enrolling


def enrol(**changes: Any) -> EnrolMember:
    asked: dict[str, Any] = {
        "member_id": "M12",
        "name": "Lương Văn Thử",
        "given": "Thử",
        "sex": "male",
        "born": "1995",
        "since": date(2026, 7, 1),
        "reach": "paper",
    }
    return EnrolMember(**asked | changes)


newcomer = MemberEnrolled(
    branch=CODE,
    member=member("M12", "Lương Văn Thử", "Thử", "male", "1995", reach="paper", since=date(2026, 7, 1)),
    joined_on=date(2026, 7, 1),
)


def test_one_person_joins_the_list():
    given(*SAMPLE).when(enrol()).then(newcomer)


def test_enrolling_an_id_twice_is_refused_since_names_cannot_be_compared():
    given(*SAMPLE, newcomer).when(enrol()).refused("Mã M12 đã có trong danh sách chi bộ")


def test_a_guest_comes_for_a_time():
    given(*SAMPLE).when(enrol(status="temporary_here", until=date(2026, 12, 31))).then(
        MemberEnrolled(
            branch=CODE,
            member=member(
                "M12",
                "Lương Văn Thử",
                "Thử",
                "male",
                "1995",
                "temporary_here",
                reach="paper",
                since=date(2026, 7, 1),
                until=date(2026, 12, 31),
            ),
            joined_on=date(2026, 7, 1),
        )
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Chưa có họ và tên"),
        ({"given": "Khác"}, "Tên gọi không nằm trong họ và tên"),
        ({"born": "85"}, "Năm sinh phải trong khoảng"),
        ({"roles": ("secretary",)}, "Chi bộ đang có bí thư (M01)"),
        ({"status": "probationary", "roles": ("committee_member",)}, "không giữ vai trò chi ủy viên"),
        ({"until": date(2026, 12, 31)}, "không có ngày hết hạn"),
        ({"status": "exempt", "until": date(2026, 6, 30)}, "đứng trước ngày bắt đầu"),
    ],
)
def test_a_line_that_cannot_be_right_is_refused(changes: dict[str, Any], words: str):
    given(*SAMPLE).when(enrol(**changes)).refused(words)


# ---- status


def test_a_member_counts_differently_from_a_day_on():
    given(*SAMPLE).when(
        ChangeStatus(member_id="M08", status="special_mission", from_on=DAY, until_on=date(2027, 1, 31))
    ).then(
        MemberStatusChanged(
            branch=CODE, member_id="M08", status="special_mission", from_on=DAY, until_on=date(2027, 1, 31)
        )
    )


exempt = MemberStatusChanged(branch=CODE, member_id="M08", status="exempt", from_on=DAY)


def test_saying_a_status_again_changes_nothing():
    given(*SAMPLE, exempt).when(ChangeStatus(member_id="M08", status="exempt", from_on=DAY)).then()
    given(*SAMPLE).when(ChangeStatus(member_id="M09", status="exempt", from_on=date(2026, 1, 1))).then()


def test_a_status_taken_back_may_be_said_again():
    back = MemberStatusChanged(branch=CODE, member_id="M08", status="official", from_on=DAY)
    given(*SAMPLE, exempt, back).when(ChangeStatus(member_id="M08", status="exempt", from_on=DAY)).then(exempt)


def test_a_probationary_member_becomes_a_full_member():
    day = date(2027, 5, 19)
    given(*SAMPLE).when(ChangeStatus(member_id="M11", status="official", from_on=day)).then(
        MemberStatusChanged(branch=CODE, member_id="M11", status="official", from_on=day)
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (ChangeStatus(member_id="M99", status="exempt", from_on=DAY), "không có mã M99"),
        (ChangeStatus(member_id="M11", status="exempt", from_on=date(2026, 5, 1)), "không ở trong danh sách"),
        (ChangeStatus(member_id="M01", status="probationary", from_on=DAY), "không trở lại dự bị"),
        (ChangeStatus(member_id="M01", status="temporary_here", from_on=DAY), "được ghi khi vào danh sách"),
        (ChangeStatus(member_id="M01", status="official", from_on=DAY, until_on=DAY), "không có ngày hết hạn"),
        (
            ChangeStatus(member_id="M01", status="exempt", from_on=DAY, until_on=date(2026, 9, 30)),
            "đứng trước ngày bắt đầu",
        ),
    ],
)
def test_a_status_that_cannot_be_is_refused(command: ChangeStatus, words: str):
    given(*SAMPLE).when(command).refused(words)


def test_a_guest_stays_a_guest():
    guest = MemberEnrolled(
        branch=CODE, member=member("K01", "Trần Văn Mẫu", "Mẫu", status="temporary_here", since=DAY), joined_on=DAY
    )
    given(*SAMPLE, guest).when(ChangeStatus(member_id="K01", status="official", from_on=DAY)).refused("tạm thời")


# ---- roles


def test_a_role_is_taken_up_with_its_decision():
    given(*SAMPLE).when(AssignRole(member_id="M08", role="rapporteur", from_on=DAY, decision_no=" 15-QĐ/CB ")).then(
        RoleAssigned(branch=CODE, member_id="M08", role="rapporteur", from_on=DAY, decision_no="15-QĐ/CB")
    )


def test_a_role_held_already_is_not_given_again():
    given(*SAMPLE).when(AssignRole(member_id="M05", role="rapporteur", from_on=DAY)).then()


def test_a_role_ends_on_its_last_day():
    given(*SAMPLE).when(EndRole(member_id="M05", role="rapporteur", to_on=DAY)).then(
        RoleEnded(branch=CODE, member_id="M05", role="rapporteur", to_on=DAY)
    )


def test_ending_a_role_twice_changes_nothing():
    ended = RoleEnded(branch=CODE, member_id="M05", role="rapporteur", to_on=DAY)
    given(*SAMPLE, ended).when(EndRole(member_id="M05", role="rapporteur", to_on=DAY)).then()


def test_a_branch_has_one_secretary_at_a_time():
    given(*SAMPLE).when(AssignRole(member_id="M02", role="secretary", from_on=DAY)).refused("đang có bí thư (M01)")


def test_a_committee_is_for_nine_full_members_and_more():
    wish = AssignRole(member_id="M06", role="committee_member", from_on=DAY)
    left = [
        MemberTransferred(branch=CODE, member_id=member, to="Chi bộ khác", effective_on=date(2026, 9, 1))
        for member in ("M05", "M07")
    ]
    given(*SAMPLE, left[0]).when(wish).then(
        RoleAssigned(branch=CODE, member_id="M06", role="committee_member", from_on=DAY)
    )
    given(*SAMPLE, *left).when(wish).refused("có 8 đảng viên chính thức, chưa đủ để bầu chi ủy")


def test_the_office_passes_on_the_day_after():
    ended = RoleEnded(branch=CODE, member_id="M01", role="secretary", to_on=date(2026, 9, 30))
    given(*SAMPLE, ended).when(AssignRole(member_id="M02", role="secretary", from_on=DAY)).then(
        RoleAssigned(branch=CODE, member_id="M02", role="secretary", from_on=DAY)
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (AssignRole(member_id="M11", role="deputy_secretary", from_on=DAY), "chọn một đảng viên chính thức"),
        (AssignRole(member_id="M99", role="locality", from_on=DAY), "không có mã M99"),
        (EndRole(member_id="M08", role="locality", to_on=DAY), "không giữ vai trò"),
        (EndRole(member_id="M99", role="locality", to_on=DAY), "không có mã M99"),
    ],
)
def test_a_role_that_cannot_be_is_refused(command: BranchCommand, words: str):
    given(*SAMPLE).when(command).refused(words)


# ---- leaving


left = MemberTransferred(branch=CODE, member_id="M07", to="Chi bộ xã Mẫu", effective_on=DAY)
leave = TransferMember(member_id="M07", to="Chi bộ xã Mẫu", effective_on=DAY)


def test_a_member_leaves_for_another_branch():
    given(*SAMPLE).when(leave).then(left)


def test_leaving_twice_changes_nothing():
    given(*SAMPLE, left).when(leave).then()


def test_who_has_left_cannot_leave_later():
    later = leave.model_copy(update={"effective_on": date(2026, 11, 1)})
    given(*SAMPLE, left).when(later).refused("không ở trong danh sách")


def test_who_has_left_takes_no_role():
    given(*SAMPLE, left).when(AssignRole(member_id="M07", role="locality", from_on=DAY)).refused("không ở trong")


# ---- keys


key = f"member/{CODE}/M07"
destroy = DestroySubjectKey(key_subject=key, basis="đơn ngày 10/10/2026", approved_by=("M01", "M02"))
gone = (*SAMPLE, left)
later = given.at("2026-10-12T09:00+07:00")


def test_two_persons_destroy_the_key_of_who_has_left():
    later(*gone).when(destroy).then(
        SubjectKeyDestroyed(branch=CODE, key_subject=key, basis="đơn ngày 10/10/2026", approved_by=("M01", "M02"))
    )


def test_destroying_a_key_twice_changes_nothing():
    done = SubjectKeyDestroyed(branch=CODE, key_subject=key, basis="đơn", approved_by=("M01", "M02"))
    later(*gone, done).when(destroy).then()


@pytest.mark.parametrize("two", [("M01", "M01"), ("M01", "M05"), ("M05", "M06"), ("M01", "M07")])
def test_one_person_or_the_wrong_ones_are_not_enough(two: tuple[str, str]):
    later(*gone).when(destroy.model_copy(update={"approved_by": two})).refused("hai người khác nhau")


def test_who_asks_is_one_of_the_two():
    by_third = later.at("2026-10-12T09:00+07:00", actor="M03", actorrole="committee_member")
    by_third(*gone).when(destroy).refused("một trong hai người duyệt")


def test_an_operator_may_enter_it_for_the_two():
    by_operator = later.at("2026-10-12T09:00+07:00", actor="operator", actorrole="operator")
    by_operator(*gone).when(destroy.model_copy(update={"approved_by": ("M02", "F01")})).then(
        SubjectKeyDestroyed(branch=CODE, key_subject=key, basis="đơn ngày 10/10/2026", approved_by=("M02", "F01"))
    )


def test_the_key_of_who_is_here_stays():
    later(*SAMPLE).when(destroy).refused("chưa hủy khóa được")
    follower = destroy.model_copy(update={"key_subject": f"member/{CODE}/F01"})
    later(*SAMPLE).when(follower).refused("chưa hủy khóa được")


@pytest.mark.parametrize("subject", [f"member/{CODE}/M99", "member/99.001.002.000.012/M07"])
def test_a_key_of_another_branch_or_of_nobody_is_not_destroyed(subject: str):
    later(*gone).when(destroy.model_copy(update={"key_subject": subject})).refused("Không có khóa nào như vậy")


# ---- the end


dissolve = DissolveBranch(decision_no="12-QĐ/ĐU", effective_on=DAY)
dissolved = BranchDissolved(branch=CODE, decision_no="12-QĐ/ĐU", effective_on=DAY)
EVERYTHING_ELSE: tuple[BranchCommand, ...] = (
    register,
    AdoptCharter(charter=CHARTER),
    head(PLACE),
    confirm(*MEMBERS),
    enrol(),
    ChangeStatus(member_id="M08", status="exempt", from_on=DAY),
    AssignRole(member_id="M08", role="rapporteur", from_on=DAY),
    EndRole(member_id="M05", role="rapporteur", to_on=DAY),
    leave,
    destroy,
)


def test_a_branch_is_dissolved_by_decision():
    given(*SAMPLE).when(dissolve).then(dissolved)


def test_dissolving_twice_changes_nothing():
    given(*SAMPLE, dissolved).when(dissolve).then()


def test_a_dissolved_branch_is_not_dissolved_on_another_day():
    given(*SAMPLE, dissolved).when(dissolve.model_copy(update={"effective_on": date(2026, 12, 1)})).refused("giải thể")


def test_a_branch_is_not_dissolved_before_it_was_registered():
    early = dissolve.model_copy(update={"effective_on": date(2024, 12, 31)})
    given(*SAMPLE).when(early).refused("đứng trước ngày ghi danh")


@pytest.mark.parametrize("command", EVERYTHING_ELSE, ids=lambda command: type(command).__name__)
def test_a_dissolved_branch_refuses_everything(command: BranchCommand):
    later(*SAMPLE, dissolved).when(command).refused("Chi bộ đã giải thể từ ngày 01/10/2026")


def test_every_command_was_asked_of_a_dissolved_branch():
    assert {type(command) for command in EVERYTHING_ELSE} | {DissolveBranch} == set(BRANCH.commands)


def test_what_happened_before_the_end_may_still_be_entered():
    given.at("2026-09-30T17:00+07:00")(*SAMPLE, dissolved).when(
        EndRole(member_id="M05", role="rapporteur", to_on=date(2026, 9, 30))
    ).then(RoleEnded(branch=CODE, member_id="M05", role="rapporteur", to_on=date(2026, 9, 30)))


# ---- who may, and what a command shows of itself


def test_every_command_is_about_its_branch():
    for command in (*EVERYTHING_ELSE, dissolve):
        assert command.subject(CODE) == f"branch/{CODE}"


def test_registering_is_for_the_operator_dissolving_also_for_the_superior_and_the_clock():
    assert {"operator"} == RegisterBranch.MAY
    assert {"operator", "superior", "clock"} == DissolveBranch.MAY


def test_no_command_may_be_asked_by_just_any_member():
    assert not any({"member", "self"} & command.MAY for command in BRANCH.commands)


@pytest.mark.parametrize("command", [register, confirm(*MEMBERS), enrol()], ids=lambda one: type(one).__name__)
def test_a_command_shows_no_name_when_printed(command: BranchCommand):
    told = f"{command!r} {command}"
    for name in ("Uyển", "Khiêm", "Kbuôr", "Lương", "1995"):
        assert name not in told


def test_the_state_shows_no_name():
    assert "Khiêm" not in repr(given(*SAMPLE).state())


def test_private_text_in_facts_is_under_the_persons_own_key():
    for entry in MEMBERS:
        for value in (entry.name, entry.given, entry.born):
            assert isinstance(value, Secret)
            assert value.subject == f"member/{CODE}/{entry.member_id}"


def test_a_history_from_before_always_loads():
    assert given(left, dissolved, exempt).state() == Cell()


# ---- guests


def test_a_guest_may_stay_longer_and_counts_in_no_base():
    guest = MemberEnrolled(
        branch=CODE,
        member=member("K01", "Lò Thị Khách", "Khách", status="temporary_here", since=DAY, until=date(2026, 12, 31)),
        joined_on=DAY,
    )
    longer = ChangeStatus(
        member_id="K01", status="temporary_here", from_on=date(2026, 12, 1), until_on=date(2027, 2, 28)
    )
    stays = MemberStatusChanged(
        branch=CODE,
        member_id="K01",
        status="temporary_here",
        from_on=date(2026, 12, 1),
        until_on=date(2027, 2, 28),
    )
    given(*SAMPLE, guest).when(longer).then(stays)
    given(*SAMPLE, guest, stays).when(longer).then()
    given(*SAMPLE, guest).when(longer.model_copy(update={"until_on": date(2026, 11, 1)})).refused("đứng trước ngày")
    given(*SAMPLE, guest).when(longer.model_copy(update={"status": "official", "until_on": None})).refused("tạm thời")
    state: Cell = given(*SAMPLE, guest, stays).state()
    assert state.branch is not None
    assert [state.branch.guests(day) for day in (date(2027, 2, 28), date(2027, 3, 1))] == [("K01",), ()]
    assert "K01" not in state.branch.base(date(2027, 1, 1))
