"""The names of ``unrolled``: lazy, whole and in order. No Keras."""

import ast
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import unrolled

PACKAGE = Path(unrolled.__file__).parent
TREE = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))


def imports_for_type_checkers():
    """Return the name and home of each import that only a type checker sees."""
    (block,) = [
        node
        for node in TREE.body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name)
    ]
    found = {}
    for node in block.body:
        if isinstance(node, ast.ImportFrom):
            found |= {name.name: node.module for name in node.names}
    return found


def test_the_names_are_in_order_and_each_has_a_home():
    assert list(unrolled.__all__) == sorted(unrolled.__all__)
    assert list(unrolled._HOMES) == sorted(unrolled._HOMES)
    assert set(unrolled.__all__) == {*unrolled._HOMES, "example_data"}


def test_a_type_checker_sees_the_same_names_in_the_same_homes():
    homes = {name: f"unrolled.{home}" for name, home in unrolled._HOMES.items()}
    assert imports_for_type_checkers() == {**homes, "example_data": "unrolled"}


@pytest.mark.parametrize(("name", "home"), unrolled._HOMES.items())
def test_a_home_defines_its_name(name, home):
    tree = ast.parse(
        (PACKAGE / f"{home.replace('.', '/')}.py").read_text("utf-8")
    )
    defined = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    assert name in {node.name for node in defined}
    (node,) = [node for node in defined if node.name == name]
    assert ast.get_docstring(node)


def test_names_come_when_they_are_asked_for():
    from unrolled.explanations.explanation import explain
    from unrolled.windowing.windows import Windows

    assert unrolled.explain is explain
    assert unrolled.Windows is Windows
    assert unrolled.example_data.__name__ == "unrolled.example_data"
    assert unrolled.__version__ == metadata.version("unrolled")


def test_dir_has_every_name():
    assert {*unrolled.__all__, "__version__", "__doc__"} <= set(dir(unrolled))
    assert dir(unrolled) == sorted(dir(unrolled))


def test_a_misspelt_name_is_said_and_the_right_one_proposed():
    with pytest.raises(
        AttributeError, match="module 'unrolled' has no attribute 'tracee'"
    ) as info:
        unrolled.tracee  # noqa: B018
    assert (info.value.name, info.value.obj) == ("tracee", unrolled)
    code = "import unrolled; unrolled.tracee"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        text=True,
    )
    assert "Did you mean: 'trace'?" in run.stderr


def test_the_import_is_light():
    code = (
        "import sys, unrolled; dir(unrolled); unrolled.__version__; unrolled.explain; "
        "print(sorted({'keras', 'tensorflow', 'matplotlib', 'numpy'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert run.stdout == "[]\n"
