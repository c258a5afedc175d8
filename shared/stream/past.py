"""What to say when somebody knows more of a log, or something else, than the log itself."""

from __future__ import annotations

from typing import NamedTuple

from shared.events.envelope import LogName


class Sentence(NamedTuple):
    vi: str
    en: str


def another_past(log: LogName, known: int, head: int, who: Sentence) -> Sentence:
    """Why this service stops writing: ``who`` knows fact ``known``, which is not what stands here."""
    if known > head:
        return Sentence(
            f"{who.vi} biết {log} đến sự kiện số {known}, ở đây chỉ có đến số {head}: tệp dữ liệu này là bản cũ chép "
            "lại. Đã ngừng ghi để không mất sự kiện nào; việc đọc vẫn bình thường. Đề nghị báo người quản trị phục "
            f"hồi dữ liệu trước khi ghi tiếp: chibo restore {log.service}.",
            f"{who.en} knows {log} up to fact {known}, here it ends at {head}: this data file is an old copy put "
            "back. Writing has stopped so that no fact is lost; reading goes on. Have the data restored before "
            f"writing again: chibo restore {log.service}.",
        )
    return Sentence(
        f"Sự kiện số {known} của {log} ở {who.vi} khác với ở đây: một trong hai nơi đã có quá khứ khác. Đã ngừng ghi "
        "để không mất sự kiện nào; việc đọc vẫn bình thường. Đề nghị báo người quản trị đối chiếu trước khi ghi tiếp.",
        f"Fact {known} of {log} is another one at {who.en} than here: one of the two has a different past. Writing "
        "has stopped so that no fact is lost; reading goes on. Have both compared before writing again.",
    )


def another_log(log: LogName, epoch: str, who: Sentence) -> Sentence:
    """Why this service stops writing: ``who`` knows it in an epoch from which this log does not go on."""
    return Sentence(
        f"{who.vi} biết sổ {log.service} ở kỳ {epoch}, ở đây là kỳ {log.epoch} và không nối tiếp kỳ đó: tệp dữ liệu đã "
        "bị thay bằng một sổ khác hoặc sổ trống. Đã ngừng ghi; việc đọc vẫn bình thường. Đề nghị báo người quản trị "
        "đặt lại đúng tệp.",
        f"{who.en} knows the log of {log.service} in epoch {epoch}, here it is epoch {log.epoch}, which does not go on "
        "from that one: the data file was replaced by another log or an empty one. Writing has stopped; reading goes "
        "on. Have the right file put back.",
    )
