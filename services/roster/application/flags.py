"""Days that passed without the fact that was to come, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from services.roster.application.answers import Answer, named, people_of, sheets_of
from services.roster.domain.flags import StandingFlag
from services.roster.projections import Person
from shared.authorise import Actor
from shared.events.roster_flag import FLAG_WORDS, TO_DO, Flag
from shared.events.sealed import Keys

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class FlagShown(Answer):
    """A flag in words, with the fact it waits for."""

    flag: Flag
    rule: str
    item: str
    member_id: str
    due_on: date
    detected_on: date
    missing: str
    cleared_on: date | None
    answered: bool | None
    vi: str
    en: str


SEE_REMARKS = frozenset({"secretary", "deputy_secretary", "committee_member", "service"})


def of_remark(flag: StandingFlag) -> bool:
    return flag.flag in ("remark_not_shared", "correction_not_reviewed")


def in_words(flag: StandingFlag, people: Mapping[str, Person], keys: Keys) -> FlagShown:
    (vi, en), (to_do_vi, to_do_en) = FLAG_WORDS[flag.flag], TO_DO[flag.flag]
    name = named(flag.member_id, people, keys).name or flag.member_id
    return FlagShown(
        flag=flag.flag,
        rule=flag.rule,
        item=flag.item,
        member_id=flag.member_id,
        due_on=flag.due_on,
        detected_on=flag.detected_on,
        missing=flag.missing,
        cleared_on=flag.cleared_on,
        answered=flag.answered,
        vi=f"Hết ngày {flag.due_on:%d/%m/%Y} {vi} đ/c {name}; {to_do_vi}.",
        en=f"By the end of {flag.due_on:%d/%m/%Y} {en} {name}; {to_do_en}.",
    )


def flags(reader: ViewReader, code: str, asker: Actor, keys: Keys) -> list[FlagShown]:
    """Flags of the branch, standing ones first; those about remarks are for the committee."""
    found = [one for shown in sheets_of(reader, code).values() for one in shown.sheet.flags]
    found += [one for shown in reader.scan("localities", code) for one in shown.locality.flags]
    seen = [one for one in found if asker.roles & SEE_REMARKS or not of_remark(one)]
    people = people_of(reader, code)
    seen.sort(key=lambda one: (one.cleared_on is not None, one.due_on, one.item))
    return [in_words(one, people, keys) for one in seen]
