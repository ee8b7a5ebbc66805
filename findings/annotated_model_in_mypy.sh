#!/usr/bin/env bash
# django-stubs 6.1.2 with mypy 2.4.1, valid Python (PEP 593 allows any expression as metadata of Annotated).
#
# Seen: where a parameter is Annotated[M, call()] and M is a Django model, mypy stops at the call: "Invalid type comment or
# annotation". The same metadata on str, or on "M | None", passes:
# django-stubs reads Annotated[Model, ...] as its own notation for annotated querysets.
# So: words and limits beside a parameter's type cannot stand on a bare model; a union or an ignore is needed.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19 django-stubs==6.1.2 mypy==2.4.1
cd "$place"
mkdir stall
touch stall/__init__.py
cat > config.py <<'PY'
SECRET_KEY = "not secret"
INSTALLED_APPS = ["stall"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PY
cat > stall/models.py <<'PY'
from django.db import models


class Crate(models.Model):
    name = models.CharField(max_length=20)
PY
cat > stall/moving.py <<'PY'
from typing import Annotated

from stall.models import Crate


class Label:
    def __init__(self, text: str) -> None:
        self.text = text


def lift(*, name: Annotated[str, Label("which one")]) -> None: ...
def lift_any(*, crate: Annotated[Crate | None, Label("which crate")]) -> None: ...
def lift_one(*, crate: Annotated[Crate, Label("which crate")]) -> None: ...
PY
cat > mypy.ini <<'INI'
[mypy]
plugins = mypy_django_plugin.main
[mypy.plugins.django-stubs]
django_settings_module = config
INI
told="$(PYTHONPATH=. "$place/venv/bin/mypy" stall/moving.py || true)"
echo "$told"
[ "$(grep -c 'error:' <<< "$told")" = 1 ]
grep -q '^stall/moving.py:13: error: Invalid type comment or annotation' <<< "$told"
echo "as described"
