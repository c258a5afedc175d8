"""What tests find around them, whoever runs them beside whatever site: no wishes of a shell, nobody's data, nobody."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from shared.settings import SERVICES, Settings
from tests.servers import free_port

FOR_TESTS = tuple(
    f"CHIBO_{name}" for name in ("JOURNEY_", "KILLS", "NO_SKIPS", "REQUIRE_", "SEED", "TEST_", "WRITE_SAMPLES")
)
"""What a shell may tell the tests themselves."""
OF_THE_TERMINAL = frozenset({"COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "LINES", "PY_COLORS", "TERMINAL_WIDTH"})
"""By these talk gets its width and colours although nobody looks at a terminal."""
PORTED = ("redis", *SERVICES)


def neutral() -> None:
    """Make them so, for this process and those it starts: a setting that a test does not give leads to nobody."""
    for name in list(os.environ):
        if name in OF_THE_TERMINAL or (name.upper().startswith("CHIBO_") and not name.startswith(FOR_TESTS)):
            del os.environ[name]
    os.environ["CHIBO_HOME"] = str(Path(os.devnull) / "home")
    for port, name in enumerate(PORTED, 1):  # the first are the system's, and nothing of today listens there
        os.environ[f"CHIBO_{name.upper()}_PORT"] = str(port)


def own_site(home: Path, **given: Any) -> Settings:
    """Settings of a site with every port its own."""
    return Settings(home=home, **({f"{name}_port": free_port() for name in PORTED} | given))
