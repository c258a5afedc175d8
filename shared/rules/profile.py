"""What a rule profile holds: whole numbers and exact fractions, each with its source; never a float."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Confidence = Literal["V", "R", "K", "P"]
"""V read in a public page, R in a public repository that quotes it, K own knowledge, P a proposal."""
Rank = Literal["excellent", "good", "completed", "not_completed"]
RANKS: tuple[Rank, ...] = get_args(Rank)
"""Best first."""
Opened = Literal["no", "any", "upward"]
"""What a charter may do with a number: nothing, set it, or only raise it."""

Scope = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}(\.[0-9]{3}){0,4})?$")]
"""The beginning of an organisation code: ``38.168`` is that organisation and everything below it."""
Ref = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}@[1-9][0-9]{0,5}$")]
"""A profile as facts name it: ``hd42@1``."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[^\x00]*$")]


class Part(BaseModel):
    """A piece of a profile: frozen, exact types, no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Number(Part):
    """A whole number of a regulation."""

    value: Annotated[int, Field(ge=0)]
    opened: Opened
    source: Words
    confidence: Confidence

    def allows(self, chosen: int) -> bool:
        """Whether a charter may put ``chosen`` in place of this number."""
        match self.opened:
            case "any":
                return chosen >= 0
            case "upward":
                return chosen >= self.value
            case "no":
                return chosen == self.value

    def under(self, chosen: int | None) -> int:
        """The number that holds under a charter that chose ``chosen``; what is not opened changes nothing."""
        return chosen if chosen is not None and self.allows(chosen) else self.value


class Switch(Part):
    """A yes or no of a regulation."""

    value: bool
    opened: Literal["no", "any"]
    source: Words
    confidence: Confidence

    def under(self, chosen: bool | None) -> bool:  # noqa: FBT001 - the charter's yes or no is the whole question
        """The switch as it stands under a charter that chose ``chosen``."""
        return chosen if chosen is not None and self.opened == "any" else self.value


class Choice(Part):
    """One of several words or numbers where the sources disagree or the customer has not yet decided."""

    value: Words
    options: Annotated[tuple[Words, ...], Field(min_length=2, max_length=9, strict=False)]
    opened: Literal["no", "any"]
    source: Words
    confidence: Confidence

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.value not in self.options:
            message = f"{self.value} is none of {', '.join(self.options)}"
            raise ValueError(message)
        return self

    def under(self, chosen: str | None) -> str:
        """The choice as it stands under a charter that chose ``chosen``."""
        return chosen if chosen in self.options and self.opened == "any" and chosen is not None else self.value


class _Fraction(Part):
    numerator: Annotated[int, Field(ge=0)]
    denominator: Annotated[int, Field(ge=1)]
    source: Words
    confidence: Confidence

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if self.numerator > self.denominator:
            message = f"{self.numerator}/{self.denominator} is more than the whole"
            raise ValueError(message)
        return self


class Share(_Fraction):
    """A threshold compared exactly, without rounding: ``> 85/100`` or ``>= 90/100``."""

    comparison: Literal[">", ">="]

    def meets(self, part: int, whole: int) -> bool:
        """Whether ``part`` of ``whole`` reaches the threshold."""
        left, right = part * self.denominator, self.numerator * whole
        return left > right if self.comparison == ">" else left >= right

    def needed(self, whole: int) -> int:
        """The smallest part of ``whole`` that reaches the threshold."""
        down, rest = divmod(self.numerator * whole, self.denominator)
        return down + (1 if self.comparison == ">" or rest else 0)


class Limit(_Fraction):
    """A share of tasks that may not be passed, or must be reached, compared exactly."""

    def at_most(self, part: int, whole: int) -> bool:
        return part * self.denominator <= self.numerator * whole

    def at_least(self, part: int, whole: int) -> bool:
        return part * self.denominator >= self.numerator * whole


class RuleProfile(Part):
    """What every profile says about itself."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    version: Annotated[int, Field(ge=1, le=999_999)]
    title: Words
    valid_from: date
    valid_until: date | None = None
    """The last day on which it holds; absent while it holds."""
    scope: Scope = ""
    """The organisation it is for, and all below it; empty: everybody."""
    replaces: Ref | None = None
    """The profile of the same subject and scope whose place it takes from ``valid_from`` on."""
    source: Words
    confidence: Confidence

    @property
    def ref(self) -> str:
        """How facts name it: ``hd42@1``."""
        return f"{self.id}@{self.version}"

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            message = "valid_until: valid_until lies before valid_from"
            raise ValueError(message)
        return self


class MinimumMinutes(Part):
    """How long each kind of meeting lasts at least."""

    regular: Number
    thematic: Number
    combined: Number
    extraordinary: Number


class LargeCell(Part):
    """What a superior asks of cells from a size on."""

    members: Number
    regular: Number
    """The least length of a regular meeting in such a cell."""


class MeetingProfile(RuleProfile):
    """How a cell meets: notice, day, length, attendance, votes."""

    subject: Literal["meeting"]
    notice_days: Number
    meeting_day: Number
    materials_days: Number
    package_days: Number
    minimum_minutes: MinimumMinutes
    attendance: Share
    adoption: Share
    """Of the voting members, not of those present."""
    secret_ballot_minimum: Number
    probationary_votes: Switch
    exempt_in_vote_base: Switch
    temporary_elsewhere_in_vote_base: Switch
    thematic_per_quarter: Number
    """R6: so many thematic or combined meetings in each quarter."""
    excused_in_a_row: Number
    """R15: more excused absences than this running, within a year, raise a flag."""
    unexcused_months: Number
    """R15: so many months without a good reason in a year raise a flag for the committee."""
    large_cell: LargeCell | None = None

    def minutes_for(self, kind: str, *, charter: int | None = None, members: int = 0) -> int | None:
        """The least length of a meeting of this kind in a cell of so many members.

        None when none is prescribed (a committee's meeting).
        """
        match kind:
            case "regular" if self.large_cell is not None and members >= self.large_cell.members.value:
                return self.large_cell.regular.under(charter)
            case "regular" | "thematic" | "combined" | "extraordinary":
                number: Number = getattr(self.minimum_minutes, kind)
                return number.under(charter)
            case _:
                return None


class RankRule(Part):
    """What a member's tasks of the month must look like for one rank."""

    rank: Rank
    late_at_most: Limit
    failed_at_most: Limit
    exceeded_at_least: Limit

    def broken(self, *, total: int, late: int, failed: int, exceeded: int) -> tuple[str, ...]:
        """The keys of the conditions that are not met; empty when this rank is reached."""
        return tuple(
            key
            for key, met in (
                ("late_at_most", self.late_at_most.at_most(late, total)),
                ("failed_at_most", self.failed_at_most.at_most(failed, total)),
                ("exceeded_at_least", self.exceeded_at_least.at_least(exceeded, total)),
            )
            if not met
        )


class MonthlyRankingProfile(RuleProfile):
    """How a cell ranks its members at the end of a month."""

    subject: Literal["ranking.monthly"]
    opens_on_day: Number
    opens_at_hour: Number
    self_assessment_days: Number
    needs_self_assessment: Switch
    needs_vote: Switch
    departure: Share
    """Votes for, of the voting members, where the cell decides another rank than the criteria give."""
    ranks: Annotated[tuple[RankRule, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _a_ladder_to_the_ground(self) -> Self:
        places = [RANKS.index(rule.rank) for rule in self.ranks]
        if places != sorted(set(places)):
            message = "ranks: ranks stand best first, each once"
            raise ValueError(message)
        if self.ranks[-1].broken(total=1, late=1, failed=1, exceeded=0):
            message = "ranks: the last of the ranks must take everybody"
            raise ValueError(message)
        if not 1 <= self.opens_on_day.value <= 28:  # noqa: PLR2004 - the last day every month has
            message = "opens_on_day: opens_on_day must be a day every month has"
            raise ValueError(message)
        return self


class MembershipProfile(RuleProfile):
    """How a member is transferred, for how long one may be away, and by when the year's pledge is filed."""

    subject: Literal["membership"]
    procedure_working_days: Number
    letter_working_days: Number
    temporary_months_least: Number
    temporary_months_below: Number
    study_months_most: Number
    pledge_month: Number

    @model_validator(mode="after")
    def _a_month_of_the_year(self) -> Self:
        if not 1 <= self.pledge_month.value <= 12:  # noqa: PLR2004 - months of a year
            message = "pledge_month: pledge_month must be a month of the year"
            raise ValueError(message)
        return self
