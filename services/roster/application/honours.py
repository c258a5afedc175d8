"""Awards that count on a day, results of the years, years running."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from services.roster.application.answers import Answer, branch_document
from services.roster.domain.honour import Given, Honours, YearResult, running
from services.roster.projections import KeptFile

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class YearsRunning(Answer):
    """How many years end without a break, and how many of them are proven by a scan kept here."""

    until: int
    years: int
    scanned: int


class ResultShown(YearResult):
    """A year's result, and whether the scan of its decision lies here; where not, what to do about it."""

    scan: Literal["none", "not_kept", "kept"]
    vi: str | None
    en: str | None


class HonoursOnDay(Answer):
    """Awards that count on a day, coverage of the members, results of the years."""

    day: date
    awards: tuple[Given, ...]
    revoked: tuple[Given, ...]
    covered: tuple[str, ...]
    """Members on the list who have an award that counts."""
    on_list: int
    results: tuple[ResultShown, ...]
    branch_running: YearsRunning
    members_running: dict[str, YearsRunning]


def honours(reader: ViewReader, code: str, day: date) -> HonoursOnDay:
    """What the branch and those in it were given, as of a day."""
    branch = branch_document(reader, code)
    held: Honours = reader.get("honours", code, "") or Honours()
    kept = {one.sha256 for one in cast("list[KeptFile]", reader.scan("kept_files", code)) if one.attachments}
    results = sorted(held.results, key=lambda one: (one.member_id or "", one.year))
    counting = tuple(one for one in held.awards if one.counts_on(day))
    here = [id for id in branch.roster(day) if branch.standing_on(id, day) != "temporary_here"]
    with_results = {one.member_id for one in held.results if one.member_id is not None}
    return HonoursOnDay(
        day=day,
        awards=counting,
        revoked=tuple(one for one in held.awards if one.revoked_on is not None and one.revoked_on <= day),
        covered=tuple(id for id in here if any(one.member_id == id for one in counting)),
        on_list=len(here),
        results=tuple(_result(one, kept) for one in results),
        branch_running=_running(held, None, day, kept),
        members_running={id: _running(held, id, day, kept) for id in here if id in with_results},
    )


def _result(one: YearResult, kept: Collection[str]) -> ResultShown:
    told = one.model_dump()
    if one.scan_sha256 in kept:
        return ResultShown(**told, scan="kept", vi=None, en=None)
    decision_vi = f"quyết định số {one.decision_no}, kết quả năm {one.year}"
    decision_en = f"decision {one.decision_no} for {one.year}"
    if one.scan_sha256 is None:
        return ResultShown(
            **told,
            scan="none",
            vi=f"Chưa có bản quét {decision_vi}. Đồng chí tải bản quét lên, đính kèm theo số quyết định, rồi nhập lại "
            "kết quả này kèm mã của tệp; kết quả đã nhập vẫn tính.",
            en=f"There is no scan of {decision_en}. Upload it, attach it under that number, then enter this result "
            "again with the file's hash; what was entered counts meanwhile.",
        )
    return ResultShown(
        **told,
        scan="not_kept",
        vi=f"Bản quét {decision_vi} chưa được đính kèm ở đây. Đồng chí tải tệp lên và đính kèm theo số quyết định; "
        "kết quả đã nhập vẫn tính, không phải nhập lại.",
        en=f"The scan of {decision_en} is not attached here yet. Upload the file and attach it under that number; the "
        "result counts meanwhile and need not be entered again.",
    )


def _running(held: Honours, member_id: str | None, day: date, kept: Collection[str]) -> YearsRunning:
    """Counted back from the last year that is over; from this one where its result is known already."""
    results = held.results_of(member_id)
    until = day.year if day.year in results else day.year - 1
    years = running(((year, one.result) for year, one in results.items()), until)
    scanned = sum(results[year].scan_sha256 in kept for year in range(until - years + 1, until + 1))
    return YearsRunning(until=until, years=years, scanned=scanned)
