"""One connection to Redis that never comes back by itself.

A client from a pool reconnects silently. Whoever sends a log must not: the server may have come back with less
than it had, and the next fact sent would leave a hole. Here a lost connection is an error, and the caller looks
again where the stream stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.asyncio.connection import Connection, parse_url
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as NoAnswer

Words = Sequence[bytes | str | int]
Command = Words | bytes
"""One command word by word, or as ``packed`` made it."""

LOST = (LostConnection, NoAnswer, OSError)
"""What tells that the connection is gone; anything else is the server's answer."""


def word(raw: bytes) -> bytes:
    """One word of a command as Redis reads it (RESP, bulk string)."""
    return b"$%d\r\n%b\r\n" % (len(raw), raw)


def packed(words: Words) -> bytes:
    """A command as Redis reads it; the library's own way takes three times as long."""
    parts = [word(each if isinstance(each, bytes) else str(each).encode()) for each in words]
    return b"*%d\r\n%b" % (len(parts), b"".join(parts))


class Line:
    """An open connection; every call has a time limit."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds

    @classmethod
    async def open(cls, url: str, seconds: float = 10.0) -> Line:
        """Connect. Raises one of LOST when nobody answers."""
        options: dict[str, Any] = dict(parse_url(url))
        kind: type[Connection] = options.pop("connection_class", Connection)
        # Limits are set around whole batches; the library would set one around each of a thousand replies.
        options.update(socket_timeout=None, socket_connect_timeout=seconds, protocol=2, driver_info=None)
        connection = kind(**options)
        try:
            async with asyncio.timeout(seconds):
                await connection.connect()  # type: ignore[no-untyped-call]
        except TimeoutError:
            raise NoAnswer(f"no connection within {seconds} s") from None
        return cls(connection, seconds)

    async def ask(self, *command: bytes | str | int) -> Any:
        """Send one command. Raises ResponseError when the server refuses it."""
        (answer,) = await self.ask_all([command])
        if isinstance(answer, ResponseError):
            raise answer
        return answer

    async def ask_all(self, commands: Sequence[Command]) -> list[Any]:
        """Send all commands at once; the answers come in their order, refusals among them as ResponseError."""
        connection = self._connection
        if not connection.is_connected:
            raise LostConnection("the connection was lost")
        try:
            async with asyncio.timeout(self._seconds):
                sent = [command if isinstance(command, bytes) else packed(command) for command in commands]
                await connection.send_packed_command(b"".join(sent), check_health=False)
                # The parser's own reader: what is done around each reply costs more than the reply.
                parser: Any = connection._parser  # noqa: SLF001
                answers: list[Any] = []
                while len(answers) < len(commands):
                    answer = parser._reader.gets()  # noqa: SLF001
                    if answer is NOT_ENOUGH_DATA:
                        await parser.read_from_socket()
                    elif isinstance(answer, LostConnection):
                        raise answer
                    else:
                        answers.append(answer)
                return answers
        except TimeoutError:
            raise NoAnswer(f"no answer within {self._seconds} s") from None

    async def close(self) -> None:
        await self._connection.disconnect(nowait=True)
