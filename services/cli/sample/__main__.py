"""The sample told by a process of its own; how far it is, or why it went no further, as JSON lines.

Run as ``python -m services.cli.sample MARKER``, with the settings in its environment.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from services.cli.sample import load
from services.cli.site import Site
from services.cli.voice import Failed


def main(marker: Path) -> None:
    """Load it when nothing is stored yet, or go on where an earlier start was cut off."""
    with Site(token=True) as site:
        if not marker.exists() and site["roster"].head()["index"]:
            for service in site:
                service.set_clock(None)
        else:
            marker.write_text("loading")
            load(site, lambda done, total: _say(completed=done, total=total))
        marker.write_text("done")


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except Failed as failure:
        _say(vi=failure.vi, en=failure.en, code=failure.code, details=failure.details)
