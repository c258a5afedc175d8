"""The published description of the streams."""

import json
from typing import Any

from shared.events.meeting import MeetingScheduled, NoticeIssued
from shared.events.minutes import OpinionRecorded
from shared.events.ranking import MemberRanked, TaskCompleted
from shared.stream.asyncapi import asyncapi


def document() -> dict[str, Any]:
    return asyncapi(
        "ranking",
        "0.2.0",
        site="local",
        hears={"scheduler": [NoticeIssued, MeetingScheduled]},
        says=[MemberRanked, TaskCompleted],
        url="redis://user:secret@broker:6379",
    )


def test_every_fact_stands_in_it_with_its_fields():
    schemas = document()["components"]["schemas"]
    assert {"MeetingScheduled", "NoticeIssued", "MemberRanked", "TaskCompleted"} <= schemas.keys()
    stored = schemas["StoredMemberRanked"]["properties"]
    assert stored["type"]["const"] == "chibo.MemberRanked.v1"
    assert stored["data"] == {"$ref": "#/components/schemas/MemberRanked"}
    assert {"id", "source", "subject", "recordedtime", "heard", "salt", "data"} <= stored.keys()
    text = json.dumps(schemas)
    for field in ("decided_rank", "agenda", "done_on", "lead_days"):
        assert f'"{field}"' in text


def test_it_says_which_streams_are_read_and_written():
    channels = document()["channels"]
    addresses = {channel["address"] for channel in channels.values()}
    assert addresses == {"chibo:{local}:scheduler:{epoch}", "chibo:{local}:ranking:{epoch}"}
    operations = {operation["action"] for operation in document()["operations"].values()}
    assert operations == {"receive", "send"}


def test_private_text_is_described_as_it_is_published():
    text = json.dumps(asyncapi("minutes", "0.2.0", site="local", hears={}, says=[OpinionRecorded], url=None))
    assert "keysha256" in text
    assert "Secret" not in text


def test_it_says_where_the_streams_are():
    assert [server["host"] for server in document()["servers"].values()] == ["broker:6379"]


def test_no_password_stands_in_it():
    assert "secret" not in json.dumps(document())


def test_a_service_that_hears_nobody_has_one_too():
    only = asyncapi("roster", "0.2.0", site="local", hears={}, says=[MemberRanked], url=None)
    assert len(only["channels"]) == 1
