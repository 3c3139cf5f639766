"""Keras is imported in one package alone, by its public names."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "unrolled"
BRIDGE = SOURCE / "keras_bridge"
FILES = sorted(SOURCE.rglob("*.py"))


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree):
    """Yield the modules that a file imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""


def private_names(tree):
    """Yield the attributes with an underscore that are asked of anything but ``self`` and ``cls``.

    What is asked by ``getattr(thing, name, default)`` is optional, and no attribute here.
    """
    own = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        is_private = node.attr.startswith("_") and not node.attr.startswith(
            "__"
        )
        is_own = isinstance(node.value, ast.Name) and node.value.id in {
            "self",
            "cls",
        }
        if is_private and not is_own and node.attr not in own:
            yield f"line {node.lineno}: .{node.attr}"


@pytest.mark.parametrize(
    "path", FILES, ids=lambda p: str(p.relative_to(SOURCE))
)
def test_keras_is_imported_in_its_own_room_by_public_names(path):
    modules = set(imported(tree_of(path)))
    assert not [m for m in modules if m.startswith("keras.src")]
    if not path.is_relative_to(BRIDGE):
        assert not [m for m in modules if m.partition(".")[0] == "keras"]


@pytest.mark.parametrize(
    "path", sorted(BRIDGE.glob("*.py")), ids=lambda p: p.name
)
def test_no_private_name_is_asked_of_keras(path):
    text = path.read_text(encoding="utf-8")
    assert ".src" not in text.replace("``src/", "")
    assert list(private_names(tree_of(path))) == []


def test_the_reader_sees_what_is_private():
    code = "import keras\nkeras.layers.Layer()._layers\nself._own\ngetattr(x, '_optional', None)\n"
    assert list(private_names(ast.parse(code))) == ["line 2: ._layers"]
