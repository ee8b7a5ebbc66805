"""The stage of the sample data: its people and places, and the player that lets many stories run side by side in time.

A story is a generator: it yields the day of its next act and does the act when it is resumed, with the register's
clock held at that day. The player always resumes the story whose day is next, so the journal's instants run forward.
"""

from __future__ import annotations

import csv
import heapq
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from assets.models import Asset, DeviceType, Family
from core import clock
from core.files import store_image, store_pdf
from core.models import Attachment
from org.calendar import WorkingCalendar
from org.models import Office, Unit, User

Story = Iterator[date]

DATA = Path(__file__).parent / "data"
FIRST_DAY = date(2022, 6, 1)
DAY_BEGINS = time(8, 0)
MINUTES_BETWEEN_ACTS = 3


class OutOfOrder(Exception):
    """A story asks for a day before the one it is on: a mistake in the sample data."""


@dataclass
class Stage:
    """What the stories share. ``today``: the day around which they are built; the last acts are of the day before."""

    today: date
    units: dict[str, Unit] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    types: dict[str, DeviceType] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    prices: dict[str, int] = field(default_factory=dict)

    @property
    def root(self) -> Unit:
        return self.units["root"]

    @property
    def diskominfo(self) -> Unit:
        return self.units["DISKOMINFO"]

    def districts(self) -> list[Unit]:
        """The kecamatan in the order of their codes."""
        return [unit for unit in self.units.values() if unit.kind == Unit.Kind.DISTRICT]

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar.load()

    def ago(self, days: int) -> date:
        """The day ``days`` before today, or the last working day before it."""
        day = self.today - timedelta(days=days)
        while not self.calendar.is_working(day):
            day -= timedelta(days=1)
        return day

    def due(self, days: int) -> date:
        """The day ``days`` from today, whatever its weekday; negative: in the past."""
        return self.today + timedelta(days=days)

    def requester(self, unit: Unit) -> User:
        """The account of the kecamatan's social-media admin."""
        return self.users[login_of(unit)]

    def free(self, type_code: str, number: int = 1) -> list[Asset]:
        """The oldest devices of a type that Diskominfo has in stock and in order."""
        stock = Asset.objects.available().filter(device_type=self.types[type_code], unit=self.diskominfo)
        found = list(stock.order_by("pk")[:number])
        if len(found) < number:
            raise LookupError(f"{number} {type_code} wanted on {clock.today()}, {len(found)} in stock")
        return found


def login_of(unit: Unit) -> str:
    """The user name of a kecamatan's account: its name in lower case without spaces."""
    return unit.name.lower().replace(" ", "")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a packaged CSV file."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def paper(title: str, actor: User) -> Attachment:
    """A one-page PDF that stands for a signed paper."""
    content = f"BT /F1 14 Tf 60 760 Td (DATA CONTOH) Tj 0 -30 Td ({title}) Tj ET".encode("ascii", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    return store_pdf(SimpleUploadedFile("contoh.pdf", _pdf(objects)), actor=actor, title=title)


def photo(title: str, actor: User) -> Attachment:
    """A grey picture with two words on it, where a photo would be."""
    picture = Image.new("RGB", (640, 480), "#cfd6dd")
    ImageDraw.Draw(picture).text((40, 40), f"DATA CONTOH\n{title}", fill="#7a1f1f", font_size=28)
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return store_image(SimpleUploadedFile("contoh.jpg", content.getvalue()), actor=actor, title=title)


def _pdf(objects: list[bytes]) -> bytes:
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start, size = len(out), len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, start,
    )  # fmt: skip


def play(stories: Iterable[Story], *, until: date, progress: Callable[[date, int], Any]) -> int:
    """Let the stories run up to and including ``until``; returns the number of acts.

    What would come later does not happen. Acts of one day follow each other a few minutes apart. ``progress`` is told
    the day and the number of acts so far.
    """
    order = count()
    queue = [(day, next(order), story) for story in stories if (day := next(story, None)) is not None]
    heapq.heapify(queue)
    acts, today, acts_today = 0, date.min, 0
    while queue and queue[0][0] <= until:
        day, _number, story = heapq.heappop(queue)
        acts_today = acts_today + 1 if day == today else 0
        today, acts = day, acts + 1
        with clock.frozen(_instant(day, acts_today)):
            following = next(story, None)
        progress(day, acts)
        if following is not None:
            if following < day:
                raise OutOfOrder(f"{following} comes after {day}")
            heapq.heappush(queue, (following, next(order), story))
    return acts


def _instant(day: date, number: int) -> datetime:
    return clock.start_of(day) + timedelta(
        hours=DAY_BEGINS.hour, minutes=DAY_BEGINS.minute + number * MINUTES_BETWEEN_ACTS
    )


def evenly(items: list[Any], number: int, start: int = 0) -> list[Any]:
    """``number`` of the items, spread evenly over the list from ``start``; always the same ones."""
    return [items[(start + n * len(items) // number) % len(items)] for n in range(number)]
