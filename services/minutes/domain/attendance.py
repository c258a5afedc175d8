"""Who is in the room when: intervals, from the minute of coming until the minute of going."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shared.events.minutes import Interval

Intervals = tuple[Interval, ...]


def covers(intervals: Iterable[Interval], at: str) -> bool:
    """In the room at that instant; who goes at 15:40 is no longer there at 15:40."""
    return any(one.from_at <= at and (one.to_at is None or at < one.to_at) for one in intervals)


def throughout(intervals: Iterable[Interval], start: str, end: str | None) -> bool:
    """In the room the whole time from ``start`` until ``end``; None: to the end of the meeting."""
    return any(
        one.from_at <= start and (one.to_at is None or (end is not None and end <= one.to_at)) for one in intervals
    )


def there_at(presence: Mapping[str, Intervals], at: str) -> frozenset[str]:
    """Everybody in the room at that instant."""
    return frozenset(member for member, intervals in presence.items() if covers(intervals, at))


def arrive(intervals: Intervals, at: str) -> Intervals:
    """One more stay, from that instant on."""
    return (*intervals, Interval(from_at=at, to_at=None))


def depart(intervals: Intervals, at: str) -> Intervals:
    """The stay that is still open ends at that instant."""
    return tuple(Interval(from_at=one.from_at, to_at=at) if one.to_at is None else one for one in intervals)


def in_order(intervals: Sequence[Interval]) -> bool:
    """Each stay ends after it begins, none begins before the one before has ended."""
    ends = [one.to_at for one in intervals]
    return all(one.to_at is None or one.from_at < one.to_at for one in intervals) and all(
        end is not None and end <= later.from_at for end, later in zip(ends, intervals[1:], strict=False)
    )


def until(intervals: Intervals, at: str) -> Intervals:
    """The same stays, those still open ended at that instant; what begins later is left out."""
    return tuple(
        Interval(from_at=one.from_at, to_at=at if one.to_at is None else min(one.to_at, at))
        for one in intervals
        if one.from_at < at
    )


def holder_at(turns: Sequence[tuple[str, str]], at: str) -> str:
    """Who held the chair or the pen at that instant: (from, member) in order of time."""
    return next((member for start, member in reversed(turns) if start <= at), turns[0][1])
