"""Rule profiles published: once each, under the organisation they are for, none overlapping another unsaid."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Annotated, assert_never

from pydantic import Field, StringConstraints

from services.hub.domain.known import Known, Typed
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Line
from shared.events.hub import ProfileRef, RuleNumber, RuleProfilePublished, RuleProfileWithdrawn
from shared.rules import Profile, Subject, WrongRules, code_of, numbers, overlap, read, shipped

OF_THE_CHARTER: Subject = "organisation"
"""How a cell is made up is said once for the whole Party, by its Charter: nobody varies it."""


@dataclass(frozen=True)
class Standing:
    """A published profile as far as the next one must get along with it."""

    ref: str
    subject: str
    scope: str
    valid_from: date
    valid_until: date | None
    replaces: str | None
    sha256: str
    title: str = ""
    withdrawn_from: date | None = None


@dataclass(frozen=True)
class Rules:
    """Every profile published under one organisation's code."""

    published: Mapping[str, Standing] = field(default_factory=dict)


class PublishRuleProfile(Command):
    """Put a rule profile into force, for the organisation its scope names and all below it."""

    MAY = frozenset({"operator", "superior", "service"})
    READS_OWN = True

    file_name: Line
    toml: Annotated[str, StringConstraints(min_length=1, max_length=48_000)]

    def subject(self, branch: str) -> str:
        return f"rules/{branch}"


class WithdrawRuleProfile(Command):
    """Say that a published profile no longer holds from a day on, with the reason."""

    MAY = frozenset({"operator", "superior"})

    profile: ProfileRef
    from_on: Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
    because: Typed

    def subject(self, branch: str) -> str:
        return f"rules/{branch}"


AnyRulesFact = RuleProfilePublished | RuleProfileWithdrawn


def decide(
    rules: Rules, command: PublishRuleProfile | WithdrawRuleProfile, asked: Asked[Known]
) -> tuple[AnyRulesFact, ...]:
    """What is published or withdrawn, or why it cannot be. The same again changes nothing."""
    match command:
        case PublishRuleProfile():
            return _publish(rules, command, asked)
        case WithdrawRuleProfile():
            return _withdraw(rules, command, asked)


def _withdraw(rules: Rules, command: WithdrawRuleProfile, asked: Asked[Known]) -> tuple[RuleProfileWithdrawn, ...]:
    standing = rules.published.get(command.profile)
    if standing is None:
        raise Refused(
            f"Chưa có bộ quy định {command.profile} công bố dưới mã {asked.branch} nên không có gì để bãi bỏ. "
            "Đồng chí kiểm tra lại mã và số bản; nội dung đã nhập vẫn còn.",
            f"No rules {command.profile} are published under {asked.branch}; there is nothing to withdraw. "
            "Check the id and the version.",
            code="not-found",
        )
    if standing.withdrawn_from == command.from_on:
        return ()
    if standing.subject == OF_THE_CHARTER:
        raise _of_the_charter()
    if command.from_on < standing.valid_from:
        raise Refused(
            f"Bộ quy định {command.profile} áp dụng từ ngày {standing.valid_from:%d/%m/%Y}; ngày thôi áp dụng "
            f"{command.from_on:%d/%m/%Y} phải từ ngày đó trở đi. Đồng chí xem lại ngày; nội dung đã nhập vẫn còn.",
            f"{command.profile} holds from {standing.valid_from:%d/%m/%Y}; it can be withdrawn from that day on, not "
            f"from {command.from_on:%d/%m/%Y}. Check the day; what you typed is kept.",
            code="date",
        )
    if standing.valid_until is not None and command.from_on > standing.valid_until:
        raise Refused(
            f"Bộ quy định {command.profile} chỉ áp dụng đến hết ngày {standing.valid_until:%d/%m/%Y} nên đến ngày "
            f"{command.from_on:%d/%m/%Y} không còn gì để bãi bỏ. Đồng chí xem lại ngày; nội dung đã nhập vẫn còn.",
            f"{command.profile} holds only until {standing.valid_until:%d/%m/%Y}; on {command.from_on:%d/%m/%Y} "
            "nothing is left to withdraw. Check the day; what you typed is kept.",
            code="date",
        )
    profile_id, _, version = command.profile.partition("@")
    return (
        RuleProfileWithdrawn(
            branch=asked.branch,
            profile_id=profile_id,
            version=int(version),
            rule_subject=standing.subject,
            title=standing.title,
            from_on=command.from_on,
            because=command.because,
        ),
    )


def _publish(rules: Rules, command: PublishRuleProfile, asked: Asked[Known]) -> tuple[RuleProfilePublished, ...]:
    profile = _read(command)
    sha256 = digest(command.toml)
    before = rules.published.get(profile.ref)
    if before is not None and before.sha256 == sha256:
        return ()
    if before is not None or profile.ref in asked.known.published:
        raise Refused(
            f"Bộ quy định {profile.ref} đã công bố với nội dung khác nên tệp {command.file_name} không dùng được. "
            "Đồng chí tăng số bản (version) trong tệp rồi công bố lại; bản đã công bố vẫn giữ nguyên.",
            f"{profile.ref} was published with other words than {command.file_name} has. Give the file a new version "
            "and publish that; what was published stays as it is.",
            code="published-otherwise",
        )
    if profile.subject == OF_THE_CHARTER and profile not in shipped().profiles:
        raise _of_the_charter()
    _in_its_place(profile, asked.branch)
    _beside_the_others(rules, profile, sha256)
    return (
        RuleProfilePublished(
            branch=asked.branch,
            profile_id=profile.id,
            version=profile.version,
            rule_subject=profile.subject,
            scope=profile.scope,
            title=profile.title,
            valid_from=profile.valid_from,
            valid_until=profile.valid_until,
            replaces=profile.replaces,
            source=profile.source,
            confidence=profile.confidence,
            numbers=tuple(RuleNumber(**told._asdict()) for told in numbers(profile)),
            toml=command.toml,
            sha256=sha256,
        ),
    )


def digest(toml: str) -> str:
    """The SHA-256 of a profile as it was written."""
    return hashlib.sha256(toml.encode()).hexdigest()


def _read(command: PublishRuleProfile) -> Profile:
    try:
        return read(command.file_name, command.toml)
    except WrongRules as wrong:
        raise Refused(
            f"Bộ quy định chưa dùng được, chỗ cần sửa: {wrong}. Đồng chí sửa tệp rồi gửi lại; chưa có gì được lưu.",
            f"The rules cannot be used; the place to correct: {wrong}. Correct the file and send it again; nothing was "
            "stored.",
            code="wrong-rules",
        ) from None


def _of_the_charter() -> Refused:
    return Refused(
        "Từ bao nhiêu đảng viên chính thức thì lập chi bộ, bầu chi ủy là do Điều lệ Đảng quy định chung và đi kèm "
        "chương trình, nên không công bố riêng hay bãi bỏ ở đây. Khi Điều lệ thay đổi, đồng chí cập nhật chương trình; "
        "chưa có gì thay đổi.",
        "From how many full members a cell exists and elects a committee is said by the Party's Charter for everybody "
        "and comes with chibo; nobody publishes or withdraws it here. Leave it, and update chibo when the Charter "
        "changes; nothing has changed.",
        code="of-the-charter",
    )


def _in_its_place(profile: Profile, branch: str) -> None:
    if code_of(profile.scope) != branch:
        raise Refused(
            f"Bộ quy định {profile.ref} dành cho tổ chức mã {code_of(profile.scope)}, không phải {branch}. "
            "Đồng chí gửi cho đúng mã; chưa có gì được lưu.",
            f"{profile.ref} is for the organisation {code_of(profile.scope)}, not for {branch}. "
            "Send it under that code; nothing was stored.",
            code="scope",
        )


def _beside_the_others(rules: Rules, profile: Profile, sha256: str) -> None:
    new = _standing(
        profile.ref, profile.subject, profile.scope, profile.valid_from, profile.valid_until, profile.replaces, sha256
    )
    instead = rules.published.get(profile.replaces or "")
    if profile.replaces is not None and (instead is None or instead.subject != profile.subject):
        raise Refused(
            f"Bộ quy định {profile.ref} ghi thay {profile.replaces}, nhưng bản đó chưa công bố cho cùng nội dung và "
            "cùng tổ chức. Đồng chí kiểm tra lại mục replaces; chưa có gì được lưu.",
            f"{profile.ref} says it replaces {profile.replaces}, which is not published for the same subject and "
            "organisation. Check “replaces”; nothing was stored.",
            code="replaces",
        )
    two = overlap([*rules.published.values(), new])
    if two is not None:
        other = two.earlier if two.later == profile.ref else two.later
        raise Refused(
            f"Từ ngày {two.from_on:%d/%m/%Y} bộ quy định {profile.ref} và {other} cùng có hiệu lực mà không bản nào "
            "ghi thay bản kia. Đồng chí sửa ngày hiệu lực hoặc ghi replaces; chưa có gì được lưu.",
            f"From {two.from_on:%d/%m/%Y} on {profile.ref} and {other} are both in force and neither says that it "
            "replaces the other. Correct the dates or say “replaces”; nothing was stored.",
            code="overlap",
        )


def _standing(  # noqa: PLR0917 - the same seven of a profile and of a fact
    ref: str, subject: str, scope: str, valid_from: date, valid_until: date | None, replaces: str | None, sha256: str
) -> Standing:
    return Standing(ref, subject, scope, valid_from, valid_until, replaces, sha256)


def evolve(rules: Rules, fact: AnyRulesFact) -> Rules:
    """The rules after one more profile."""
    match fact:
        case RuleProfilePublished():
            standing = _standing(
                fact.ref,
                fact.rule_subject,
                fact.scope,
                fact.valid_from,
                fact.valid_until,
                fact.replaces,
                fact.sha256,
            )
            return Rules({**rules.published, fact.ref: replace(standing, title=fact.title)})
        case RuleProfileWithdrawn():
            before = rules.published.get(fact.ref)
            if before is None:
                return rules
            until = fact.from_on - timedelta(days=1)
            withdrawn = replace(before, valid_until=until, withdrawn_from=fact.from_on)
            return Rules({**rules.published, fact.ref: withdrawn})
        case _:
            assert_never(fact)


RULES: Noun[Rules, Known] = Noun(
    name="rules", initial=Rules(), decide=decide, evolve=evolve, commands=(PublishRuleProfile, WithdrawRuleProfile)
)
