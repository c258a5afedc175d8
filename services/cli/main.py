"""The command line: ``chibo``. Data go to stdout, talk to stderr; exit 0 done, 1 refused or failed, 2 wrong use."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from services.cli.calling import Desk, speaks_everywhere
from services.cli.voice import Failed, Language, voice

if TYPE_CHECKING:
    from services.cli.papers import Copy, Fetched
    from services.cli.site import Answer, Site
    from shared.settings import Settings


app = typer.Typer(
    cls=Desk,
    name="chibo",
    help="Đời sống một chi bộ, ghi bằng những việc đã xảy ra. · The life of a Party cell, told in facts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
branch_app = typer.Typer(no_args_is_help=True, help="Chi bộ và danh sách đảng viên. · The branch and its members.")
meeting_app = typer.Typer(no_args_is_help=True, help="Các buổi sinh hoạt. · Meetings.")
events_app = typer.Typer(no_args_is_help=True, help="Việc đã ghi, theo thứ tự. · The facts as they are written.")
parked_app = typer.Typer(no_args_is_help=True, help="Việc phải để riêng. · Facts that had to be parked.")
app.add_typer(branch_app, name="branch")
app.add_typer(meeting_app, name="meeting")
app.add_typer(events_app, name="events")
app.add_typer(parked_app, name="parked")
rank_app = typer.Typer(no_args_is_help=True, help="Xếp loại đảng viên. · Ranks of members.")
app.add_typer(rank_app, name="rank")

AsJson = Annotated[bool, typer.Option("--json", help="In dạng JSON. · Print JSON.")]
OneService = Annotated[
    str, typer.Argument(help="Tên dịch vụ. · The service: roster, scheduler, minutes, ranking, hub.")
]
OneBranch = Annotated[str | None, typer.Option("--branch", "-b", help="Mã chi bộ. · The branch's code.")]
PrintedAs = Annotated[
    Literal["pdf", "docx", "xlsx"],
    typer.Option("--as", help="PDF, Word để sửa, hoặc bảng tính (bảng và phiếu). · PDF, Word; tables as a workbook."),
]
IntoFile = Annotated[Path | None, typer.Option("--out", "-o", help="Ghi vào tệp nào. · Which file.")]
WhoPrints = Annotated[
    str,
    typer.Option(
        "--actor",
        "-a",
        help="Ai in; phần chỉ chi bộ đọc chỉ có trong bản của đảng viên. · Who prints; members get the full copy.",
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"chibo {version('chibo')}")
        raise typer.Exit


def _language(given: Language | None) -> None:
    if given:
        voice.language = given


@app.callback()
def everything(
    language: Annotated[
        Language | None,
        typer.Option(
            "--lang", envvar="CHIBO_LANG", callback=_language, help="Một thứ tiếng thôi. · One language only."
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Số phiên bản. · The version.")
    ] = False,
) -> None:
    """Options of every command."""


# ---------------------------------------------------------------- what commands stand on


def _settings(**given: Any) -> Settings:
    from pydantic import ValidationError

    from shared.settings import Settings

    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = [f"CHIBO_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors(include_url=False)]
        raise Failed(
            "Thiết lập trong môi trường chưa đúng; các mục dùng được ghi ở docs/settings.md.",
            "A setting in the environment is wrong; docs/settings.md lists them all.",
            code=2,
            details=wrong,
        ) from None


def _site(*, token: bool = False) -> Site:
    from services.cli.site import Site

    return Site(_settings(), token=token)


def _print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=None if not sys.stdout.isatty() else 2))


def _data(given: str) -> dict[str, Any]:
    """A JSON object typed on the line, or @FILE, or @- for stdin."""
    try:
        if given == "@-":
            given = sys.stdin.read()
        elif given.startswith("@"):
            given = Path(given[1:]).read_text(encoding="utf-8")
        data = json.loads(given)
    except OSError as error:
        raise Failed(f"Không đọc được tệp: {error}.", f"Cannot read the file: {error}.", code=2) from None
    except ValueError as error:
        raise Failed(
            f"Nội dung --data không phải JSON đọc được: {error}.", f"--data is not JSON: {error}.", code=2
        ) from None
    if not isinstance(data, dict):
        raise Failed("--data phải là một đối tượng JSON {…}.", "--data must be a JSON object {…}.", code=2)
    return data


# ---------------------------------------------------------------- finding


@app.command()
def search(
    words: Annotated[
        list[str],
        typer.Argument(help="Chữ cần tìm, có dấu hay không. · Words, with or without marks; 'a phrase' in quotes."),
    ],
    branch: OneBranch = None,
    actor: Annotated[
        str, typer.Option("--actor", "-a", help="Ai tìm: mã đảng viên. · Who searches: a member's id.")
    ] = "operator",
    most: Annotated[int, typer.Option("--most", min=1, max=50, help="Nhiều nhất mấy chỗ. · At most this many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Tìm trong biên bản, công việc và danh sách. · Search minutes, tasks and names, exact marks first."""
    from services.cli import branches, finding

    with _site() as site, voice.waiting("đang tìm", "searching"):
        answer = finding.found(site, branches.named(site, branch), " ".join(words), actor, most)
    if as_json:
        _print_json(answer)
        return
    voice.out.print(*finding.picture(answer), sep="\n")
    voice.say(*finding.summary(answer))


# ---------------------------------------------------------------- running


@app.command()
def up(
    no_sample: Annotated[
        bool, typer.Option("--no-sample", help="Không nạp chi bộ mẫu. · Do not load the sample branch.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Mở mọi dịch vụ, chạy đến khi bấm Ctrl-C. · Start all services; Ctrl-C stops them."""
    from services.cli.running import run

    run(_settings(), with_sample=not no_sample, as_json=as_json)


@app.command()
def demo(as_json: AsJson = False) -> None:
    """Mở một kho thử có chi bộ mẫu, dừng là xóa. · The same with the sample branch in a throw-away home."""
    from services.cli.running import run_demo

    run_demo(_settings, as_json=as_json)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Mọi thứ có ổn không? Không ổn thì mã thoát 1. · Is everything well? Exit code 1 when not."""
    from services.cli.doctor import examine, picture

    with _site(token=True) as site, voice.waiting("đang hỏi các dịch vụ", "asking the services"):
        report = examine(site)
    if as_json:
        _print_json(report.as_json())
    else:
        voice.out.print(*picture(report), sep="\n")
    if report.trouble:
        raise typer.Exit(1)


@app.command()
def rebuild(
    service: OneService,
    as_json: AsJson = False,
) -> None:
    """Dựng lại các bảng đọc của một dịch vụ từ sổ. · Drop and rebuild the read models of a service."""
    from services.cli.upkeep import rebuild as rebuilding

    with _site(token=True) as site:
        done = rebuilding(site[service])
    if as_json:
        _print_json(done)


@app.command()
def restore(
    service: OneService,
    new_epoch: Annotated[
        bool, typer.Option("--new-epoch", help="Bỏ hẳn những gì không nơi nào còn giữ. · Give up what nobody holds.")
    ] = False,
    by: Annotated[str | None, typer.Option("--by", help="Mã người quyết định. · Id of who decides that.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Lý do. · Why.")] = None,
    as_json: AsJson = False,
) -> None:
    """Lấy lại những gì một sổ bị chép đè đã mất. · Fetch back what a log copied back has lost."""
    from services.cli.upkeep import restore as restoring

    if len({bool(given) for given in (new_epoch, by, reason)}) > 1:
        raise Failed(
            "Bỏ hẳn những gì đã mất thì phải ghi đủ: --new-epoch --by MÃ --reason LÝ-DO.",
            "Giving up what is lost takes all of: --new-epoch --by ID --reason TEXT.",
            code=2,
        )
    with _site(token=True) as site:
        done = restoring(site[service], by, reason)
    if as_json:
        _print_json(done)


@app.command()
def backup(
    folder: Annotated[
        Path, typer.Argument(help="Thư mục mới cho bản sao, tốt nhất ở đĩa khác. · A new folder for the copy.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Không sao lưu, chỉ đọc lại bản đã có. · Only read one that is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sao lưu khi đang chạy: sổ, tệp, khóa; không đúng thì mã thoát 1. · Back up the site while it runs."""
    from services.cli import backup as backing

    with voice.waiting("đang chép và đọc lại", "copying and reading again"):
        found = backing.checked(folder) if check else backing.make(_settings(), folder)
    if as_json:
        _print_json(found.as_json())
    else:
        voice.out.print(*backing.picture(found), sep="\n")
        voice.say(*backing.sentence(found))
        voice.say(*backing.about_keys(found))
    if not found.whole:
        raise typer.Exit(1)


@app.command()
def resume(
    service: OneService,
    as_json: AsJson = False,
) -> None:
    """Cho dịch vụ làm tiếp sau khi có người xem: giờ máy đúng, nguồn đã dừng. · Go on, a person has looked."""
    with _site(token=True) as site:
        done = site[service].post("/resume", actor="operator")
    if as_json:
        _print_json(done)
    if done["clock"]:
        voice.say(f"{service} làm tiếp theo giờ của máy.", f"{service} goes on by this machine's clock.")
    for source in done["sources"]:
        voice.say(f"{service} nghe lại {source}.", f"{service} hears {source} again.")
    if waits := done["waits"]:
        raise Failed(waits["vi"], waits["en"])
    if not (done["clock"] or done["sources"]):
        voice.say(f"{service} không chờ ai xem gì.", f"{service} was not waiting for anybody.")


@parked_app.command("redrive")
def parked_redrive(
    service: OneService,
    branch: Annotated[str, typer.Option("--branch", "-b", help="Mã chi bộ. · The branch's code.")],
    as_json: AsJson = False,
) -> None:
    """Xử lý lại những việc để riêng, sau khi đã sửa nguyên nhân. · Take parked facts up again."""
    with _site(token=True) as site, voice.waiting("đang xử lý lại", "taking them up again"):
        done = site[service].post("/parked/redrive", actor="operator", branch=branch)
    if as_json:
        _print_json(done)
    voice.say(
        f"Đã xử lý lại {done['redriven']} việc, còn để riêng {done['left']}.",
        f"Taken up again: {done['redriven']}; still parked: {done['left']}.",
    )
    if done["left"]:
        raise typer.Exit(1)


# ---------------------------------------------------------------- facts


@events_app.command("tail")
def events_tail(
    kind: Annotated[str | None, typer.Option("--type", "-t", help="Chỉ loại này. · Only this type.")] = None,
    branch: OneBranch = None,
    count: Annotated[int, typer.Option("--lines", "-n", min=0, help="Bao nhiêu việc cuối. · How many.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Chờ việc mới. · Wait for new ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """Những việc mới ghi, của mọi dịch vụ. · The latest facts of all services."""
    from functools import cache, partial

    from services.cli import events, meetings

    matches = events.wanted(kind, branch)
    with _site(token=True) as site:
        names = cache(partial(meetings.names, site))

        def show(entry: events.Entry) -> None:
            if as_json:
                sys.stdout.buffer.write(entry.recorded.raw + b"\n")
                sys.stdout.buffer.flush()
            else:
                voice.out.print(events.line(entry, names))

        with voice.waiting("đang đọc các sổ", "reading the logs"):
            entries, positions = events.last(site, count, matches)
        for entry in entries:
            show(entry)
        if not (entries or as_json or follow):
            voice.say("Không có việc nào như vậy.", "There are no such facts.")
        if follow:
            try:
                for entry in events.follow(site, positions, matches):
                    show(entry)
            except KeyboardInterrupt:
                raise typer.Exit(0) from None


@app.command("replay")
def replay_meeting(
    meeting: Annotated[str, typer.Argument(help="Mã buổi họp, hoặc tháng yyyy-mm. · The meeting's id, or its month.")],
    at: Annotated[
        str | None,
        typer.Option("--at", help="Đến lúc này, hoặc như một việc đã biết (minutes:41). · A time or SERVICE:INDEX."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Kể lại một buổi họp từ mọi dịch vụ. · Tell a meeting again from all services' facts."""
    from services.cli.meetings import meeting_id, names
    from services.cli.replay import picture, replay

    with _site(token=True) as site:
        with voice.waiting("đang gom việc đã ghi", "gathering the facts"):
            shown = replay(site, meeting_id(site, meeting), at)
        if as_json:
            _print_json(shown.as_json())
        elif not shown.facts:
            voice.say(
                f"Tính đến {at} chưa có gì được ghi về buổi họp này.",
                f"As at {at} nothing had been recorded about this meeting.",
            )
        else:
            voice.out.print(*picture(shown, names(site, shown.meeting.partition(":")[0])), sep="\n")


@app.command("verify")
def verify_meeting(
    meeting: Annotated[
        str | None, typer.Argument(help="Mã buổi họp, hoặc tháng yyyy-mm. · The meeting's id, or its month.")
    ] = None,
    files: Annotated[
        bool, typer.Option("--files", help="Mọi tệp trong kho của nơi này. · Every file of this site's store.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra chữ ký biên bản, hoặc kho tệp; không đúng: mã thoát 1. · Check signatures or files; not well: exit 1."""
    if files and meeting is None:
        _verify_files(as_json)
        return
    if files or meeting is None:
        raise Failed(
            "Đồng chí ghi một buổi họp để kiểm tra chữ ký, hoặc --files để kiểm tra kho tệp: chibo verify -h",
            "Name one meeting to check its signatures, or --files to check the store of files: chibo verify -h",
            code=2,
        )
    from services.cli import verify
    from services.cli.meetings import meeting_id, names

    with _site(token=True) as site:
        with voice.waiting("đang kiểm tra từng byte", "checking every byte"):
            found = verify.verdict(verify.evidence(site, meeting_id(site, meeting)))
        if as_json:
            _print_json(found.as_json())
        else:
            voice.out.print(*verify.picture(found, names(site, found.meeting.partition(":")[0])), sep="\n")
    if not found.holds:
        raise typer.Exit(1)


def _verify_files(as_json: bool) -> None:
    from services.cli import stored_files

    with _site(token=True) as site, voice.waiting("đang đọc từng tệp", "reading every file"):
        found = stored_files.looked_over(site)
    if as_json:
        _print_json(found.as_json())
    else:
        voice.out.print(*stored_files.picture(found), sep="\n")
    if not found.whole:
        raise typer.Exit(1)


@app.command()
def ask(
    command: Annotated[str, typer.Argument(help="Tên lệnh, như IssueNotice. · The command, like IssueNotice.")],
    *,
    branch: Annotated[str, typer.Option("--branch", "-b", help="Mã chi bộ. · The branch's code.")],
    actor: Annotated[str, typer.Option("--actor", "-a", help="Ai làm: M01, operator. · Who acts.")],
    data: Annotated[str, typer.Option("--data", "-d", help="JSON, @tệp hoặc @-. · JSON, @file or @-.")] = "{}",
    time: Annotated[str | None, typer.Option("--time", help="Xảy ra lúc nào. · When it happened.")] = None,
    entered_by: Annotated[str | None, typer.Option("--entered-by", help="Ai nhập thay. · Who enters it.")] = None,
    medium: Annotated[
        str | None, typer.Option("--medium", help="Nhập từ đâu. · Entered from: app, paper, telephone.")
    ] = None,
    id: Annotated[
        str | None,
        typer.Option("--id", help="UUID; gọi lại cùng số là cùng một lệnh. · The same id is the same command."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Gửi một lệnh bất kỳ tới dịch vụ nhận nó. · Send any command to the service that takes it."""
    from services.cli.asking import owner_of
    from services.cli.replay import read_instant

    given = _data(data)
    happened = read_instant(time) if time else None
    with _site() as site, voice.waiting("đang gửi lệnh", "asking"):
        answer = owner_of(site, command).command(
            command, branch, actor, given, id=id, time=happened, enteredby=entered_by, medium=medium
        )
    _tell(answer, as_json=as_json)


def _tell(answer: Answer, *, as_json: bool) -> None:
    """What came of a command, in its facts' own sentences."""
    if as_json:
        _print_json(vars(answer))
        return
    if answer.already:
        voice.say("Lệnh này đã ghi trước đó; không ghi lần hai.", "Recorded before; nothing was written twice.")
    elif not answer.facts:
        voice.say("Không có gì thay đổi.", "Nothing has changed.")
    for fact in answer.facts:
        for sentence in voice.choose(fact["vi"], fact["en"]):
            voice.out.print(sentence, markup=False)


# ---------------------------------------------------------------- the branch


@branch_app.command("import")
def branch_import(
    file: Annotated[Path, typer.Argument(help="Tệp CSV hoặc XLSX. · A CSV or XLSX file.")],
    branch: Annotated[str, typer.Option("--branch", "-b", help="Mã chi bộ. · The branch's code.")],
    *,
    actor: Annotated[str, typer.Option("--actor", "-a", help="Ai nhập. · Who brings it in.")] = "operator",
    different: Annotated[
        str | None,
        typer.Option("--different", help="Hai dòng tên gần giống là hai người: 7,8 · Two rows are two persons."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Không hỏi, nhập luôn. · Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Nhập danh sách đảng viên: xem trước, hỏi tên gần giống, rồi lưu một lần. · Preview, confirm, bring in."""
    from services.cli import roster_file

    name, content = roster_file.read(file)
    with _site() as site:
        with voice.waiting("đang đọc tệp", "reading the file"):
            found = roster_file.preview(site["roster"], branch, actor, name, content)
        if not as_json:
            voice.out.print(*roster_file.picture(found), sep="\n")
        if found["troubles"]:
            if as_json:
                _print_json(found)
            raise Failed(found["vi"], found["en"])
        if not as_json:
            voice.say(found["vi"], found["en"])
        try:
            pairs = roster_file.told_apart(found, different, ask=not (yes or as_json))
        except Failed:
            if as_json:
                _print_json(found)
            raise
        if not (yes or as_json or roster_file.confirmed(len(found["rows"]))):
            raise Failed("Chưa nhập gì.", "Nothing was brought in.")
        with voice.waiting("đang nhập danh sách", "bringing the list in"):
            answer = site["roster"].command(
                "ConfirmRosterImport", branch, actor, roster_file.confirmation(found, different=pairs)
            )
    _tell(answer, as_json=as_json)


@branch_app.command("show")
def branch_show(
    branch: Annotated[str | None, typer.Argument(help="Mã chi bộ. · The branch's code.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Vào ngày nào, 2026-10-05. · On which day.")] = None,
    as_json: AsJson = False,
) -> None:
    """Một chi bộ và đảng viên vào một ngày. · A branch and its members on a day."""
    from services.cli import branches

    with _site() as site:
        found = branches.shown(site, branch, on)
    if as_json:
        _print_json(found)
    else:
        voice.out.print(*branches.picture(found), sep="\n")


@branch_app.command("months")
def branch_months(
    branch: Annotated[str | None, typer.Argument(help="Mã chi bộ. · The branch's code.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Tháng cuối, 2026-10. · The last month.")] = None,
    as_json: AsJson = False,
) -> None:
    """Nền nếp 12 tháng của chi bộ. · How the cell kept its own twelve months."""
    from services.cli import branches

    with _site() as site, voice.waiting("đang xem từng tháng", "looking at each month"):
        found = branches.months(site, branch, until)
    if as_json:
        _print_json(found)
        return
    voice.out.print(branches.months_picture(found))
    voice.say(*branches.months_summary(found))


@branch_app.command("print")
def branch_print(
    of: Annotated[
        Literal["tasks", "ranking"], typer.Argument(help="Bảng phân công nhiệm vụ, bảng xếp loại. · Which table.")
    ],
    period: Annotated[
        str | None,
        typer.Argument(
            help="Tháng, quý hoặc năm; không ghi thì in việc đang mở. · The period; without one, the open tasks."
        ),
    ] = None,
    *,
    branch: OneBranch = None,
    as_: PrintedAs = "pdf",
    out: IntoFile = None,
    actor: WhoPrints = "operator",
    as_json: AsJson = False,
) -> None:
    """In bảng phân công nhiệm vụ, bảng xếp loại. · Print the table of tasks or of ranks."""
    from services.cli import branches, papers

    with _site() as site, voice.waiting("đang in", "printing"):
        paper = papers.listed(site, branches.named(site, branch), of, period, as_, actor=actor)
    _keep(paper, out, as_json=as_json)


def _keep(paper: Fetched, out: Path | None, copy: Copy | None = None, *, as_json: bool) -> None:
    from services.cli import papers

    file = papers.kept(paper.raw, out or Path(paper.name))
    if as_json:
        _print_json(paper.as_json(file))
    voice.say(*paper.sentence(file, copy))


# ---------------------------------------------------------------- meetings


@meeting_app.command("list")
def meeting_list(branch: OneBranch = None, as_json: AsJson = False) -> None:
    """Các buổi họp theo ngày. · Meetings by day."""
    from services.cli import meetings

    with _site() as site, voice.waiting("đang đọc lịch họp", "reading the calendar"):
        found = meetings.listed(site, branch)
    if as_json:
        _print_json(found)
    elif found:
        voice.out.print(meetings.table(found))
    else:
        voice.say("Chưa có buổi họp nào.", "There are no meetings yet.")


@meeting_app.command("show")
def meeting_show(
    meeting: Annotated[str, typer.Argument(help="Mã buổi họp, hoặc tháng yyyy-mm. · The meeting's id, or its month.")],
    as_json: AsJson = False,
) -> None:
    """Một buổi họp: chuẩn bị, thông báo, diễn biến. · One meeting, prepared, notified and held."""
    from services.cli import meetings

    with _site() as site:
        found = meetings.shown(site, meetings.meeting_id(site, meeting))
        if as_json:
            _print_json(found)
        else:
            voice.out.print(*meetings.picture(found, meetings.names(site, found["id"].partition(":")[0])), sep="\n")


@meeting_app.command("print")
def meeting_print(
    meeting: Annotated[str, typer.Argument(help="Mã buổi họp, hoặc tháng yyyy-mm. · The meeting's id, or its month.")],
    *,
    of: Annotated[
        Literal["minutes", "resolution", "notice", "score"],
        typer.Option("--of", help="Biên bản, nghị quyết, thông báo, phiếu chấm điểm. · Which paper."),
    ] = "minutes",
    as_: PrintedAs = "pdf",
    copy: Annotated[
        Literal["kept", "reading", "anew"],
        typer.Option(
            "--copy",
            help="Biên bản đã ký: kept – đúng văn bản đã ký; reading – bản đọc, ghi ai ký, đính chính; anew – in lại "
            "để so. · Signed minutes: the document itself, a copy for reading, or printed again to compare.",
        ),
    ] = "kept",
    out: IntoFile = None,
    actor: WhoPrints = "operator",
    as_json: AsJson = False,
) -> None:
    """In văn bản của buổi họp theo thể thức. · Print a meeting's paper in its official form."""
    from services.cli import papers
    from services.cli.meetings import meeting_id

    with _site() as site, voice.waiting("đang in", "printing"):
        paper = papers.fetched(site, meeting_id(site, meeting), of, as_, actor=actor, copy=copy)
    _keep(paper, out, copy, as_json=as_json)


# ---------------------------------------------------------------- ranks


@rank_app.command("explain")
def rank_explain(
    member: Annotated[str, typer.Argument(help="Mã đảng viên, M06. · The member's id.")],
    period: Annotated[str, typer.Argument(help="Tháng, quý hoặc năm: 2026-09, 2026-Q3, 2026. · The period.")],
    *,
    branch: OneBranch = None,
    actor: Annotated[
        str, typer.Option("--actor", "-a", help="Ai hỏi; lý do chỉ chi bộ được đọc. · Who asks.")
    ] = "operator",
    as_json: AsJson = False,
) -> None:
    """Vì sao được xếp loại như vậy: từ mức xếp loại đến từng việc đã ghi. · Why a rank is what it is."""
    from services.cli import branches, ranks

    with _site() as site, voice.waiting("đang tìm căn cứ", "looking for the evidence"):
        found = ranks.explained(site, branches.named(site, branch), member, period, actor)
    if as_json:
        _print_json(found)
    else:
        voice.out.print(ranks.picture(found))


speaks_everywhere(app)
