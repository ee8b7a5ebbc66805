"""Every kind of picture is stored as a browser shows the file that was handed in."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import Browser

from core.developing import developed
from tests.pictures import SIZE, difference, samples

pytestmark = pytest.mark.browser
DRAWN = """async ([content, type, across, down]) => {
    const image = new Image();
    image.src = `data:${type};base64,${content}`;
    await image.decode();
    const sheet = Object.assign(document.createElement("canvas"), { width: across, height: down });
    const pen = sheet.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, across, down);
    pen.drawImage(image, 0, 0, across, down);
    return sheet.toDataURL("image/png").split(",")[1];
}"""
ALIKE = 4


def test_what_is_stored_looks_like_what_was_handed_in(browser: Browser) -> None:
    page = browser.new_page()
    apart = {}
    for name, (content, _told) in samples().items():
        kind = name.split(",")[0].split()[0].lower()
        drawn = page.evaluate(DRAWN, [base64.b64encode(content).decode(), f"image/{kind}", *SIZE])
        seen = Image.open(io.BytesIO(base64.b64decode(drawn)))
        [stored] = developed(content, 96 * 1024 * 1024, 1600, letter=False)
        apart[name] = difference(seen, Image.open(io.BytesIO(stored)))
    assert {name: by for name, by in apart.items() if by > ALIKE} == {}
    page.close()
