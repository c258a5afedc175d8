"""How commands are called: help pages in the language wanted, and a sentence for a call that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, cast

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from services.cli.voice import Failed, voice

WrongCall = cast("type[Exception]", typer.BadParameter.__mro__[1])
"""What is raised when a command is called wrongly; it has no public name."""
WRONG_CALLS = {
    "NoSuchOption": "Không có tùy chọn {}.",
    "MissingParameter": "Còn thiếu {}.",
    "BadParameter": "Mục {} ghi chưa đúng.",
    "BadOptionUsage": "Tùy chọn {} ghi chưa đúng.",
    "BadArgumentUsage": "Một mục ghi chưa đúng.",
    "UsageError": "Lệnh gọi chưa đúng.",
}
PLACES = {
    "branch": "mã chi bộ",
    "command": "tên lệnh",
    "file": "tệp",
    "folder": "thư mục",
    "meeting": "buổi họp",
    "member": "mã đảng viên",
    "period": "kỳ",
    "service": "dịch vụ",
    "words": "chữ cần tìm",
}
"""What is put in its place without a name of its own."""
BETWEEN = " · "
"""Stands between the two languages of a help text."""


def close_to(typed: str, names: Iterable[str], most: int) -> list[str]:
    """Which names may have been meant; capitals do not count."""
    spelt = {name.casefold(): name for name in names}
    return [spelt[near] for near in get_close_matches(typed.casefold(), spelt, most)]


class Called(TyperCommand):
    """A command whose help page speaks the language wanted."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        return _to_this_page(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _translated(self, ctx)
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """A group of commands whose help page does the same."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        self.subcommand_metavar = voice.one("LỆNH …", "COMMAND …")
        _usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        return _to_this_page(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        for command in (self, *self.commands.values()):
            _translated(command, ctx)
        super().format_help(ctx, formatter)


class Desk(Group):
    """All of it; ends a failed command with its sentence and exit code, never with a traceback."""

    def make_context(self, *given: Any, **more: Any) -> Any:
        return self._answered(lambda: super(Desk, self).make_context(*given, **more))

    def invoke(self, ctx: Any) -> Any:
        return self._answered(lambda: super(Desk, self).invoke(ctx))

    def _answered(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Failed as failure:
            voice.failed(failure)
            raise typer.Exit(failure.code) from None
        except WrongCall as wrong:
            vi = WRONG_CALLS.get(type(wrong).__name__)
            if vi is None:  # the help that is shown where nothing was asked
                raise
            raise _say_wrong_call(wrong, vi) from None


def speaks_everywhere(app: typer.Typer) -> None:
    """Give every command of the groups under this one the help page of this module."""
    for command in app.registered_commands:
        command.cls = Called
    for group in app.registered_groups:
        group.cls = Group
        if group.typer_instance is not None:
            speaks_everywhere(group.typer_instance)


def _say_wrong_call(wrong: Any, vi: str) -> typer.Exit:
    """Say what is wrong with a call and where the right one is shown."""
    path = wrong.ctx.command_path if wrong.ctx else "chibo"
    en = wrong.format_message().rstrip(".").replace("Value error, ", "")
    if en.startswith("No such command"):
        vi = "Không có lệnh này."
    param = getattr(wrong, "param", None)
    place = PLACES.get(getattr(param, "name", ""), "") if isinstance(param, TyperArgument) else ""
    named = f"«{place or getattr(wrong, 'option_name', None) or (param.opts[0] if param else '')}»"
    voice.say(
        f"{vi.format(named)} Đồng chí xem cách gọi: {path} -h",
        f"{en}. See how it is called: {path} -h",
        style="bold red",
    )
    return typer.Exit(2)


def _usage(command: Any, ctx: Any, formatter: Any) -> None:
    if command.options_metavar:
        command.options_metavar = voice.one("[tùy chọn]", "[options]")
    pieces = command.collect_usage_pieces(ctx)
    formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{voice.both('Cách gọi', 'Usage')}: ")


def _to_this_page(option: Any) -> Any:
    if option is not None:
        option.help = voice.both("Xem trang này.", "Show this page.")
    return option


def _translated(command: Any, ctx: Any) -> None:
    """Everything a help page says besides names and types."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = voice.both("Mục", "Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = voice.both("Tùy chọn", "Options")
    rich_utils.COMMANDS_PANEL_TITLE = voice.both("Lệnh", "Commands")
    rich_utils.DEFAULT_STRING = f"[{voice.both('mặc định', 'default')}: {{}}]"
    rich_utils.ENVVAR_STRING = f"[{voice.both('biến môi trường', 'variable')}: {{}}]"
    rich_utils.REQUIRED_LONG_STRING = f"[{voice.both('phải có', 'required')}]"
    for param in command.get_params(ctx):
        shown = param.display_type_rich(ctx=ctx) or ""
        choice = shown.replace("|", " | ") if "|" in shown else None  # only a choice is news
        param.display_type_rich = lambda *_, choice=choice, **__: choice
        if isinstance(param, TyperArgument):
            param.metavar = voice.one(PLACES.get(param.name or "", param.name), param.name)
    for one in (command, *command.params):
        if one.help and BETWEEN in one.help:
            vi, _, en = one.help.partition(BETWEEN)
            one.help = voice.both(vi, en)
