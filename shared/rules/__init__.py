"""Rules are data: the numbers of the regulations, in dated profiles, each number with its source and confidence."""

from shared.rules.book import RuleBook, WrongRules, load, profile_for, shipped
from shared.rules.profile import (
    Limit,
    MeetingProfile,
    MembershipProfile,
    MonthlyRankingProfile,
    Number,
    Profile,
    Rank,
    RankRule,
    Share,
    Switch,
)

__all__ = [
    "Limit",
    "MeetingProfile",
    "MembershipProfile",
    "MonthlyRankingProfile",
    "Number",
    "Profile",
    "Rank",
    "RankRule",
    "RuleBook",
    "Share",
    "Switch",
    "WrongRules",
    "load",
    "profile_for",
    "shipped",
]
