"""Private keys under PINs, on real files: what is kept, what a wrong PIN costs, what is gone for good."""

from __future__ import annotations

import json
import sqlite3
import stat
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from pydantic import SecretStr

from shared.signing import KeyStatement, key_id, verifies
from shared.store.signing_keys import (
    Locked,
    OtherPin,
    SigningKeys,
    TooSoon,
    Wrapping,
    WrongPin,
    wait_after,
    weak,
)
from shared.store.trouble import StoreUnsafe

OWNER = "member/99.001.002.000.011/M04"
PIN, NEW_PIN, WRONG = SecretStr("294806"), SecretStr("750318"), SecretStr("294807")
NOW = datetime(2026, 10, 5, 9, 40, tzinfo=UTC)
CHEAP = Wrapping(memory_kib=64, passes=1, lanes=1)
TEXT = "some lines\n"

Open = Callable[..., SigningKeys]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def open_(tries: int = 5, wrapping: Wrapping | None = CHEAP) -> SigningKeys:
        return SigningKeys(tmp_path / "signing.db", tmp_path / "site.key", tries=tries, wrapping=wrapping)

    return open_


def made(store: SigningKeys, wish: str = "w1", pin: SecretStr = PIN) -> str:
    return store.make(OWNER, wish, pin, now=NOW).key_id


def test_a_key_made_with_a_pin_proves_itself_and_signs(opened: Open):
    store = opened()
    new = store.make(OWNER, "w1", PIN, now=NOW)
    assert new.key_id == key_id(new.public_key)
    assert verifies(new.public_key, KeyStatement(owner=OWNER, key=new.public_key).text(), new.proof)
    assert verifies(new.public_key, TEXT, store.sign(new.key_id, PIN, TEXT, NOW))


def test_argon2id_runs_as_rfc_9106_recommends_and_its_numbers_stand_beside_the_key(opened: Open, tmp_path: Path):
    store = opened(wrapping=None)
    key = made(store)
    assert store.sign(key, PIN, TEXT, NOW)
    kept = sqlite3.connect(tmp_path / "signing.db").execute("SELECT parameters, length(salt) FROM signing_key")
    parameters, salt = kept.fetchone()
    assert json.loads(parameters) == {
        "function": "argon2id",
        "version": 19,
        "memory_kib": 65_536,
        "passes": 3,
        "lanes": 4,
    }
    assert salt == 16


def test_a_key_made_at_an_earlier_cost_still_opens(opened: Open):
    key = made(opened())
    assert opened(wrapping=Wrapping(memory_kib=128, passes=2, lanes=1)).sign(key, PIN, TEXT, NOW)


def test_neither_pin_nor_private_key_stands_in_the_file(opened: Open, tmp_path: Path):
    store = opened()
    made(store)
    private = store._open(store._row("wish", "w1"), PIN)  # type: ignore[arg-type]
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert PIN.get_secret_value().encode() not in content
        assert private not in content
        assert private.hex().encode() not in content
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_file_without_the_sites_secret_opens_with_no_pin(opened: Open, tmp_path: Path):
    key = made(opened())
    (tmp_path / "site.key").unlink()
    with pytest.raises(WrongPin):
        opened().sign(key, PIN, TEXT, NOW)


def test_a_wrapped_key_moved_to_another_owner_does_not_open(opened: Open, tmp_path: Path):
    key = made(opened())
    with sqlite3.connect(tmp_path / "signing.db") as database:
        database.execute("UPDATE signing_key SET owner = 'member/99.001.002.000.011/M05'")
    with pytest.raises(WrongPin):
        opened().sign(key, PIN, TEXT, NOW)


def test_the_same_wish_gives_the_same_key_and_another_pin_is_told_apart(opened: Open):
    store = opened()
    assert made(store) == made(store)
    with pytest.raises(OtherPin):
        made(store, pin=NEW_PIN)
    with pytest.raises(OtherPin):
        store.make("member/99.001.002.000.011/M05", "w1", PIN, now=NOW)


def test_a_pin_typed_in_another_composition_is_the_same(opened: Open):
    store = opened()
    key = made(store, pin=SecretStr("Đồng chí 5"))
    assert store.sign(key, SecretStr(unicodedata.normalize("NFD", "Đồng chí 5")), TEXT, NOW)


# ---- wrong PINs


def test_wrong_pins_are_counted_waits_grow_and_the_last_one_locks(opened: Open):
    store, at = opened(tries=5), NOW
    key = made(store)
    left, waits = [], []
    for _ in range(4):
        with pytest.raises(WrongPin) as wrong:
            store.sign(key, WRONG, TEXT, at)
        left.append(wrong.value.left)
        waits.append(wrong.value.wait.total_seconds())
        at += wrong.value.wait
    assert (left, waits) == ([4, 3, 2, 1], [0, 0, 30, 60])
    with pytest.raises(Locked):
        store.sign(key, WRONG, TEXT, at)
    with pytest.raises(Locked):
        store.sign(key, PIN, TEXT, at + timedelta(days=1))


def test_too_soon_is_not_looked_at_and_does_not_count(opened: Open):
    store = opened(tries=5)
    key = made(store)
    for _ in range(3):
        with pytest.raises(WrongPin):
            store.sign(key, WRONG, TEXT, NOW)
    with pytest.raises(TooSoon) as soon:
        store.sign(key, PIN, TEXT, NOW + timedelta(seconds=29))
    assert (soon.value.wait, soon.value.left) == (timedelta(seconds=1), 2)
    assert store.sign(key, PIN, TEXT, NOW + timedelta(seconds=30))


def test_neither_a_restart_nor_a_second_process_gives_another_try(opened: Open):
    key = made(opened(tries=2))
    with pytest.raises(WrongPin):
        opened(tries=2).sign(key, WRONG, TEXT, NOW)
    with pytest.raises(Locked):
        opened(tries=2).sign(key, WRONG, TEXT, NOW)


def test_the_right_pin_begins_the_count_anew(opened: Open):
    store = opened(tries=2)
    key = made(store)
    for _ in range(3):
        with pytest.raises(WrongPin):
            store.sign(key, WRONG, TEXT, NOW)
        assert store.sign(key, PIN, TEXT, NOW)


def test_a_clock_put_back_waits_once_and_no_longer(opened: Open):
    store = opened(tries=5)
    key = made(store)
    for _ in range(3):
        with pytest.raises(WrongPin):
            store.sign(key, WRONG, TEXT, NOW)
    with pytest.raises(TooSoon) as soon:
        store.sign(key, PIN, TEXT, NOW - timedelta(days=400))
    assert soon.value.wait == timedelta(seconds=30)


def test_waits_double_up_to_an_hour():
    assert [wait_after(tries).total_seconds() for tries in range(12)] == [
        *(0, 0, 0),
        *(30, 60, 120, 240, 480, 960, 1920, 3600, 3600),
    ]


def test_the_count_is_taken_before_the_pin_is_tried(opened: Open, monkeypatch: pytest.MonkeyPatch):
    """A process that dies while it tries has used up its try."""
    store = opened(tries=2)
    key = made(store)

    def dies(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_open", dies)
    with pytest.raises(KeyboardInterrupt):
        store.sign(key, PIN, TEXT, NOW)
    with pytest.raises(Locked):
        opened(tries=2).sign(key, WRONG, TEXT, NOW)


@pytest.mark.parametrize("pin", ["12345", "000000", "123456", "987654", "abcdef", ""])
def test_a_pin_anybody_would_try_first_is_weak(pin: str):
    assert weak(SecretStr(pin), 6)


@pytest.mark.parametrize("pin", ["294806", "112233", "Mùa gặt"])
def test_other_pins_are_not_weak(pin: str):
    assert not weak(SecretStr(pin), 6)


# ---- replacing, forgetting


def test_the_old_key_vouches_for_the_new_one_with_the_old_pin(opened: Open):
    store = opened()
    old = store.make(OWNER, "w1", PIN, now=NOW)
    new = store.make(OWNER, "w2", NEW_PIN, replaces=old.key_id, old_pin=PIN, now=NOW)
    text = KeyStatement(owner=OWNER, key=new.public_key, replaces=old.key_id).text()
    assert new.endorsement is not None
    assert verifies(old.public_key, text, new.endorsement)
    assert verifies(new.public_key, text, new.proof)
    store.forget(old.key_id)
    assert store.make(OWNER, "w2", NEW_PIN, replaces=old.key_id, old_pin=PIN, now=NOW) == new


def test_no_key_is_kept_when_the_old_pin_is_wrong(opened: Open):
    store = opened()
    old = made(store)
    with pytest.raises(WrongPin):
        store.make(OWNER, "w2", NEW_PIN, replaces=old, old_pin=WRONG, now=NOW)
    assert store._row("wish", "w2") is None


def test_a_forgotten_key_signs_no_more_and_leaves_nothing(opened: Open, tmp_path: Path):
    store = opened()
    key = made(store)
    row = store._row("wish", "w1")
    assert row is not None
    store.forget(key)
    store.forget(key)
    with pytest.raises(KeyError):
        store.sign(key, PIN, TEXT, NOW)
    assert row.wrapped not in (tmp_path / "signing.db").read_bytes()


# ---- the site


def test_the_site_has_one_key_made_at_first_and_the_next_is_vouched_for(opened: Open):
    store = opened()
    first = store.site_key("local")
    assert opened().site_key("local") == first
    text = KeyStatement(owner="site/local", key=first.public_key).text()
    assert verifies(first.public_key, text, first.proof)
    second = store.renew_site_key("local", "w9", first.key_id)
    assert store.renew_site_key("local", "w9", first.key_id) == second
    renewed = KeyStatement(owner="site/local", key=second.public_key, replaces=first.key_id).text()
    assert second.endorsement is not None
    assert verifies(first.public_key, renewed, second.endorsement)
    assert store.site_key("local").key_id == second.key_id
    assert verifies(second.public_key, TEXT, store.sign_as_site(second.key_id, TEXT))


def test_no_pin_opens_the_sites_key_and_the_site_signs_with_nobody_elses(opened: Open):
    store = opened()
    with pytest.raises(KeyError):
        store.sign(store.site_key("local").key_id, PIN, TEXT, NOW)
    with pytest.raises(KeyError):
        store.sign_as_site(made(store), TEXT)


def test_the_sites_key_does_not_open_with_another_secret(opened: Open, tmp_path: Path):
    key = opened().site_key("local").key_id
    (tmp_path / "site.key").unlink()
    with pytest.raises(InvalidTag):
        opened().sign_as_site(key, TEXT)


def test_a_secret_others_can_read_is_refused(opened: Open, tmp_path: Path):
    opened()
    (tmp_path / "site.key").chmod(0o644)
    with pytest.raises(StoreUnsafe):
        opened()
