"""The sample branch, told to running services as if its year had been lived through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.cli.sample.driver import Seen
    from services.cli.sample.script import Script
    from services.cli.site import Site


def story() -> Script:
    """The whole year, up to two weeks after October's meeting."""
    from services.cli.sample import books, kept, learned, minutes_out, october, ranked, year
    from services.cli.sample.script import Script

    script = Script()
    year.tell(script)
    october.tell(script)
    kept.tell(script)
    books.tell(script)
    learned.documents(script)
    learned.study(script)
    ranked.quarters(script)
    minutes_out.enrol(script)
    minutes_out.correction(script)
    return script


def load(site: Site, progress: Callable[[int, int], None], seen: Seen | None = None) -> None:
    """Tell the story to services whose clock can be set; afterwards they follow the system's clock again.

    Raises Failed when a step ends otherwise than the story says.
    """
    from services.cli.sample.driver import Driver
    from services.cli.sample.sheet import code

    driver = Driver(site, code())
    driver.tell(story().in_order(), progress, *([seen] if seen else []))
    driver.set_clock(None)
