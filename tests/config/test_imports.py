"""What imports what, module by module: inside functions and for types only counts like at the top of a file."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.server import ROOT

LAYERS = [
    layer.split(" | ")
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    for layer in reversed(contract["layers"])
]
HEIGHT = {package: height for height, layer in enumerate(LAYERS) for package in layer}


def sources() -> dict[str, str]:
    """The modules of the project and their text."""
    files = [path.relative_to(ROOT) for package in HEIGHT for path in (ROOT / package).rglob("*.py")]
    return {_module(path): (ROOT / path).read_text() for path in files}


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imports(source: str) -> Iterator[str]:
    """What a source imports, by full name; of ``from a import b`` both, since ``b`` may be a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import says the package by name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def graph(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Each module and the modules of the project that it imports, with what Python runs before these: their packages.

    Not those in which the module itself lies: they are being run already.
    """
    return {name: set(_run_for(name, text, texts)) - {name} for name, text in texts.items()}


def _run_for(name: str, text: str, known: Mapping[str, str]) -> Iterator[str]:
    for each in imports(text):
        parts = each.split(".")
        *packages, module = [".".join(parts[:n]) for n in range(len(parts) + 1) if ".".join(parts[:n]) in {"", *known}]
        yield from (package for package in packages if package and not f"{name}.".startswith(f"{package}."))
        yield from [module] if module else []


def circle(texts: Mapping[str, str]) -> list[str]:
    """The modules of a circle; empty when there is none."""
    try:
        TopologicalSorter(graph(texts)).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def rising(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The imports that do not run down: from a package into one above it, or into the one beside it."""
    package = {name: name.partition(".")[0] for name in texts}
    return [
        (name, other)
        for name, others in graph(texts).items()
        for other in sorted(others)
        if package[name] != package[other] and HEIGHT[package[name]] <= HEIGHT[package[other]]
    ]


def test_no_module_leads_back_to_itself() -> None:
    assert circle(sources()) == []


def test_no_import_runs_up() -> None:
    assert rising(sources()) == []


def test_a_circle_inside_functions_is_seen() -> None:
    texts = {"org.a": "from org import b", "org.b": "def f():\n    from org.c import d", "org.c": "import org.a"}
    assert set(circle(texts)) == {"org.a", "org.b", "org.c"}
    assert circle({**texts, "org.c": ""}) == []


def test_a_circle_through_a_package_that_imports_its_modules_is_seen() -> None:
    texts = {"org.a": "from org.b.c import d", "org.b": "from org.b import e", "org.b.c": "", "org.b.e": "import org.a"}
    assert set(circle(texts)) == {"org.a", "org.b", "org.b.e"}
    assert circle({**texts, "org.b": ""}) == []


def test_an_import_that_runs_up_or_sideways_is_seen() -> None:
    texts = {"core.a": "def f():\n    import org.b", "org.b": "import core.a", "api.c": "from backoffice import d"}
    assert rising({**texts, "backoffice.d": ""}) == [("core.a", "org.b"), ("api.c", "backoffice.d")]
