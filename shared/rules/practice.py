"""The cell's own practices: notebooks, catching up, remarks, corrections, until its charter says otherwise."""

from __future__ import annotations

from typing import Literal

from shared.rules.profile import Choice, Number, RuleProfile, Switch


class PracticeProfile(RuleProfile):
    """What holds in a cell for its practices until its charter says otherwise."""

    subject: Literal["practice"]
    notebook_every: Choice
    """R38: each member of the base has the notebook inspected once in this period."""
    notebook_never_own: Switch
    notebook_recheck_days: Number
    catch_up_days: Number
    """R39: whoever was absent when a document was presented or a study session held is caught up within so many."""
    theme_sent_days: Number
    """R41: a theme's report is sent so many days before the meeting."""
    remark_shared_days: Number
    """R42: a remark is shared with the member within so many."""
    correction_days: Number
    """R43: so long a correction of minutes can be asked for."""
    signing_days: Number
    """Both sign the minutes within so many days of the meeting's closing, an addendum of the cell's decision."""
