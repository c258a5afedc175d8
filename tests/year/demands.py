"""The four demands on a year: each looks at everything that happened and gives the troubles it found, in words."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, reduce
from typing import Any

from services.minutes.application import afterwards as minutes
from services.ranking import application as ranking
from services.roster import application as roster
from shared import periods
from shared.authorise import Actor
from shared.days import VIETNAM
from shared.events.envelope import LogName, Recorded
from shared.events.ranking import (
    RANK_WORDS,
    TaskAssigned,
    TaskCompleted,
    TaskExtended,
    TaskFact,
    TaskFailed,
    TaskFollowedUp,
    TaskHandedOver,
    TaskProgressReported,
    TaskTakenOver,
    UrgentTaskGiven,
)
from shared.replay import ordered
from shared.store.views import ViewReader, Views
from tests.year.town import Town

Dump = dict[str, str]


async def _sealed(_fact: str, _private: object) -> None:
    """Nobody here may open what is sealed."""


def _plain(id: str) -> str:
    return id


# ---------------------------------------------------------------- 1. no open task disappears


def lost_tasks(town: Town) -> list[str]:
    """Every task given and not ended, by the bare facts, stands in the list of a branch that lives; no other does."""
    open_by_facts = _open_tasks(town.facts("minutes", "ranking"))
    with town.services["ranking"].views.read() as reader:
        listed = {branch: _carried(town, reader, branch) for branch in reader.branches("branch")}
    with town.services["minutes"].views.read() as reader:
        waiting = {
            branch: {task.task_id for task in reader.scan("tasks", branch) if task.outcome is None}
            for branch in reader.branches("tasks")
        }
    found: list[str] = []
    merged = {code for one in town.facts("roster") for code in getattr(one.fact, "merged", ())}
    gone = {one.branch or "" for one in town.facts("roster") if type(one.fact).__name__ == "BranchDissolved"}
    found += [
        f"{branch}: {task} stays where nobody is left" for branch in merged & gone for task in listed.get(branch, {})
    ]
    for branch in {*open_by_facts, *listed}:
        due = open_by_facts.get(branch, {})
        shown = listed.get(branch, {})
        found += [f"{branch}: {task} ({due[task]}) is in no list" for task in sorted(due.keys() - shown.keys())]
        found += [f"{branch}: {task} has ended and is listed" for task in sorted(shown.keys() - due.keys())]
        found += [
            f"{branch}: {task} waits for {due[task]}, the list says {shown[task]}"
            for task in sorted(due.keys() & shown.keys())
            if due[task] != shown[task]
        ]
        without = {task for task, waits in due.items() if waits == "result"}
        for task in sorted(without ^ waiting.get(branch, set())):
            found.append(f"{branch}: minutes and the facts differ on whether {task} has its result")
    return found


def _open_tasks(facts: Iterable[Recorded[Any]]) -> dict[str, dict[str, str]]:
    """Branch → task → what it waits for. Told from the facts' own words, without the services' rules."""
    given: dict[str, dict[str, str]] = defaultdict(dict)
    for recorded in facts:
        fact = recorded.fact
        tasks = given[recorded.branch or ""]
        if type(fact).__name__ == "AssignmentDecided":
            tasks.setdefault(fact.task_id, "result")
        elif isinstance(fact, TaskAssigned | UrgentTaskGiven):
            tasks[fact.task_id] = "result"
        elif isinstance(fact, TaskCompleted):
            tasks.pop(fact.task_id, None)
        elif isinstance(fact, TaskFailed):
            tasks[fact.task_id] = "follow_up"
        elif isinstance(fact, TaskFollowedUp):
            if fact.how == "extension":
                tasks[fact.task_id] = "result"
            elif fact.task_id in tasks:
                del tasks[fact.task_id]
        elif isinstance(fact, TaskHandedOver | TaskTakenOver):
            _moved(given, fact)
        else:
            assert not isinstance(fact, TaskFact) or isinstance(fact, TaskExtended | TaskProgressReported), fact
    return given


def _moved(given: dict[str, dict[str, str]], fact: TaskHandedOver | TaskTakenOver) -> None:
    """Out of a branch that ended, and to a member of the one that took its place."""
    if isinstance(fact, TaskHandedOver):
        del given[fact.branch][fact.task_id]
        given[fact.into][f"{fact.branch} {fact.task_id}"] = "member"
    else:
        del given[fact.branch][f"{fact.from_branch} {fact.from_task_id}"]


def _carried(town: Town, reader: ViewReader, branch: str) -> dict[str, str]:
    today = town.now_at("ranking").astimezone(VIETNAM).date()
    shown = town.run(ranking.carried_over(reader, branch, _sealed, today))
    return {
        f"{one.from_branch} {one.task.task_id}" if one.from_branch else one.task.task_id: one.waits_for for one in shown
    }


# ---------------------------------------------------------------- 2. every rank explains itself


def unexplained_ranks(town: Town) -> list[str]:
    """Each rank that was ever decided: computed from named facts by named rules, departed from only with a reason."""
    facts = town.facts("ranking")
    by_id = {recorded.id: recorded for recorded in town.facts()}
    found: list[str] = []
    history = cache(lambda subject: tuple(town.services["ranking"].log.history(subject)))
    with town.services["ranking"].views.read() as served:
        reader: Any = Remembering(served)
        for recorded in facts:
            if type(recorded.fact).__name__ != "MemberRanked":
                continue
            branch, fact = recorded.branch or "", recorded.fact
            what = f"{branch} {fact.period} {fact.member_id}"
            why = town.run(ranking.explain(reader, branch, fact.period, fact.member_id, _sealed, history, _plain))
            told = set(ranking.as_tree(why, _plain).facts)
            found += [f"{what}: {one}" for one in _why_not(why, fact, told, by_id)]
            text = ranking.text(why, _plain, "vi")
            if RANK_WORDS[fact.decided_rank][0] not in text or any(line.vi not in text for line in why.lines):
                found.append(f"{what}: the tree leaves something out")
        found += list(_wrong_evidence(facts))
    return found


class Remembering:
    """A reader that reads each document once: nothing changes while everything is looked at."""

    def __init__(self, reader: ViewReader) -> None:
        self.get = cache(reader.get)
        self.scan = cache(reader.scan)
        self.branches = cache(reader.branches)


def _why_not(why: Any, fact: Any, told: set[str], by_id: dict[str, Recorded[Any]]) -> Iterator[str]:
    if why.decided != fact.decided_rank or why.computed != fact.computed_rank:
        yield "the explanation is of another rank"
    if not why.lines:
        yield "no rule is named"
    if why.unresolved:
        yield f"rests on facts nobody has: {why.unresolved}"
    if missing := set(fact.evidence) - told:
        yield f"evidence without words: {sorted(missing)}"
    if unknown := {id for id in fact.evidence if id not in by_id}:
        yield f"evidence that is no fact: {sorted(unknown)}"
    if fact.decided_rank != fact.computed_rank and fact.reason is None:
        yield "departs from the computed rank without a reason"


def _wrong_evidence(facts: list[Recorded[Any]]) -> Iterator[str]:
    """A month rests on the results of exactly that member's tasks due in it, as they stood when it was computed."""
    result_of: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    results: set[str] = set()
    for recorded in facts:
        fact = recorded.fact
        if isinstance(fact, TaskCompleted | TaskFailed):
            result_of[recorded.branch or "", fact.member_id, f"{fact.due_on:%Y-%m}"].add(recorded.id)
            results.add(recorded.id)
        elif type(fact).__name__ == "MemberRanked" and periods.kind(fact.period) == "month":
            due = result_of[recorded.branch or "", fact.member_id, fact.period]
            if results & set(fact.evidence) != due:
                yield f"{recorded.branch} {fact.period} {fact.member_id}: rests on {fact.evidence}, the facts are {due}"


# ---------------------------------------------------------------- 3. every flag is answered or still open

Key = tuple[str, ...]
RAISED = (
    "MeetingGapRaised", "MinutesFlagRaised", "PresentingFlagRaised", "RankingDeadlineMissed",
    "RankingFlagRaised", "ReadinessFlagRaised", "RosterFlagRaised", "SchedulerFlagRaised", "SigningFlagRaised",
)  # fmt: skip
CLEARED = (
    "MeetingGapCleared", "MinutesFlagCleared", "PresentingFlagCleared", "RankingDeadlineAnswered",
    "RankingFlagCleared", "ReadinessFlagCleared", "RosterFlagCleared", "SchedulerFlagCleared", "SigningFlagCleared",
)  # fmt: skip
NAMED_BY = {
    "minutes": ("meeting_id", "session_id", "flag", "item", "member_id"),
    "ranking": ("flag_id",),
    "roster": ("flag", "item", "member_id", "due_on"),
    "scheduler": ("flag", "of", "due_on"),
}
"""Owner → what tells one flag from another; scheduler's on one meeting are told apart by that meeting."""
RECOGNISED_BY = {
    "catch_up_overdue": ("meeting_id", "item=doc_no", "member_id"),
    "not_presented": ("meeting_id", "item=doc_no"),
    "study_overdue": ("session_id", "member_id"),
    "answer_overdue": ("meeting_id", "item=opinion_id"),
    "encouragement_not_done": ("meeting_id", "item=encouragement_id"),
    "correction_undecided": ("meeting_id", "item=correction_id"),
    "package_late": ("meeting_id",),
    "not_closed": ("meeting_id",),
    "not_scored": ("meeting_id",),
    "month_not_reviewed": ("item=period",),
    "remark_not_shared": ("member_id", "item=remark_id"),
    "correction_not_reviewed": ("member_id", "item=remark_id"),
    "transfer_overdue": ("member_id", "item=transfer_id"),
    "letter_overdue": ("member_id", "item=transfer_id"),
    "pledge_missing": ("member_id", "item=year"),
    "issue_not_answered": ("of=locality_id", "item=issue_id"),
    "task_result": ("task_id",),
    "task_follow_up": ("task_id",),
    "urgent_acknowledgement": ("task_id",),
    "month_ranked": ("period",),
    "committee_not_met": ("meeting_id",),
    "briefing_not_given": ("meeting_id",),
    "report_not_assigned": ("of=theme_id",),
    "report_not_submitted": ("of=theme_id",),
    "report_not_passed": ("of=theme_id",),
    "theme_not_presented": ("of=theme_id",),
    "theme_not_agreed": ("of=theme_id",),
    "theme_not_reviewed": ("of=theme_id",),
}
"""Flag → the fields by which the missing fact is known as the one it waits for. Notebooks of a period, absences, proofs
and drafts are answered by many facts together, a quarter without a theme by none.
"""


def flag_name(fact: Any) -> str:
    """What kind of flag this is."""
    return str(getattr(fact, "flag", None) or getattr(fact, "owing", None) or type(fact).__name__)


def key_of(owner: str, flag: Any) -> Key:
    """What tells this flag from any other of its branch."""
    named = (
        ("meeting_id", "flag", "due_on") if hasattr(flag, "meeting_id") and owner == "scheduler" else NAMED_BY[owner]
    )
    return (owner, *(str(getattr(flag, part, None)) for part in named))


def unsettled_flags(town: Town) -> list[str]:
    """Raised once; then cleared once by the fact it named, or listed as standing because that fact is missing."""
    found: list[str] = []
    standing: dict[tuple[str, Key], Any] = {}
    raised: set[tuple[str, Key]] = set()
    said: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    facts = town.facts()
    for recorded in facts:
        said[recorded.branch or ""][type(recorded.fact).__name__].append(recorded.fact)
    for recorded in facts:
        fact, branch, name = recorded.fact, recorded.branch or "", type(recorded.fact).__name__
        if name not in (*RAISED, *CLEARED):
            continue
        key = branch, key_of(fact.OWNER, fact)
        if name in RAISED:
            found += [f"{branch}: {key[1]} was raised twice"] if key in raised else []
            found += [] if recorded.envelope.actor == "clock" else [f"{branch}: {key[1]} was not raised by the clock"]
            raised.add(key)
            standing[key] = fact
        elif (before := standing.pop(key, None)) is None:
            found.append(f"{branch}: {key[1]} was cleared and did not stand")
        elif getattr(fact, "answered", True) and answered(said[branch], before) is False:
            found.append(f"{branch}: {key[1]} was cleared and nothing answers it")
    found += [
        f"{branch}: {key} stands and was answered"
        for (branch, key), fact in standing.items()
        if answered(said[branch], fact)
    ]
    shown = _standing(town)
    found += [f"{branch}: {key} stands and is in no list" for branch, key in sorted(standing.keys() - shown)]
    found += [f"{branch}: {key} is listed and does not stand" for branch, key in sorted(shown - standing.keys())]
    return found


def answered(said: dict[str, list[Any]], flag: Any) -> bool | None:
    """Whether the fact the flag names as missing was said of the very thing it is about; None where many answer."""
    fields = RECOGNISED_BY.get(flag_name(flag))
    if fields is None:
        return None
    missing = [*flag.missing] if isinstance(flag.missing, tuple) else [flag.missing]
    if "task_id" in fields:
        missing.append("TaskHandedOver")
    if "CorrectionAccepted" in missing:
        missing.append("CorrectionRefused")
    pairs = [(one.partition("=")[0], one.partition("=")[2] or one) for one in fields]
    return any(
        all(str(getattr(flag, ours)) == str(getattr(fact, theirs)) for ours, theirs in pairs)
        for name in missing
        for fact in said.get(name, ())
    )


def _standing(town: Town) -> set[tuple[str, Key]]:
    """What the services' own lists say is still waiting."""
    found: set[tuple[str, Key]] = set()
    with town.services["minutes"].views.read() as reader:
        for branch in reader.branches("flags"):
            found |= {(branch, key_of("minutes", one)) for one in minutes.flags(reader, branch, standing=True)}
    history = town.services["ranking"].log.history
    with town.services["ranking"].views.read() as reader:
        for branch in reader.branches("flags"):
            shown = ranking.flags(reader, branch, "raised", history, _plain)
            found |= {(branch, key_of("ranking", one)) for one in shown}
    everybody = Actor("operator", frozenset({"operator", "secretary"}))
    with town.services["roster"].views.read() as reader:
        for branch in {*reader.branches("sheets"), *reader.branches("localities")}:
            shown_here = roster.flags(reader, branch, everybody, town.store)
            found |= {(branch, key_of("roster", one)) for one in shown_here if one.cleared_on is None}
    with town.services["scheduler"].views.read() as reader:
        for branch in reader.branches("meetings"):
            found |= {
                (branch, ("scheduler", shown.meeting_id, one.flag, str(one.due_on)))
                for shown in reader.scan("meetings", branch)
                for one in shown.readiness.flags
                if one.cleared_on is None
            }
        for view, named in (("themes", "theme_id"), ("quarters", "quarter")):
            for branch in reader.branches(view):
                for document in reader.scan(view, branch):
                    flags = document.flags if view == "quarters" else document.theme.flags
                    found |= {
                        (branch, ("scheduler", one.flag, getattr(document, named), str(one.due_on)))
                        for one in flags
                        if one.cleared_on is None
                    }
    return found


def raised_by_branch(town: Town) -> dict[str, set[str]]:
    """Branch → the kinds of flags raised there, the scheduler's two older ones among them."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for recorded in town.facts():
        name = type(recorded.fact).__name__
        if name in (*RAISED, "NoticeMissed", "MaterialsMissed", "RegularMeetingMissed"):
            kinds[recorded.branch or ""].add(flag_name(recorded.fact))
    return kinds


# ---------------------------------------------------------------- 4. replay at every index equals a fresh fold


def unequal_replays(town: Town) -> list[str]:
    """Every history, after each of its facts, is what the service itself had then, and what its prefix folds to."""
    found: list[str] = []
    for name in town.services:
        histories: dict[str, list[Recorded[Any]]] = defaultdict(list)
        for recorded in town.facts(name):
            histories[recorded.envelope.subject].append(recorded)
        for subject, facts in histories.items():
            noun = town.rules[name].get(subject.partition("/")[0])
            if noun is None:
                continue
            ran = town.running[name].states[subject]
            if len(ran) != len(facts):
                found.append(f"{subject}: {len(facts)} facts made {len(ran)} states")
                continue
            for upto, (recorded, state) in enumerate(zip(facts, ran, strict=True), 1):
                fresh = reduce(noun.evolve, [one.fact for one in facts[:upto]], noun.initial)
                if fresh != state:
                    found.append(f"{subject} at {name}:{recorded.index}: another state than when it ran")
                    break
    return found


def unequal_views(town: Town) -> list[str]:
    """Read models built anew, fact by fact in the order of replay, are at every checkpoint what they were then."""
    found = []
    facts = {(one.log, one.index): one for one in town.facts()}
    order = ordered(Heard(one) for one in facts.values())
    for name, service in town.services.items():
        heard = {name, *service.heard_services()}
        anew = service.views.begin_generation()
        waiting = [one for one in order if one.log.service in heard]
        for positions, then in town.checkpoints[name]:
            now = [one for one in waiting if one.index <= positions.get(one.log, 0)]
            waiting = [one for one in waiting if one.index > positions.get(one.log, 0)]
            for run in _runs(now):
                anew.apply(run[0].log, [(one.index, one.recorded) for one in run])
            found += [f"{name} at {positions}: {one}" for one in differences(then, dump(anew))]
            if found:
                return found
    return found


class Heard:
    """A fact with its place, for putting all logs in order."""

    def __init__(self, recorded: Recorded[Any]) -> None:
        self.recorded = recorded
        self.log, self.index, self.recordedtime = recorded.log, recorded.index, recorded.envelope.recordedtime
        self.heard: dict[LogName, int] = dict(recorded.heard)


def _runs(facts: Iterable[Heard]) -> Iterator[list[Heard]]:
    """Facts that follow one another in one log, together."""
    run: list[Heard] = []
    for one in facts:
        if run and one.log != run[0].log:
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def dump(views: Views) -> Dump:
    """Every document of the read models, each by a digest of its words."""
    with views.read() as reader:
        reader._cursor.execute(
            "SELECT view, branch, key, body FROM document WHERE generation = ?", (reader._generation,)
        )
        return {
            f"{view} {branch} {key}": hashlib.sha256(body.encode()).hexdigest()
            for view, branch, key, body in reader._cursor.fetchall()
        }


def checkpoint(town: Town) -> None:
    """Keep what every service shows now, to be compared with what replay shows at this point."""
    for name, service in town.services.items():
        town.checkpoints[name].append((service.views.positions(), dump(service.views)))


def differences(one: Dump, other: Dump) -> list[str]:
    """The documents that are not the same."""
    return sorted(key for key in {*one, *other} if one.get(key) != other.get(key))[:5]
