"""The quality of a meeting: a frame of marks, bands compared exactly, a local frame's further conditions, the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from shared.rules.profile import Confidence, Number, Part, RuleProfile, Switch, Words

Band = Literal["q_good", "q_fair", "q_average", "q_poor"]
BANDS: tuple[Band, ...] = get_args(Band)
"""Best first."""
BAND_WORDS: dict[Band, tuple[str, str]] = {
    "q_good": ("Tốt", "Good"),
    "q_fair": ("Khá", "Fair"),
    "q_average": ("Trung bình", "Average"),
    "q_poor": ("Kém", "Poor"),
}
Measure = Literal["attendance_percent", "speakers_percent", "targets_percent", "minutes_short"]
WHOLE = 100
FINEST = Decimal("0.01")
"""Marks are given in hundredths at the finest."""
PlaceId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$")]
Marks = Annotated[int, Field(ge=0, le=WHOLE)]


class WrongMarks(ValueError):
    """A sheet that cannot be added up: which line, and why in words."""

    def __init__(self, where: str, vi: str, en: str) -> None:
        super().__init__(en)
        self.where = where
        self.vi = vi
        self.en = en


# ------------------------------------------------------------------ the frame


class Step(Part):
    """One line of a sub-scale: reached so much, so many marks."""

    comparison: Literal[">", ">=", "<", "<="]
    value: Annotated[int, Field(ge=0, le=100_000)]
    mark: Marks

    def meets(self, part: int, whole: int) -> bool:
        """Compared exactly: part of whole against the value in percent, or the part itself where whole is 100."""
        left, right = WHOLE * part, self.value * whole
        match self.comparison:
            case ">":
                return left > right
            case ">=":
                return left >= right
            case "<":
                return left < right
            case "<=":
                return left <= right


class Scale(Part):
    """How a line is marked from what was counted; where no step fits and nothing else is said, people mark it."""

    measure: Measure
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=20, strict=False)]
    otherwise: Marks | None = None
    source: Words
    confidence: Confidence

    @model_validator(mode="after")
    def _downwards(self) -> Self:
        marks = [step.mark for step in self.steps] + ([] if self.otherwise is None else [self.otherwise])
        if marks != sorted(set(marks), reverse=True):
            message = "steps stand best first, each with fewer marks than the one before"
            raise ValueError(message)
        upward = {step.comparison[0] == ">" for step in self.steps}
        values = [step.value for step in self.steps]
        if len(upward) > 1 or values != sorted(set(values), reverse=upward == {True}):
            message = "steps must all look the same way, one after the other"
            raise ValueError(message)
        return self

    def mark(self, part: int, whole: int = 1) -> int | None:
        """The mark for ``part`` of ``whole``, or for so many minutes; None where people mark it."""
        of = WHOLE if self.measure == "minutes_short" else whole
        return next((step.mark for step in self.steps if step.meets(part, of)), self.otherwise)


class Line(Part):
    """A line of the sheet that gets a mark."""

    id: PlaceId
    vi: Words
    en: Words
    max: Marks
    scale: Scale | None = None
    source: Words
    confidence: Confidence

    @model_validator(mode="after")
    def _within_its_marks(self) -> Self:
        if self.scale is not None and self.scale.steps[0].mark != self.max:
            message = f"the best step of {self.id} gives {self.scale.steps[0].mark}, its maximum is {self.max}"
            raise ValueError(message)
        return self


class Group(Line):
    """A group of the sheet, marked as a whole or line by line."""

    criteria: Annotated[tuple[Line, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.criteria and sum(line.max for line in self.criteria) != self.max:
            total = sum(line.max for line in self.criteria)
            message = f"the lines of group {self.id} sum to {total}, its maximum is {self.max}"
            raise ValueError(message)
        return self


class BandRule(Part):
    """From how many marks on a meeting is in a band."""

    band: Band
    at_least: Marks
    source: Words
    confidence: Confidence


class Condition(Part):
    """What a band asks beside its marks: the maximum on these lines, else a lower band (R24)."""

    band: Band
    full_marks: Annotated[tuple[PlaceId, ...], Field(min_length=1, max_length=100, strict=False)]
    falls_to: Band
    source: Words
    confidence: Confidence

    @model_validator(mode="after")
    def _only_lowers(self) -> Self:
        if BANDS.index(self.falls_to) <= BANDS.index(self.band):
            message = f"falls_to: {self.falls_to} is not below {self.band}"
            raise ValueError(message)
        return self


class YearRule(Part):
    """When the meetings of a year make a good year (R25)."""

    every_meeting_at_least: Band
    band: Band
    times: Number


class ScoringProfile(RuleProfile):
    """How a meeting is scored."""

    subject: Literal["scoring"]
    groups: Annotated[tuple[Group, ...], Field(min_length=1, strict=False)]
    bands: Annotated[tuple[BandRule, ...], Field(strict=False)]
    conditions: Annotated[tuple[Condition, ...], Field(strict=False)] = ()
    year: YearRule | None = None
    cell_votes: Switch
    """Whether the cell votes on the score."""
    superior_confirms: Switch
    """Whether the superior's word makes it final."""

    @model_validator(mode="after")
    def _sums_to_the_whole(self) -> Self:
        total = sum(group.max for group in self.groups)
        if total != WHOLE:
            message = f"groups: the maxima sum to {total}, not {WHOLE}"
            raise ValueError(message)
        ids = [line.id for group in self.groups for line in (group, *group.criteria)]
        if twice := {id for id in ids if ids.count(id) > 1}:
            message = f"groups: {', '.join(sorted(twice))} stands twice"
            raise ValueError(message)
        for condition in self.conditions:
            if strange := [id for id in condition.full_marks if id not in ids]:
                message = f"conditions: there is no line {', '.join(strange)}"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _every_band(self) -> Self:
        named = [rule.band for rule in self.bands]
        if missing := [band for band in BANDS if band not in named]:
            message = f"bands: {', '.join(missing)} is missing"
            raise ValueError(message)
        marks = [rule.at_least for rule in self.bands]
        if tuple(named) != BANDS or marks != sorted(set(marks), reverse=True) or marks[-1] != 0:
            message = "bands: they stand best first, each once, from fewer marks than the one before, the last from 0"
            raise ValueError(message)
        return self

    def band_of(self, total: Decimal) -> Band:
        """The band by marks alone, compared exactly: 89.5 is fair where good begins at 90."""
        return next(rule.band for rule in self.bands if total >= rule.at_least)

    def line(self, id: str) -> Line:
        """One line of the sheet. Raises KeyError when there is none."""
        for group in self.groups:
            for line in (group, *group.criteria):
                if line.id == id:
                    return line
        raise KeyError(id)


# ------------------------------------------------------------------ one meeting


@dataclass(frozen=True)
class GroupMark:
    """What a group got."""

    id: str
    mark: Decimal
    max: int


@dataclass(frozen=True)
class Score:
    """A meeting's score: the sum, the band by marks, and the band after the profile's further conditions."""

    total: Decimal
    by_marks: Band
    band: Band
    groups: tuple[GroupMark, ...]
    not_full: tuple[str, ...] = ()
    """The lines whose missing maximum lowered the band."""


def score(profile: ScoringProfile, marks: Mapping[str, Decimal | int]) -> Score:
    """Add up a sheet: one mark for each group, or for each of its lines (R23, R24). Raises WrongMarks."""
    known = {line.id for group in profile.groups for line in (group, *group.criteria)}
    for id in marks:
        if id not in known:
            raise WrongMarks(
                id, f"Phiếu chấm không có mục {id}; đồng chí chấm theo khung.", f"The sheet has no line {id}."
            )
    given = {id: _exact(profile.line(id), mark) for id, mark in marks.items()}
    groups = tuple(GroupMark(group.id, _of_group(group, given), group.max) for group in profile.groups)
    total = sum((group.mark for group in groups), Decimal(0))
    by_marks = profile.band_of(total)
    band = by_marks
    not_full: tuple[str, ...] = ()
    for condition in profile.conditions:
        lacking = tuple(id for id in condition.full_marks if not _full(profile, id, given))
        if condition.band == by_marks and lacking:
            band = max(band, condition.falls_to, key=BANDS.index)
            not_full = (*not_full, *lacking)
    return Score(total, by_marks, band, groups, tuple(dict.fromkeys(not_full)))


def _exact(line: Line, mark: Decimal | int) -> Decimal:
    if isinstance(mark, bool) or not isinstance(mark, Decimal | int):
        raise TypeError(mark)
    exact = Decimal(mark)
    if not exact.is_finite() or not 0 <= exact <= line.max or exact != exact.quantize(FINEST):
        raise WrongMarks(
            line.id,
            f"Mục {line.id} chấm từ 0 đến {line.max} điểm, lẻ nhất hai chữ số; đang ghi {exact}.",
            f"Line {line.id} takes 0 to {line.max} marks, two decimals at most; it says {exact}.",
        )
    return exact


def _of_group(group: Group, given: Mapping[str, Decimal]) -> Decimal:
    lines = [line.id for line in group.criteria if line.id in given]
    if group.id in given:
        if lines:
            raise WrongMarks(
                group.id,
                f"Mục {group.id} đã chấm chung thì không chấm riêng {', '.join(lines)} nữa.",
                f"Group {group.id} is marked as a whole and again line by line ({', '.join(lines)}).",
            )
        return given[group.id]
    missing = [line.id for line in group.criteria if line.id not in given] if group.criteria else [group.id]
    if missing:
        listed = ", ".join(missing)
        raise WrongMarks(missing[0], f"Phiếu còn thiếu điểm mục {listed}.", f"The sheet lacks a mark for {listed}.")
    return sum((given[line.id] for line in group.criteria), Decimal(0))


def _full(profile: ScoringProfile, id: str, given: Mapping[str, Decimal]) -> bool:
    """Whether a line has its maximum; a whole group at its maximum has it on every line, otherwise it must be shown."""
    line = profile.line(id)
    if id in given:
        return given[id] == line.max
    if isinstance(line, Group):
        return all(given.get(one.id) == one.max for one in line.criteria)
    group = next(group for group in profile.groups if line in group.criteria)
    if given.get(group.id) == group.max:
        return True
    raise WrongMarks(
        id,
        f"Khung này xét riêng điểm mục {id}, nên mục {group.id} cần chấm từng dòng.",
        f"This frame looks at line {id} by itself, so group {group.id} must be marked line by line.",
    )


# ------------------------------------------------------------------ the year


def good_year(profile: ScoringProfile, meetings: Iterable[Band]) -> bool | None:
    """Whether the regular meetings of a year make a good year; None where the profile has no rule on it (R25)."""
    if profile.year is None:
        return None
    bands: Sequence[Band] = tuple(meetings)
    floor = BANDS.index(profile.year.every_meeting_at_least)
    every = bool(bands) and all(BANDS.index(band) <= floor for band in bands)
    return every and bands.count(profile.year.band) >= profile.year.times.value
