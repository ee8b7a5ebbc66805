#!/usr/bin/env bash
# Pillow 13.0.0, a valid grey PNG of 16 bits a pixel, as scanners write them (mode I;16).
#
# Seen: convert("L"), convert("RGB") and convert("RGBA") cut every grey off at 255 of 65,535 instead of scaling it: all
# but the darkest 1/256 of the greys become white, without a warning. And resize() or thumbnail() with a reducing_gap,
# which thumbnail() has by default, raises "image has wrong mode".
# So: such a scan is scaled by ourselves first, point(lambda value: value * (1 / 256)).convert("L").
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0
cat > "$place/scan.py" <<'PY'
import io

from PIL import Image

GREYS = (0, 64, 128, 255)  # of 255
scan = Image.new("I;16", (len(GREYS), 1))
for place, grey in enumerate(GREYS):
    scan.putpixel((place, 0), grey * 257)
file = io.BytesIO()
scan.save(file, "PNG")
read = Image.open(file)
read.load()
for mode in ("L", "RGB", "RGBA"):
    shown = read.convert(mode).convert("L")
    print(mode, *(shown.getpixel((place, 0)) for place in range(len(GREYS))))
scaled = read.point(lambda value: value * (1 / 256)).convert("L")
print("scaled", *(scaled.getpixel((place, 0)) for place in range(len(GREYS))))
try:
    read.resize((800, 1)).thumbnail((100, 100))
except ValueError as error:
    print("thumbnail", error)
PY
told="$("$place/venv/bin/python" "$place/scan.py")"
echo "$told"
[ "$told" = "L 0 255 255 255
RGB 0 255 255 255
RGBA 0 255 255 255
scaled 0 64 128 255
thumbnail image has wrong mode" ]
echo "as described"
