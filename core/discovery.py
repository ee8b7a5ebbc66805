"""What the installed packages give to the ones below them, found by name, so that nobody has to plant it there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def of_each_package(module: str, name: str) -> Iterator[Any]:
    """The value ``name`` in the module ``module`` of every installed package that has such a module and value."""
    for package in apps.get_app_configs():
        if package.module is not None and module_has_submodule(package.module, module):
            found = import_module(f"{package.name}.{module}")
            if hasattr(found, name):
                yield getattr(found, name)
