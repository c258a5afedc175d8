"""docs/settings.md says what can be set, and is current."""

from pathlib import Path

from shared.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"

HEAD = """# Settings

Everything is set by environment variables; nothing needs to be. Written from `shared/settings.py`.

| Variable | Default | Meaning |
|---|---|---|
"""


def page() -> str:
    """The page as the settings object says it must be."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = (
            "`$XDG_DATA_HOME/chibo`" if name == "home" else f"`{field.default}`" if field.default is not None else "–"
        )
        rows.append(f"| `CHIBO_{name.upper()}` | {default} | {field.description} |")
    return HEAD + "\n".join(rows) + "\n"


def test_the_page_is_current_and_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert PAGE.read_text() == page()
