"""The process that prints: orders on standard input, papers on standard output; all it loads and keeps ends with it.

Run by ``shared.documents.printer`` with its limits as JSON. An order is pickled by the process that started this one:
the form or the tables, as what, and whether the sizes of the sheets are wanted. The answer is one JSON line that says
how many bytes follow, or what failed.
"""

from __future__ import annotations

import io
import json
import pickle
import resource
import signal
import sys
import traceback
from typing import Any

from shared.documents.rendering import made
from shared.documents.table_book import TableBook, table_book


def main() -> None:
    limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    said: dict[str, Any]
    orders, papers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            paper, as_, sheets = pickle.load(orders)  # noqa: S301 - written by the process that started this one
        except EOFError:
            return
        signal.alarm(limits["seconds"])  # ends this process also when nobody is left to end it
        try:
            raw = table_book(paper) if isinstance(paper, TableBook) else made(paper, as_)
            said, failed = {"bytes": len(raw), "sheets": _sheets(raw) if sheets else ()}, False
        except Exception as error:  # noqa: BLE001 - said without its words, which may be those of the paper
            last = traceback.extract_tb(error.__traceback__)[-1]
            raw, said, failed = b"", {"failed": f"{type(error).__name__}, {last.filename}:{last.lineno}"}, True
        signal.alarm(0)
        papers.write(json.dumps(said).encode() + b"\n" + raw)
        papers.flush()
        if failed:
            return


def _sheets(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in points."""
    from pypdf import PdfReader  # noqa: PLC0415 - loaded when something is signed

    boxes = (page.mediabox for page in PdfReader(io.BytesIO(pdf)).pages)
    return [(round(box.width), round(box.height)) for box in boxes]


if __name__ == "__main__":
    main()
