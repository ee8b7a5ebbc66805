"""Files as offices have them, made of a plain description of devices, of furniture and of spellings.

``Made.truth`` is what a reader must find, device by device and in the order of the file.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from openpyxl import Workbook

Row = list[Any]
CODES = {"Lap Top": "1.3.2.10.01.02.002", "Telephone Mobile": "1.3.2.06.02.01.004", "Printer": "1.3.2.10.02.03.003"}
OLD = {"Lap Top": "02.06.03.02.01", "Telephone Mobile": "02.07.02.01.02", "Printer": "02.06.03.05.03"}
LETTERS = {"good": "B", "lightly_damaged": "KB", "badly_damaged": "RB"}
CONDITIONS = {
    "good": ("B", "Baik", "b", "BAIK", "Sangat Baik", "B/Baik"),
    "lightly_damaged": ("KB", "RR", "Kurang Baik", "Rusak Ringan", "rusak ringan (RR)", "Rusak Sedang"),
    "badly_damaged": ("RB", "Rusak Berat", "R. Berat", "RusakBerat", "RB/Rusak Berat"),
}
MONTHS = ("Jan", "Feb", "Maret", "April", "Mei", "Juni", "Juli", "Agt", "Sept", "Oktober", "Nop", "Des")
NOTHING = ("-", "", None, "–", "--")
KIB_B = ("No Urut", "Kode Barang", "Nama Barang/ Jenis Barang", "Nomor Register", "Merk/ Type", "Ukuran/CC", "Bahan",
         "Tahun Pembelian", ("Nomor", "Pabrik"), (None, "Rangka"), (None, "Mesin"), (None, "Polisi"), (None, "BPKB"),
         "Asal usul/ Cara Perolehan", "Harga (Rp)", "Keterangan")  # fmt: skip
EBMD = ("No", "Perangkat Daerah", "NIBAR", "Kode Barang", "Nama Barang", "Nomor Register", "Merk/Type", "Ukuran/CC",
        "Bahan", "Tahun Pembelian", "Nomor Pabrik", "Nomor Rangka", "Nomor Mesin", "Nomor Polisi", "Nomor BPKB",
        "Asal Usul", "Harga", "Kondisi (B/KB/RB)", "Jumlah", "Keterangan")  # fmt: skip
KIR = ("No", "Jenis Barang / Nama Barang", "Merk/Model", "No. Seri Pabrik", "Ukuran", "Bahan", "Tahun Perolehan",
       "Kode Barang", "Jumlah Barang", "Harga Beli (Rp)", ("Keadaan Barang", "B"), (None, "KB"), (None, "RB"),
       "Keterangan")  # fmt: skip
LIST = ("No", "Nama Barang", "Kode Barang", "Merk", "Type", "No Seri", "Tgl Perolehan", "Nilai Perolehan", "Kondisi",
        "Ket")  # fmt: skip


@dataclass(frozen=True)
class Device:
    """What a file says of one device; nothing where it says nothing."""

    name: str
    number: int
    brand: str
    serial: str
    condition: str
    day: date
    price: int
    nibar: str = ""


@dataclass
class Made:
    """A file with its name, the devices that it names, and what it was made of."""

    content: bytes
    filename: str
    truth: list[dict[str, Any]]
    made_of: list[str] = field(default_factory=list)


def devices(random: Random, count: int) -> list[Device]:
    """So many devices, no two alike."""
    return [
        Device(
            name=random.choice([*CODES]), number=number, brand=random.choice(["Contoh", "Nusantara", "Kutilang X"]),
            serial=f"SN{random.randrange(10**8):08d}{number}", condition=random.choice([*CONDITIONS]),
            day=date(random.randrange(2015, 2025), random.randrange(1, 13), random.randrange(1, 29)),
            price=random.randrange(5, 300) * 100_000, nibar=f"12{random.randrange(10**12):012d}{number:05d}",
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


def price_of(random: Random, price: int) -> Any:
    grouped = f"{price:,}".replace(",", ".")
    return random.choice(
        [price, float(price), grouped, f"Rp {grouped},00", f"Rp{grouped}", f"{price:,}.00", f" Rp. {grouped},- ",
         f"Rp{grouped}.-", f"{grouped},00"]
    )  # fmt: skip


def day_of(random: Random, day: date) -> Any:
    month = MONTHS[day.month - 1]
    return random.choice(
        [day, f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day.day} {month} {day.year}",
         f"{day.day}-{month}-{day:%y}", f"{day:%Y-%m-%d} 00:00:00"]
    )  # fmt: skip


def code_of(random: Random, name: str) -> str:
    code = CODES[name]
    return random.choice([code, code, code.replace(".", ""), f"{code}.", code.replace(".", ". "), OLD[name]])


class Sheet:
    """The rows of one sheet as they grow."""

    def __init__(self, random: Random, titles: tuple[Any, ...]) -> None:
        self.random, self.titles, self.rows, self.made_of = random, titles, [], []
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden: list[int] = []

    def nothing(self) -> Any:
        return self.random.choice(NOTHING)

    def head(self, *, sub: bool = True) -> None:
        self.sub = sub
        tops = [each[0] if isinstance(each, tuple) else each for each in self.titles]
        self.rows.append(tops)
        if any(isinstance(each, tuple) for each in self.titles) and sub:
            self.rows.append([each[1] if isinstance(each, tuple) else None for each in self.titles])
        first = next((n for n, each in enumerate(self.titles) if isinstance(each, tuple) and each[0]), None)
        if first is not None and (not sub or self.random.random() < 0.5):
            wide = sum(isinstance(each, tuple) for each in self.titles)
            row = len(self.rows) - sub
            self.merged.append((row, first + 1, row, first + wide))

    def numbers(self) -> None:
        shape = self.random.choice(["{}", "({})"])
        self.rows.append([n if shape == "{}" else shape.format(n) for n in range(1, len(self.titles) + 1)])

    def put(self, values: dict[int, Any]) -> None:
        row: Row = [None] * len(self.titles)
        for column, value in values.items():
            row[column] = value
        self.rows.append(row)

    def furniture(self, total: int) -> None:
        """Something between two devices that is none."""
        kind = self.random.choice(["group", "subtotal", "sum", "blank", "heading", "numbers", "dashes"])
        self.made_of.append(kind)
        code, name = (
            next(n for n, each in enumerate(self.titles) if str(each).startswith(word))
            for word in ("Kode Barang", "Nama Barang" if self.titles is not KIR else "Jenis Barang")
        )
        price = next(n for n, each in enumerate(self.titles) if str(each).startswith(("Harga", "Nilai")))
        if kind == "group":
            self.put(
                {code: self.random.choice(["1.3.2.10", "1.3.2", "02.06.03"]), name: "KOMPUTER"}
                | self.random.choice([{}, {price: total}])
            )
        elif kind == "subtotal":
            word = self.random.choice(["Sub Total", "Jumlah", "TOTAL"])
            self.put({self.random.choice([0, name]): word, price: total})
        elif kind == "sum":
            self.put({price: total})
        elif kind == "blank":
            self.put({})
        elif kind == "heading":
            self.head(sub=self.sub)
        elif kind == "numbers":
            self.numbers()
        else:
            self.rows.append(["-"] * len(self.titles))

    def close(self, total: int) -> None:
        """What stands below the table."""
        if self.random.random() < 0.7:
            price = next(n for n, each in enumerate(self.titles) if str(each).startswith(("Harga", "Nilai")))
            self.put({0: self.random.choice(["JUMLAH", "Total", "Jumlah Total"]), price: total})
        if self.random.random() < 0.6:
            self.made_of.append("signature")
            left, right = self.random.choice([(1, len(self.titles) - 3), (2, 6), (0, 4), (3, 8)])
            for one, other in (
                (None, "Cibinong, 31 Desember 2025"), ("Mengetahui,", None),
                ("Kepala Dinas Komunikasi dan Informatika", "Pengurus Barang"), (None, None),
                ("CONTOH NAMA, S.Kom., M.Si", "CONTOH PENGURUS, A.Md"),
                ("NIP. 19700101 199003 1 001", "NIP. 19800101 200501 2 002"),
            ):  # fmt: skip
                self.put({left: one, right: other})


def _truth(each: Device, **values: Any) -> dict[str, Any]:
    said = {"item_name": each.name, "make": each.brand, "serial_number": each.serial, "price": each.price}
    return {name: value for name, value in {**said, **values}.items() if value not in (None, "")}


def _kib(sheet: Sheet, each: Device, count: int) -> list[dict[str, Any]]:
    random, none = sheet.random, sheet.nothing
    serial = each.serial if count == 1 else none()
    register = f"{each.number:04d}" if count == 1 else random.choice(["{:04d} s/d {:04d}", "{:04d} - {:04d}"]).format(
        each.number * 10, each.number * 10 + count - 1
    )  # fmt: skip
    sheet.put(
        {0: each.number, 1: code_of(random, each.name), 2: each.name, 3: register, 4: each.brand, 5: none(), 6: none(),
         7: random.choice([each.day.year, str(each.day.year)]), 8: serial, 9: none(), 10: none(), 11: none(),
         12: none(), 13: random.choice(["Pembelian", "-"]), 14: price_of(random, each.price * count), 15: none()}
    )  # fmt: skip
    if count == 1:
        return [_truth(each, register=each.number, year=each.day.year)]
    return [_truth(each, register=each.number * 10 + n, year=each.day.year, serial_number=None) for n in range(count)]


def _ebmd(sheet: Sheet, each: Device, _count: int) -> list[dict[str, Any]]:
    random, none = sheet.random, sheet.nothing
    nibar = random.choice([each.nibar, none()])
    sheet.put(
        {0: each.number, 1: "Diskominfo", 2: nibar, 3: code_of(random, each.name), 4: each.name,
         5: f"{each.number:06d}", 6: each.brand, 7: none(), 8: none(), 9: each.day.year, 10: each.serial, 11: none(),
         12: none(), 13: none(), 14: none(), 15: "Pembelian", 16: price_of(random, each.price),
         17: random.choice(CONDITIONS[each.condition]), 18: random.choice([1, "1", "1 unit"]), 19: none()}
    )  # fmt: skip
    said = nibar if nibar == each.nibar else None
    return [_truth(each, register=each.number, year=each.day.year, condition=each.condition, nibar=said)]


def _kir(sheet: Sheet, each: Device, count: int) -> list[dict[str, Any]]:
    random, none = sheet.random, sheet.nothing
    place = 10 + [*CONDITIONS].index(each.condition)
    marks = {column: random.choice([None, None, "-", 0]) for column in (10, 11, 12)}
    marks[place] = count if count > 1 else random.choice(["√", "v", 1, "V", "✓", LETTERS[each.condition]])
    sheet.put(
        {0: each.number, 1: each.name, 2: each.brand, 3: each.serial if count == 1 else none(), 4: none(), 5: none(),
         6: each.day.year, 7: code_of(random, each.name), 8: count, 9: price_of(random, each.price * count), **marks,
         13: none()}
    )  # fmt: skip
    serial = each.serial if count == 1 else None
    return [_truth(each, year=each.day.year, condition=each.condition, serial_number=serial) for _n in range(count)]


def _list(sheet: Sheet, each: Device, _count: int) -> list[dict[str, Any]]:
    random = sheet.random
    sheet.put(
        {0: each.number, 1: each.name, 2: code_of(random, each.name), 3: each.brand, 4: sheet.nothing(),
         5: random.choice([each.serial, each.serial.lower()]), 6: day_of(random, each.day),
         7: price_of(random, each.price), 8: random.choice(CONDITIONS[each.condition]), 9: sheet.nothing()}
    )  # fmt: skip
    return [_truth(each, day=each.day, condition=each.condition)]


KINDS = {"kib": (KIB_B, _kib), "ebmd": (EBMD, _ebmd), "kir": (KIR, _kir), "list": (LIST, _list)}


def made(seed: int) -> Made:
    """The file of this number: always the same."""
    random = Random(seed)
    kind = random.choice([*KINDS])
    titles, put = KINDS[kind]
    ending = random.choice(["xlsx", "xlsx", "xlsx", "semicolon", "comma", "tab", "html"])
    sheets, truth = [], []
    for _sheet in range(random.choice([1, 1, 1, 2, 3]) if ending == "xlsx" else 1):
        sheet = Sheet(random, titles)
        for title in ["KARTU INVENTARIS BARANG", "PROVINSI : CONTOH", "KABUPATEN/KOTA : CONTOH"][: random.randrange(4)]:
            sheet.rows.append([title])
        if random.random() < 0.5:
            sheet.rows.append([])
        sub = not (kind == "kir" and ending == "xlsx" and random.random() < 0.4)
        sheet.head(sub=sub)
        if random.random() < 0.6:
            sheet.numbers()
        for each in devices(random, random.randrange(1, 7)):
            while random.random() < 0.2:
                sheet.furniture(each.price)
            count = random.choice([1, 1, 1, 3]) if kind in ("kib", "kir") else 1
            truth += put(sheet, each, count)
            if random.random() < 0.05 and ending == "xlsx":
                sheet.hidden.append(len(sheet.rows))
                truth = truth[:-count]
                sheet.made_of.append("hidden")
        sheet.close(1_000_000)
        sheets.append(sheet)
    content, filename = _written(sheets, ending)
    return Made(content, filename, truth, [kind, ending, *(word for sheet in sheets for word in sheet.made_of)])


def _written(sheets: list[Sheet], ending: str) -> tuple[bytes, str]:
    if ending == "xlsx":
        return _workbook(sheets), "daftar.xlsx"
    rows = [["" if cell is None else _text(cell) for cell in row] for row in sheets[0].rows]
    if ending == "html":
        cells = ("".join(f"<td>{cell.replace('&', '&amp;')}</td>" for cell in row) for row in rows)
        return ("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>").encode(), "daftar.xls"
    out = io.StringIO()
    csv.writer(out, delimiter={"semicolon": ";", "comma": ",", "tab": "\t"}[ending]).writerows(rows)
    return out.getvalue().encode(), "daftar.csv"


def _text(cell: Any) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(int(cell)) if isinstance(cell, float) else str(cell)


def _workbook(sheets: list[Sheet]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number, each in enumerate(sheets):
        sheet = book.create_sheet(f"{2021 + number}")
        for row in each.rows:
            sheet.append(row)
        for top, left, bottom, right in each.merged:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for row in each.hidden:
            sheet.row_dimensions[row].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
