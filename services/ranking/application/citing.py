"""How the rules of a ranking are cited to people: a regulation by its title, a criterion in words with its number."""

from __future__ import annotations

from typing import NamedTuple

from shared.events.ranking import RANK_WORDS, Rank
from shared.events.wording import percent, percent_en
from shared.rules import Limit, MonthlyRankingProfile, Profile
from shared.rules.ranking import AnnualRankingProfile, QuarterlyRankingProfile


class InWords(NamedTuple):
    """The same in both languages."""

    vi: str
    en: str


_TITLES_EN = {
    "Khung xếp loại tháng của chi bộ": "the branch's own frame for monthly ranks",
    "Hướng dẫn 43-HD/BTCTW và Kết luận 198-KL/TW": "Guidance 43-HD/BTCTW and Conclusion 198-KL/TW",
    "Quy định 124-QĐ/TW và Hướng dẫn 25-HD/BTCTW": "Regulation 124-QĐ/TW and Guidance 25-HD/BTCTW",
    "Quy định 366-QĐ/TW và Hướng dẫn 43-HD/BTCTW": "Regulation 366-QĐ/TW and Guidance 43-HD/BTCTW",
}
_SHARES = {
    "late_at_most": InWords("việc chậm không quá", "tasks late at most"),
    "failed_at_most": InWords("việc chưa hoàn thành không quá", "tasks not done at most"),
    "exceeded_at_least": InWords("việc vượt yêu cầu ít nhất", "tasks beyond what was asked at least"),
}
_SAID = {
    "tasks_due_in_the_month": InWords("tính các việc có hạn trong tháng", "the tasks due in the month are counted"),
    "tasks_due_in_the_period": InWords("tính các việc có hạn trong kỳ", "the tasks due in the period are counted"),
    "remarks_for_information": InWords(
        "nhận xét đã trao đổi với đồng chí, để tham khảo", "remarks shared with the member, for information"
    ),
    "quarters_feed_the_year": InWords("kết quả quý là căn cứ của năm", "the year rests on the quarters"),
    "months_for_information": InWords("xếp loại tháng, để tham khảo", "the months' ranks, for information"),
}


def title(profile: Profile) -> InWords:
    """What people call these rules; a title that was never translated stands as it is."""
    return InWords(profile.title, _TITLES_EN.get(profile.title, profile.title))


def criterion(profile: Profile, key: str) -> InWords | None:
    """The criterion behind a rule line's key; None for one these rules do not know."""
    rank, _, rest = key.partition(".")
    if key in _SAID:
        return _SAID[key]
    if key in RANK_WORDS:
        vi, en = RANK_WORDS[key]
        if key == "not_completed":
            return InWords(f"mức {vi}, khi không đạt mức nào ở trên", f"{en}, where none above is reached")
        return InWords(f"mức {vi}, mức cao nhất đạt mọi điều kiện", f"{en}, the highest whose every condition is met")
    match profile:
        case MonthlyRankingProfile():
            rule = next((one for one in profile.ranks if one.rank == rank), None)
            return None if rule is None else _share(rule.rank, rest, getattr(rule, rest))
        case AnnualRankingProfile() | QuarterlyRankingProfile():
            return _by_points(profile, key)
        case _:
            return None


def _by_points(profile: AnnualRankingProfile | QuarterlyRankingProfile, key: str) -> InWords | None:
    asked = {
        "completed.all_done": _from("completed", "mọi việc đều hoàn thành", "every task done"),
        "completed.late_at_most": _share("completed", "late_at_most", profile.late_at_most),
        "good.all_on_time": _from("good", "mọi việc đúng hạn", "every task on time"),
        "excellent.exceeded_at_least": _share("excellent", "exceeded_at_least", profile.exceeded_at_least),
        "excellent.remedied": _from(
            "excellent", "hạn chế trước đây đã khắc phục hết", "earlier shortcomings all remedied"
        ),
    }
    for band in profile.bands:
        least = band.at_least
        asked[f"bands.{band.rank}"] = _from(band.rank, f"từ {least} điểm", f"from {least} points")
    if isinstance(profile, AnnualRankingProfile):
        asked["discipline"] = asked["discipline.counted"] = _discipline(profile)
    return asked.get(key)


def _share(rank: Rank, key: str, limit: Limit) -> InWords:
    vi, en = _SHARES[key]
    part, whole = limit.numerator, limit.denominator
    return _from(rank, f"{vi} {percent(part, whole)}", f"{en} {percent_en(part, whole)}")


def _from(rank: Rank, vi: str, en: str) -> InWords:
    return InWords(f"mức {RANK_WORDS[rank][0]}: {vi}", f"{RANK_WORDS[rank][1]}: {en}")


def _discipline(profile: AnnualRankingProfile) -> InWords:
    if not profile.discipline.caps.value:
        return InWords("kỷ luật trong năm không hạ mức", "a discipline of the year lowers no rank")
    lowest, rules = RANK_WORDS["not_completed"], profile.discipline
    vi, en = f"bị kỷ luật trong năm thì xếp mức {lowest[0]}", f"a discipline of the year makes it {lowest[1]}"
    if rules.spares_self_detected.value:
        return InWords(f"{vi}, trừ khi tự phát hiện và đã khắc phục", f"{en}, unless self-detected and remedied")
    return InWords(vi, en)
