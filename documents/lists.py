"""The lists of work behind files: jobs, and files that came in."""

from __future__ import annotations

from core.lists import Filter, Listing
from core.models import Job
from documents.models import ImportSession

JOBS = Listing(
    model=Job,
    filters=(Filter("id"), Filter("kind"), Filter("state")),
    ordering={"id": "pk"},
)

IMPORTS = Listing(
    model=ImportSession,
    filters=(Filter("id"), Filter("kind"), Filter("sha256")),
    ordering={"id": "pk"},
)
