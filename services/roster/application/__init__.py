"""What roster is asked, one module for each practice; here what the other rooms use of them."""

from services.roster.application.answers import branch_document
from services.roster.application.branches import (
    BranchOnDay,
    Listed,
    NameFound,
    RolesOfMember,
    branch_on,
    branches,
    document_at,
    found_by_name,
    names,
    roles,
)
from services.roster.application.deciding import NOUNS, known
from services.roster.application.flags import FlagShown, flags
from services.roster.application.honours import HonoursOnDay, honours
from services.roster.application.importing import Preview, preview, read_file
from services.roster.application.keys import OwnKeys, destroyed_subjects, keys_for
from services.roster.application.levels import LevelCounts, levels
from services.roster.application.localities import LocalityOnDay, localities
from services.roster.application.moments import due
from services.roster.application.organisations import OrganisationOnDay, Superiors, organisations, superiors
from services.roster.application.sheets import MemberSheet, TransferShown, member_sheet, transfers
from services.roster.application.yearly import Yearly, yearly

__all__ = [
    "NOUNS",
    "BranchOnDay",
    "FlagShown",
    "HonoursOnDay",
    "LevelCounts",
    "Listed",
    "LocalityOnDay",
    "MemberSheet",
    "NameFound",
    "OrganisationOnDay",
    "OwnKeys",
    "Preview",
    "RolesOfMember",
    "Superiors",
    "TransferShown",
    "Yearly",
    "branch_document",
    "branch_on",
    "branches",
    "destroyed_subjects",
    "document_at",
    "due",
    "flags",
    "found_by_name",
    "honours",
    "keys_for",
    "known",
    "levels",
    "localities",
    "member_sheet",
    "names",
    "organisations",
    "preview",
    "read_file",
    "roles",
    "superiors",
    "transfers",
    "yearly",
]
