"""What the hub is asked: the rules that hold for a branch on a day, programmes and documents that reach it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from services.hub.domain.approval import APPROVAL, ApprovalCommand
from services.hub.domain.document import DOCUMENT
from services.hub.domain.gate import GATE
from services.hub.domain.known import Known, PackageSeen, RanksSeen, ScoreSeen
from services.hub.domain.programme import WORK_PROGRAMME, IssueWorkProgramme
from services.hub.domain.report import REPORT, AcceptBranchReport
from services.hub.domain.rules import RULES, PublishRuleProfile, digest
from services.hub.domain.score import SCORE, ConfirmMeetingScore
from services.hub.projections import (
    DocumentShown,
    ProfileShown,
    ProgrammeShown,
    RanksShown,
    Rejections,
    ReportShown,
    ScoreShown,
)
from shared import heard_tree, periods
from shared.decision import Command, Noun, Refused
from shared.rules import (
    EVERYWHERE,
    AnnualRankingProfile,
    QuarterlyRankingProfile,
    ScoringProfile,
    WrongRules,
    choose,
    code_of,
    ladder,
    read,
    scope_of,
    shipped,
    shipped_texts,
)
from shared.service.at_start import AtStart

if TYPE_CHECKING:
    from shared.store.views import ViewReader

NOUNS: tuple[Noun[Any, Any], ...] = (RULES, WORK_PROGRAMME, DOCUMENT, SCORE, REPORT, APPROVAL, GATE)


# ------------------------------------------------------------------ for deciding


def known(reader: ViewReader, branch: str, command: Command) -> Known:
    """What the hub knows beside the history it decides on."""
    if isinstance(command, ConfirmMeetingScore):
        return Known(branch=reader.get("branch", branch, ""), score=_score(reader, branch, command.meeting_id))
    if isinstance(command, ApprovalCommand):
        ranks, elsewhere, scope = _ranks(reader, branch, command.period)
        return Known(branch=reader.get("branch", branch, ""), ranks=ranks, elsewhere=elsewhere, quota_scope=scope)
    if isinstance(command, AcceptBranchReport):
        return Known(branch=reader.get("branch", branch, ""), package=_package(reader, branch, command.meeting_id))
    if isinstance(command, IssueWorkProgramme):
        named = [item.for_branch for item in command.items if item.for_branch is not None]
        return Known(branch=reader.get("branch", branch, ""), tree=heard_tree.around(reader, *named))
    if not isinstance(command, PublishRuleProfile):
        return Known(branch=reader.get("branch", branch, ""))
    published = {shown.ref: code for code in reader.branches("profiles") for shown in reader.scan("profiles", code)}
    return Known(branch=reader.get("branch", branch, ""), published=published)


def _package(reader: ViewReader, branch: str, meeting_id: str) -> PackageSeen | None:
    shown: ReportShown | None = reader.get("reports", branch, meeting_id)
    return None if shown is None else PackageSeen(shown.fact_id, shown.on_time)


def _scopes(reader: ViewReader, branch: str, day: date) -> tuple[str, ...]:
    """The scopes a branch stands under on a day by the tree of organisations, nearest first, everybody's last."""
    return ladder(heard_tree.tree(reader).chain(branch, day))


def _quota_scope(reader: ViewReader, scope: str, branch: str, day: date) -> str:
    """Whose members are counted together with a branch's: its grassroots organisation, or itself alone."""
    if scope == "branch":
        return scope_of(branch)
    return scope_of(heard_tree.tree(reader).grassroots_org(branch, day))


def _score(reader: ViewReader, branch: str, meeting_id: str) -> ScoreSeen | None:
    shown: ScoreShown | None = reader.get("scores", branch, meeting_id)
    if shown is None:
        return None
    found = _published(reader, branch, shown.scored.rubric)
    frame = read(found.ref, found.toml) if found is not None else None
    return ScoreSeen(shown.fact_id, shown.scored, frame if isinstance(frame, ScoringProfile) else None)


def _ranks(reader: ViewReader, branch: str, period: str) -> tuple[RanksSeen | None, tuple[RanksSeen, ...], str]:
    """What a branch sent for a period, and what the others of the quota's scope did; returned ranks do not count."""
    own = _sent(reader, branch, period)
    if own is None or not isinstance(own.profile, AnnualRankingProfile):
        return own, (), scope_of(branch)
    ends, counted = periods.last_day(period), own.profile.quota.scope.value
    scope = _quota_scope(reader, counted, branch, ends)
    others = [
        code
        for code in reader.branches("ranks")
        if code != branch and _quota_scope(reader, counted, code, ends) == scope
    ]
    found = [_sent(reader, code, period) for code in others if not _was_returned(reader, code, period)]
    return own, tuple(one for one in found if one is not None), scope


def _was_returned(reader: ViewReader, branch: str, period: str) -> bool:
    shown: RanksShown | None = reader.get("ranks", branch, period)
    return shown is not None and shown.returned is not None


def _sent(reader: ViewReader, branch: str, period: str) -> RanksSeen | None:
    shown: RanksShown | None = reader.get("ranks", branch, period)
    if shown is None:
        return None
    found = _published(reader, branch, shown.profile)
    profile = read(found.ref, found.toml) if found is not None else None
    fitting = profile if isinstance(profile, AnnualRankingProfile | QuarterlyRankingProfile) else None
    return RanksSeen(shown.fact_id, shown.sent, fitting, shown.approved)


def _published(reader: ViewReader, branch: str, ref: str) -> ProfileShown | None:
    """A profile the branch says it followed, published for it or whoever ever stood above it."""
    codes = (*heard_tree.tree(reader).ever(branch), EVERYWHERE)
    found: list[ProfileShown | None] = [reader.get("profiles", code, ref) for code in codes]
    return next((one for one in found if one is not None), None)


def shipped_profiles() -> Sequence[AtStart]:
    """The profiles that come with chibo, each to be published once; a changed text is asked anew, and refused.

    Raises Refused, with the place named, when one of them cannot be used; then none is published.
    """
    try:
        shipped()
    except WrongRules as wrong:
        raise Refused(
            f"Bộ quy định kèm theo phần mềm chưa dùng được, chỗ cần sửa: {wrong}. Đồng chí báo người quản trị; các "
            "quy định đã công bố vẫn giữ nguyên.",
            f"The rules that came with chibo cannot be used; the place to correct: {wrong}. Tell the operator; what "
            "was published stays.",
            code="wrong-rules",
        ) from None
    read_in = sorted(
        ((read(name, text), name, text) for name, text in shipped_texts()), key=lambda at: (at[0].valid_from, at[0].ref)
    )
    return [
        AtStart(
            branch=code_of(profile.scope),
            command=PublishRuleProfile(file_name=name, toml=text),
            once=f"{profile.ref} {digest(text)}",
        )
        for profile, name, text in read_in
    ]


# ------------------------------------------------------------------ rules


def profiles(reader: ViewReader, branch: str, day: date) -> list[ProfileShown]:
    """Every published profile that can reach a branch on a day, by subject, the nearest organisation first."""
    scopes = _scopes(reader, branch, day)
    found: list[ProfileShown] = [shown for scope in scopes for shown in reader.scan("profiles", code_of(scope))]
    return sorted(found, key=lambda shown: (shown.subject, scopes.index(shown.scope), shown.valid_from, shown.ref))


def profile(reader: ViewReader, branch: str, subject: str, day: date) -> ProfileShown:
    """The profile that holds for a branch on a day. Raises Refused when there is none."""
    found = choose(profiles(reader, branch, day), subject, day, heard_tree.tree(reader).chain(branch, day))
    if found is None:
        _not_found(
            f"Ngày {day:%d/%m/%Y} chưa có bộ quy định nào về nội dung này cho chi bộ.",
            f"No rules on this hold for the branch on {day:%d/%m/%Y}.",
        )
    return found


# ------------------------------------------------------------------ papers from above


def programmes(reader: ViewReader, branch: str, period: str) -> list[ProgrammeShown]:
    """What the organisations above a branch ask of it in a month, the nearest first; items for others left out."""
    found = []
    for scope in _scopes(reader, branch, periods.last_day(period)):
        shown: ProgrammeShown | None = reader.get("programmes", code_of(scope), period)
        if shown is None:
            continue
        items = tuple(item for item in shown.items if item.for_branch in {None, branch})
        if items:
            found.append(shown.model_copy(update={"items": items}))
    return found


def documents(reader: ViewReader, branch: str, day: date) -> list[DocumentShown]:
    """The documents a branch is to hear of, the latest received first; those whose place was taken are left out."""
    found: list[DocumentShown] = [
        shown for scope in _scopes(reader, branch, day) for shown in reader.scan("documents", code_of(scope))
    ]
    gone = {shown.supersedes for shown in found}
    standing = [shown for shown in found if shown.doc_no not in gone]
    return sorted(standing, key=lambda shown: (-shown.received_on.toordinal(), shown.doc_no))


def scores(reader: ViewReader, branch: str) -> list[ScoreShown]:
    """The scores a branch gave its meetings, each with the superior's word where there is one."""
    found: list[ScoreShown] = reader.scan("scores", branch)
    return found


def reports(reader: ViewReader, branch: str) -> list[ReportShown]:
    """The papers of meetings a branch sent up, each with the superior's word where there is one."""
    found: list[ReportShown] = reader.scan("reports", branch)
    return found


def ranks(reader: ViewReader, branch: str) -> list[RanksShown]:
    """The ranks a branch sent for approval, each with the superior's answer where there is one."""
    found: list[RanksShown] = reader.scan("ranks", branch)
    return found


def rejections(reader: ViewReader, branch: str) -> Rejections:
    """How often something classified was turned away."""
    shown: Rejections | None = reader.get("rejections", branch, "")
    return shown or Rejections()


def _not_found(vi: str, en: str) -> NoReturn:
    raise Refused(f"{vi} Đồng chí xem lại ngày và nội dung.", f"{en} Check the day and the subject.", code="not-found")
