"""The minutes of a meeting: every wish there is, and which rule answers it."""

from __future__ import annotations

from functools import reduce
from typing import cast

from services.minutes.domain.agenda import RecordGuest, TakeUpItem, record_guest, take_up_item
from services.minutes.domain.assignments import DecideAssignment, decide_assignment
from services.minutes.domain.conclusions import ReachConclusion, reach_conclusion
from services.minutes.domain.corrections import (
    DecideCorrection,
    RequestCorrection,
    decide_correction,
    request_correction,
)
from services.minutes.domain.criticism import GiveCriticism, GiveSelfCriticism, give_criticism, give_self_criticism
from services.minutes.domain.dissemination import (
    CatchUpOnPolicy,
    DisseminatePolicy,
    catch_up_on_policy,
    disseminate_policy,
)
from services.minutes.domain.dues import ReportDues, report_dues
from services.minutes.domain.ending import (
    AdoptMinutes,
    CloseMeeting,
    ReadMinutes,
    adopt_minutes,
    close_meeting,
    read_minutes,
)
from services.minutes.domain.flags import ClearMinutesFlag, RaiseMinutesFlag, clear_flag, cleared_by, raise_flag
from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes, Unopened, evolve
from services.minutes.domain.month import (
    AcknowledgeUrgentTask,
    ReviewBranchMonth,
    ReviewLastMonth,
    ReviewMember,
    acknowledge_urgent_task,
    review_branch_month,
    review_last_month,
    review_member,
)
from services.minutes.domain.offices import ReplaceChair, ReplaceMinuteTaker, replace_chair, replace_minute_taker
from services.minutes.domain.opening import OpenMeeting, open_meeting
from services.minutes.domain.opinions import (
    AnswerOpinion,
    DisposeOpinion,
    NoteSpeech,
    RecordOpinion,
    answer_opinion,
    dispose_opinion,
    note_speech,
    record_opinion,
)
from services.minutes.domain.package import PublishPackage, publish_package
from services.minutes.domain.resolutions import AdoptResolution, adopt_resolution
from services.minutes.domain.room import (
    CorrectAttendance,
    RecordArrival,
    RecordAttendance,
    RecordDeparture,
    correct_attendance,
    record_arrival,
    record_attendance,
    record_departure,
)
from services.minutes.domain.scoring import ScoreMeeting, score_meeting
from services.minutes.domain.session import Facts
from services.minutes.domain.signatures import CountersignMinutes, SignMinutes, countersign_minutes, sign_minutes
from services.minutes.domain.situation import (
    AssignEncouragement,
    NoteSituation,
    ReportEncouragement,
    assign_encouragement,
    note_situation,
    report_encouragement,
)
from services.minutes.domain.used_rules import NoticeLateMinutesRules, notice_late_rules
from services.minutes.domain.votes import DisputeVote, HoldVote, dispute_vote, hold_vote
from services.minutes.domain.wish import MinutesCommand
from shared.decision import Asked, Noun, Refused


def decide(minutes: Minutes, command: MinutesCommand, asked: Asked[Known]) -> Facts:
    """The facts a wish makes of the meeting as it stands, and the flags they clear. Raises Refused."""
    _of_this_branch(command, asked)
    facts = _decide(minutes, command, asked)
    if not facts or not isinstance(minutes, Meeting) or not minutes.practice.flags:
        return facts
    after: Minutes = reduce(evolve, facts, cast("Minutes", minutes))
    return facts if isinstance(after, Unopened) else (*facts, *cleared_by(after, command.meeting_id, asked))


def _decide(minutes: Minutes, command: MinutesCommand, asked: Asked[Known]) -> Facts:
    match command:
        case OpenMeeting():
            return open_meeting(minutes, command, asked)
        case RecordAttendance():
            return record_attendance(minutes, command, asked)
        case RecordArrival():
            return record_arrival(minutes, command, asked)
        case RecordDeparture():
            return record_departure(minutes, command, asked)
        case CorrectAttendance():
            return correct_attendance(minutes, command, asked)
        case ReplaceMinuteTaker():
            return replace_minute_taker(minutes, command, asked)
        case ReplaceChair():
            return replace_chair(minutes, command, asked)
        case NoteSpeech():
            return note_speech(minutes, command, asked)
        case TakeUpItem():
            return take_up_item(minutes, command, asked)
        case RecordGuest():
            return record_guest(minutes, command, asked)
        case ReportDues():
            return report_dues(minutes, command, asked)
        case DisseminatePolicy():
            return disseminate_policy(minutes, command, asked)
        case NoteSituation():
            return note_situation(minutes, command, asked)
        case AssignEncouragement():
            return assign_encouragement(minutes, command, asked)
        case GiveSelfCriticism():
            return give_self_criticism(minutes, command, asked)
        case GiveCriticism():
            return give_criticism(minutes, command, asked)
        case ReviewBranchMonth():
            return review_branch_month(minutes, command, asked)
        case ReviewMember():
            return review_member(minutes, command, asked)
        case ReviewLastMonth():
            return review_last_month(minutes, command, asked)
        case AcknowledgeUrgentTask():
            return acknowledge_urgent_task(minutes, command, asked)
        case RecordOpinion():
            return record_opinion(minutes, command, asked)
        case DisposeOpinion():
            return dispose_opinion(minutes, command, asked)
        case AnswerOpinion():
            return answer_opinion(minutes, command, asked)
        case HoldVote():
            return hold_vote(minutes, command, asked)
        case DisputeVote():
            return dispute_vote(minutes, command, asked)
        case ReachConclusion():
            return reach_conclusion(minutes, command, asked)
        case AdoptResolution():
            return adopt_resolution(minutes, command, asked)
        case DecideAssignment():
            return decide_assignment(minutes, command, asked)
        case ScoreMeeting():
            return score_meeting(minutes, command, asked)
        case ReadMinutes():
            return read_minutes(minutes, command, asked)
        case AdoptMinutes():
            return adopt_minutes(minutes, command, asked)
        case CloseMeeting():
            return close_meeting(minutes, command, asked)
        case PublishPackage():
            return publish_package(minutes, command, asked)
        case CatchUpOnPolicy():
            return catch_up_on_policy(minutes, command, asked)
        case ReportEncouragement():
            return report_encouragement(minutes, command, asked)
        case RequestCorrection():
            return request_correction(minutes, command, asked)
        case DecideCorrection():
            return decide_correction(minutes, command, asked)
        case SignMinutes():
            return sign_minutes(minutes, command, asked)
        case CountersignMinutes():
            return countersign_minutes(minutes, command, asked)
        case RaiseMinutesFlag():
            return raise_flag(minutes, command, asked)
        case ClearMinutesFlag():
            return clear_flag(minutes, command, asked)
        case NoticeLateMinutesRules():
            return notice_late_rules(minutes, command, asked)
        case _:
            raise AssertionError(command)


def _of_this_branch(command: MinutesCommand, asked: Asked[Known]) -> None:
    """The meeting's id begins with the branch's code: nobody writes in another branch's minutes."""
    if command.meeting_id.partition(":")[0] != asked.branch:
        raise Refused(
            f"Buổi họp {command.meeting_id} không phải của chi bộ này. Đồng chí chọn lại buổi họp.",
            f"Meeting {command.meeting_id} is not this branch's. Choose the meeting again.",
            code="no-meeting",
        )


def _profile(minutes: Minutes) -> str | None:
    return minutes.opened.rules.profile if isinstance(minutes, Meeting) else None


MINUTES: Noun[Minutes, Known] = Noun(
    name="minutes",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    commands=(
        OpenMeeting,
        RecordAttendance,
        RecordArrival,
        RecordDeparture,
        CorrectAttendance,
        ReplaceMinuteTaker,
        ReplaceChair,
        NoteSpeech,
        TakeUpItem,
        RecordGuest,
        ReportDues,
        DisseminatePolicy,
        NoteSituation,
        AssignEncouragement,
        GiveSelfCriticism,
        GiveCriticism,
        ReviewBranchMonth,
        ReviewMember,
        ReviewLastMonth,
        AcknowledgeUrgentTask,
        RecordOpinion,
        DisposeOpinion,
        AnswerOpinion,
        HoldVote,
        DisputeVote,
        ReachConclusion,
        AdoptResolution,
        DecideAssignment,
        ScoreMeeting,
        ReadMinutes,
        AdoptMinutes,
        CloseMeeting,
        PublishPackage,
        CatchUpOnPolicy,
        ReportEncouragement,
        RequestCorrection,
        DecideCorrection,
        SignMinutes,
        CountersignMinutes,
        RaiseMinutesFlag,
        ClearMinutesFlag,
        NoticeLateMinutesRules,
    ),
    profile=_profile,
)
