"""What the words of a deadline can come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeadlineRule(models.TextChoices):
    """By which row of the table in pledges.md a date was read from the words, or why there is none."""

    EXACT_DATE = "exact_date", _("Tanggal yang disebut.")
    PERIOD_END = "period_end", _("Hari terakhir minggu, bulan, atau tahun itu.")
    MONTH_END = "month_end", _("Hari terakhir bulan itu, yang terdekat sesudah diucapkan bila tahunnya tidak disebut.")
    PART_OF_MONTH = "part_of_month", _("Awal, pertengahan, akhir bulan: tanggal 10, 20, hari terakhir.")
    PART_OF_YEAR = (
        "part_of_year",
        _("Awal, tengah, pertengahan, akhir tahun: 30 April, 30 Juni, 31 Agustus, 31 Desember."),
    )
    QUARTER_END = "quarter_end", _("Hari terakhir triwulan itu.")
    SEMESTER_END = "semester_end", _("Hari terakhir semester itu.")
    BUDGET_YEAR = "budget_year", _("Hari terakhir tahun anggaran itu.")
    REVISED_BUDGET = "revised_budget", _("Hari terakhir tahun APBD Perubahan itu.")
    CALENDAR_DAYS = "calendar_days", _("Hari kalender; hari diucapkan adalah hari ke-0.")
    WORKING_DAYS = "working_days", _("Hari kerja, tanpa hari libur dan cuti bersama; hari diucapkan adalah hari ke-0.")
    SAME_DAY = "same_day", _("Tanggal yang sama sekian bulan atau tahun kemudian.")
    BEFORE_LEBARAN = "before_lebaran", _("Sehari sebelum 1 Syawal.")
    AFTER_LEBARAN = "after_lebaran", _("Hari terakhir bulan Syawal, dihitung 30 hari.")
    FEAST = "feast", _("Hari raya menurut kalender, atau sekian hari, minggu, bulan sebelum atau sesudahnya.")
    KNOWN_DAY = "known_day", _("Hari yang tanggalnya tetap setiap tahun, seperti Natal, HUT RI, dan Hari Jadi.")
    OFFSET = "offset", _("Sekian hari, minggu, bulan, atau tahun sebelum atau sesudah hari yang disebut.")
    WEEK_OF_MONTH = (
        "week_of_month",
        _("Minggu ke-n bulan itu berakhir pada hari Minggu ke-n; yang terakhir pada hari terakhir bulan."),
    )
    WEEKDAY = "weekday", _("Hari itu yang terdekat; dengan “depan”, hari itu pada minggu berikutnya.")
    END_OF_TENURE = "end_of_tenure", _("Akhir masa jabatan yang diketahui saat diucapkan.")
    CONDITION = "condition", _("Bersyarat: tenggat ditetapkan saat syaratnya terpenuhi.")
    VAGUE = "vague", _("Ucapan ini tidak memberi tanggal yang pasti.")
    SILENT = "silent", _("Tenggat tidak disebut.")
    UNKNOWN = "unknown", _("Ucapan ini tidak dikenali atau tidak memberi tanggal yang masuk akal.")
    BY_HAND = "by_hand", _("Ditetapkan pencatat, bukan hasil bacaan ucapannya.")


FROM_THE_CALENDAR = (
    DeadlineRule.WORKING_DAYS,
    DeadlineRule.BEFORE_LEBARAN,
    DeadlineRule.AFTER_LEBARAN,
    DeadlineRule.FEAST,
)
"""The rules whose date moves with the calendar: free days decreed, feasts that were estimates."""


class Calendar(Protocol):
    """What must be known of the calendar; ``org.calendar.Almanac`` is one. ``anniversary``: day, month."""

    @property
    def anniversary(self) -> tuple[int, int] | None: ...

    def after(self, day: date, working_days: int) -> date: ...

    def is_settled(self, start: date, end: date) -> bool: ...

    def feast(self, name: str, day: date) -> list[tuple[date, bool]]: ...


@dataclass(frozen=True)
class Said:
    """When the words were spoken, and what they may lean on."""

    day: date
    calendar: Calendar
    tenure_ends_on: date | None = None


@dataclass(frozen=True)
class Span:
    """One occurrence of what a phrase names: the days from ``opens`` to ``ends``, and ``due``, the date it comes to.

    ``before``: the date of "sebelum …". ``fixed``: whether days can be counted from it ("awal tahun" is too vague).
    """

    opens: date
    ends: date
    due: date
    before: date
    fixed: bool = True
    provisional: bool = False


@dataclass(frozen=True)
class Named:
    """What a phrase names: its occurrences in order, of which the first that is not past when said is meant.

    ``year_said``: the year itself was said, so the date may lie before the end of the range in which the words were
    spoken. ``recurring``: it comes again, and which one is meant is told by the day said; else there is but one.
    ``around``, of what is counted from the day said alone: the week, month or year that "dua tahun lagi" lies in.
    """

    spans: tuple[Span, ...]
    rule: DeadlineRule
    year_said: bool = False
    recurring: bool = False
    gate: date | None = None
    around: Span | None = None


@dataclass(frozen=True)
class Reading:
    """The date found in the words. ``counted``: so long after the day they were said, and nothing more."""

    due: date
    rule: DeadlineRule
    named: bool = False
    gate: date | None = None
    provisional: bool = False
    counted: bool = False


@dataclass(frozen=True)
class Suggestion:
    """The date the words come to, for a person to confirm.

    ``gate``: by when the money had to be in the budget, a warning and never lateness. ``condition``: on what the
    promise hangs; ``limit``: a date said beside it, which no date after the condition may pass.
    ``provisional``: the date moves with a calendar that is not decreed yet. ``unread``: the words of time that are not
    understood, for which there is no date.
    """

    due_on: date | None
    rule: DeadlineRule
    gate: date | None = None
    condition: str = ""
    provisional: bool = False
    unread: str = ""
    limit: date | None = None
