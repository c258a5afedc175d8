"""The report: what was measured, against what, on which machine, and how to do it again."""

from __future__ import annotations

from collections.abc import Sequence

from tests.benches.rounds import Line, Section

HEAD = """\
# Benchmarks

Written by `make bench` (`python -m tests.benches`; one part alone: `python -m tests.benches storing`). Every figure
stands beside a baseline that ran in the same minutes: contestants take turns in rounds, figures are medians over the
rounds, ratios are medians of the ratios within a round. Ratios tell more than figures: the machine below is shared.
No test asserts any of this.
"""


def written(machine: Sequence[tuple[str, str]], sections: Sequence[Section]) -> str:
    parts = [HEAD, "| | |\n|---|---|\n" + "".join(f"| {name} | {said} |\n" for name, said in machine)]
    parts += [_section(section) for section in sections]
    return "\n".join(parts)


def _section(section: Section) -> str:
    text = f"## {section.title}\n\n{section.how}\n\n| | figure | against | aim | |\n|---|---|---|---|---|\n"
    text += "".join(_line(line) for line in section.lines)
    return text + "".join(f"\n{note}\n" for note in section.notes)


def _line(line: Line) -> str:
    met = {None: "", True: "met", False: "**missed**"}[line.met]
    return f"| {line.what} | {line.figure} | {line.baseline} | {line.aim} | {met} |\n"
