#!/usr/bin/env bash
# python-calamine 0.9.1 and xlrd 2.0.2, a valid .xls of before 2007 as written by xlwt 1.3.0: a price list in which a
# formula ended in #N/A, and which has a row that a filter hides.
#
# Seen: calamine gives the cell of the error as empty text, as it gives a cell in which nothing stands, and the sheet
# says nothing of hidden rows. So a price that could not be computed reads like one that was never entered. xlrd gives
# an error cell with its code, and the hidden row as such.
# So: .xls is read by xlrd where an empty cell and a failed one must not be one.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check python-calamine==0.9.1 xlrd==2.0.2 xlwt==1.3.0
cat > "$place/old.py" <<'PY'
import sys

import python_calamine
import xlrd
import xlwt

path = sys.argv[1]
book = xlwt.Workbook()
sheet = book.add_sheet("Harga")
for column, title in enumerate(("Barang", "Harga")):
    sheet.write(0, column, title)
sheet.write(1, 0, "Laptop")
sheet.row(1).set_cell_error(1, 0x2A)
sheet.write(2, 0, "Printer")
sheet.write(3, 0, "Tripod")
sheet.write(3, 1, 450000)
sheet.row(3).hidden = True
book.save(path)

seen = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
print("calamine", seen.to_python(), [name for name in dir(seen) if "hidden" in name])
other = xlrd.open_workbook(path, formatting_info=True).sheet_by_index(0)
error = other.cell(1, 1)
print("xlrd", xlrd.error_text_from_code[error.value], other.cell(2, 1).ctype, other.rowinfo_map[3].hidden)
PY
told="$("$place/venv/bin/python" "$place/old.py" "$place/harga.xls")"
echo "$told"
[ "$told" = "calamine [['Barang', 'Harga'], ['Laptop', ''], ['Printer', ''], ['Tripod', 450000]] []
xlrd #N/A 0 1" ]
