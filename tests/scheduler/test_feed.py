"""Calendar addresses: one open at a time for each, a new number each time, the address itself nowhere."""

from __future__ import annotations

from services.scheduler.application.calendars import token
from services.scheduler.domain.feed import CALENDAR, OpenCalendarFeed, WithdrawCalendarFeed
from shared.events.calendar_feed import CalendarFeedOpened, CalendarFeedWithdrawn
from tests.given_when_then import scenario
from tests.sample_branch import CODE
from tests.scheduler.october import known

given = scenario(CALENDAR, known())
branchs = CalendarFeedOpened(branch=CODE, revision=1)
own = CalendarFeedOpened(branch=CODE, member_id="M05", revision=1)
gone = CalendarFeedWithdrawn(branch=CODE, member_id="M05", revision=1)


def test_the_branch_and_a_member_each_have_their_own():
    given().when(OpenCalendarFeed()).then(branchs)
    given(branchs).when(OpenCalendarFeed(member_id="M05")).then(own)
    given(branchs, own).when(WithdrawCalendarFeed(member_id="M05")).then(gone)


def test_opening_or_withdrawing_twice_changes_nothing():
    given(own).when(OpenCalendarFeed(member_id="M05")).then()
    given(own, gone).when(WithdrawCalendarFeed(member_id="M05")).then()
    given().when(WithdrawCalendarFeed()).then()


def test_opened_again_it_has_another_number_and_so_another_address():
    given(own, gone).when(OpenCalendarFeed(member_id="M05")).then(own.model_copy(update={"revision": 2}))
    assert len({token(b"k", CODE, "M05", 1), token(b"k", CODE, "M05", 2), token(b"l", CODE, "M05", 1)}) == 3


def test_nobody_outside_the_branch_has_one():
    given().when(OpenCalendarFeed(member_id="M99")).refused("không có đồng chí nào mang mã M99")
    given().known(known(branch=None)).when(OpenCalendarFeed()).refused("chưa biết chi bộ này")


def test_it_is_told_without_the_address():
    for fact in (branchs, own, gone):
        assert set(type(fact).model_fields) == {"branch", "member_id", "revision"}
