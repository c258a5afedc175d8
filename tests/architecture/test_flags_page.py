"""docs/flags.md says of every rule which flag it raises, whose it is, when it falls due and what clears it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from shared import events
from shared.events import (
    afterwards,
    meeting_gap,
    presenting,
    ranking_deadline,
    ranking_flag,
    readiness,
    roster_flag,
    scheduler_flag,
    signatures,
)

PAGE = Path(__file__).parents[2] / "docs" / "flags.md"
FACTS = {fact.__name__ for fact in events.ALL.values()}
RULES = [f"R{number}" for number in range(1, 47)]

HEAD = """# Flags: what was to come and has not

A flag is raised by the clock of the service that owns the missing fact, on the day it falls due or at the next start,
then with both days; once, however often anybody looks. It names the fact that is missing, and the fact that comes
clears it; nobody clears one by hand. Written from the facts of `shared/events/` by
`tests/architecture/test_flags_page.py`; `tests/journeys/test_year.py` lets a forgetting branch raise them.

| Rule | Flag | Owner | Falls due | Missing, and cleared by |
|---|---|---|---|---|
"""
BESIDE = """
Dues are kept as counts only, so of three months unpaid (R15) nobody is named here: the committee looks at its own list.
A meeting moved for force majeure owes everything by its new day; nothing of the old day is raised, and what was raised
before the move ends as no longer owed. A theme's meeting moved out of its quarter so is no quarter without one.

## Rules that raise no flag

What cannot happen is refused at the door and cannot be missed; what is only judged is kept with the fact itself.

| Rule | Why |
|---|---|
"""


class Flag(NamedTuple):
    """One line of the page."""

    rule: str
    name: str
    owner: str
    due: str
    missing: tuple[str, ...]


DUE = {
    "NoticeMissed": "end of the last day on which a notice would be in time",
    "MaterialsMissed": "end of the last day for materials",
    "notice_not_proven": "end of the notice's last day, or of the day it left if later; names whom",
    "committee_not_met": "end of the day the notice left without, reason or not",
    "tasks_not_drafted": "end of the notice's last day, or of the day it left if later; names which items",
    "briefing_not_given": "end of the meeting's day, where a turn was assigned",
    "RegularMeetingMissed": "end of the month, or of the day it was moved to; stays, as the month stays without",
    "quarter_without_thematic": "end of the quarter; stays, as a later meeting counts for its own quarter",
    "report_not_assigned": "end of the day named in the plan",
    "report_not_submitted": "end of the day named in the plan, or by the committee",
    "report_not_passed": "end of the day before which it must be sent",
    "theme_not_presented": "end of the meeting's day",
    "theme_not_agreed": "end of the day it was presented",
    "theme_not_reviewed": "end of the day of the meeting named for it",
    "not_closed": "end of the day the meeting was opened",
    "not_scored": "end of the day a regular meeting closed",
    "too_short": "when the meeting closes; stays: no later fact makes it longer, only a superior's rules ask less",
    "month_not_reviewed": "when the next regular meeting closes",
    "package_late": "end of the rules' last day after the meeting",
    "catch_up_overdue": "end of the day named when the document was presented",
    "study_overdue": "end of the day named when the session was held",
    "answer_overdue": "end of the day promised",
    "encouragement_not_done": "end of the day named",
    "correction_undecided": "when the next regular meeting closes",
    "absent_in_a_row": "end of the meeting's day; cleared by the member's coming",
    "absent_without_reason": "end of the meeting's day; cleared by the member's coming",
    "not_presented": "end of the day of the meeting named with the charge, as it stands",
    "not_signed": "end of the rules' last day for signatures, where the branch signs here",
    "task_result": "end of the due day, or the due hour",
    "task_follow_up": "when the next regular meeting closes",
    "urgent_acknowledgement": "when the next regular meeting closes",
    "month_ranked": "when the regular meeting after the month closes",
    "notebooks": "end of each of the charter's periods that began once the branch was here",
    "notebook_recheck": "end of the day named at the inspection",
    "opened": "end of the profile's day",
    "assessed": "end of the profile's day",
    "voted": "end of the profile's day",
    "approved": "end of the profile's day",
    "remark_not_shared": "end of the charter's last day after it came",
    "correction_not_reviewed": "end of the day agreed",
    "transfer_overdue": "end of the last working day of the procedure",
    "letter_overdue": "end of the last working day for the letter",
    "pledge_missing": "end of the rules' month, once the branch keeps pledges here",
    "issue_not_answered": "end of the day named with the advice",
}
WITHOUT = {
    "R2": "a moved or revised notice counts anew by itself",
    "R4": "the day is chosen by the charter; another one needs a reason",
    "R7": "counted under R5",
    "R9": "refused",
    "R11": "the turn follows from the list; one nobody took is R12's",
    "R13": "refused: no meeting opens without",
    "R14": "compared exactly in `MeetingClosed`; marked in the score",
    "R16": "accepted, and said in `AgendaItemTaken`",
    "R17": "refused: minutes are not adopted with an open opinion",
    "R18": "counted",
    "R22": "a skipped number says why",
    "R24": "judged in the score",
    "R25": "judged over the year",
    "R26": "judged",
    "R27": "judged",
    "R29": "told in `QuotaExceeded`; refused at the approval",
    "R30": "refused",
    "R31": "judged",
    "R32": "judged",
    "R33": "refused, and only that is kept",
    "R34": "no read model of the hub holds such a field",
    "R35": "refused",
    "R36": "nothing changes; `LateProfileNoticed`, `LateRankingRulesNoticed`, `LateMinutesRulesNoticed` tell",
    "R45": "refused",
    "R46": "every fact says who",
}


def flags() -> Iterator[Flag]:
    """Every flag there is."""

    def flag(rule: str, name: str, owner: str, *missing: str) -> Flag:
        return Flag(rule, name, owner, DUE[name], missing)

    yield flag("R1", "NoticeMissed", "scheduler", "NoticeIssued")
    yield flag("R3", "MaterialsMissed", "scheduler", "MaterialsPosted")
    yield flag("R5", "RegularMeetingMissed", "scheduler", "MeetingOpened")
    for lacking in get_args(readiness.ReadinessFlag):
        given = ("AssignmentDecided",) if lacking == "tasks_not_drafted" else ()
        yield flag(readiness.RULES[lacking], lacking, "scheduler", readiness.MISSING[lacking], *given)
    for scheduled in get_args(scheduler_flag.Flag):
        rule = "R6" if scheduled == "quarter_without_thematic" else "R41"
        yield flag(rule, scheduled, "scheduler", scheduler_flag.MISSING[scheduled])
    for held in get_args(afterwards.MinutesFlag):
        also = ("CorrectionRefused",) if held == "correction_undecided" else ()
        yield flag(afterwards.RULES[held], held, "minutes", afterwards.MISSING[held], *also)
    for gap in get_args(meeting_gap.Gap):
        yield flag(meeting_gap.RULES[gap], gap, "minutes", meeting_gap.MISSING[gap])
    yield flag("R20", *get_args(signatures.SigningFlag), "minutes", "MinutesSigned")
    yield flag("R39", *get_args(presenting.PresentingFlag), "minutes", "PolicyDisseminated")
    for owing in ranking_flag.OWINGS:
        yield flag(ranking_flag.RULES[owing], owing, "ranking", *ranking_flag.MISSING[owing])
    for step in ranking_deadline.STEPS:
        yield flag(ranking_deadline.RULE, step, "ranking", *ranking_deadline.MISSING[step])
    for kept in get_args(roster_flag.Flag):
        yield flag(roster_flag.RULES[kept], kept, "roster", roster_flag.MISSING[kept])


def _order(rule: str) -> tuple[bool, int, str]:
    number = rule[1:]
    return (not rule.startswith("R") or not number.isdecimal(), int(number) if number.isdecimal() else 0, rule)


def page() -> str:
    """The page as the facts say it must be."""
    rows = [
        f"| {one.rule} | `{one.name}` | {one.owner} | {one.due} | {', '.join(f'`{fact}`' for fact in one.missing)} |"
        for one in sorted(flags(), key=lambda one: _order(one.rule))
    ]
    beside = [f"| {rule} | {why} |" for rule, why in sorted(WITHOUT.items(), key=lambda one: _order(one[0]))]
    return HEAD + "\n".join(rows) + "\n" + BESIDE + "\n".join(beside) + "\n"


def test_every_rule_raises_a_flag_or_says_why_it_cannot_be_missed() -> None:
    flagged = {one.rule for one in flags()}
    assert [rule for rule in RULES if (rule in flagged) == (rule in WITHOUT)] == []


def test_every_flag_names_the_facts_that_clear_it_and_when_it_falls_due() -> None:
    assert {fact for one in flags() for fact in one.missing} <= FACTS
    assert {one.name for one in flags()} == set(DUE)


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page()
