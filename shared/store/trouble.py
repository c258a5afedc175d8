"""What can be wrong with a store: each a sentence for the person who runs the site, in both languages."""

from __future__ import annotations

from shared.events.envelope import LogName


class StoreTrouble(Exception):
    """A store cannot do what was asked. ``vi`` and ``en`` say what, why and what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


class StoreUnsafe(StoreTrouble):
    """Refused at start: with this setting an acknowledged fact could be lost."""


class StoreInUse(StoreTrouble):
    """Refused at start: another process owns this file."""


class StoreBroken(StoreTrouble):
    """A write or fsync failed: what is on the disk is not known, so the process must end and start again."""


class StoreFull(StoreTrouble):
    """No room on the disk: nothing was stored; reads go on and writes resume when there is room."""


class StoreAway(StoreTrouble):
    """The database does not answer; whether the last thing was stored is known when the same command is sent again."""


class Tampered(StoreTrouble):
    """What is stored does not agree with itself; ``index`` is the first fact concerned."""

    def __init__(self, index: int, what: str) -> None:
        super().__init__(
            f"Sự kiện số {index} trong sổ không còn khớp với chính nó ({what}). Không dùng tiếp sổ này; "
            "hãy chạy `chibo doctor` và khôi phục từ bản sao.",
            f"Fact {index} of the log does not agree with itself ({what}). Do not go on with this log; "
            "run `chibo doctor` and restore from a copy.",
        )
        self.index = index


class Raced(Exception):
    """Another process stored something this batch was decided without: load and decide again."""


class ClockBehind(Exception):
    """The clock is before the last ``recordedtime``, which another process or an earlier run has written."""

    def __init__(self, recordedtime: str) -> None:
        super().__init__(recordedtime)
        self.recordedtime = recordedtime


class Gap(Exception):
    """A fact was offered whose predecessor is missing: fetch from ``expected`` on and offer again."""

    def __init__(self, source: LogName, expected: int, offered: int) -> None:
        super().__init__(f"{source}: expected {expected}, was offered {offered}")
        self.source = source
        self.expected = expected
        self.offered = offered


class SourceStopped(StoreTrouble):
    """A fact that cannot be read and names no branch: nothing of this source is taken until a person has looked."""

    def __init__(self, source: LogName, index: int, reason: str) -> None:
        super().__init__(
            f"Ngừng nhận từ {source}: sự kiện số {index} không đọc được và không rõ của chi bộ nào ({reason}). "
            "Chưa mất gì; hãy xem sự kiện này rồi cho nhận tiếp.",
            f"Nothing more is taken from {source}: fact {index} cannot be read and names no branch ({reason}). "
            "Nothing is lost; look at this fact, then let it go on.",
        )
        self.source = source
        self.index = index
        self.reason = reason
