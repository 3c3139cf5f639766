"""What radon and ruff do not measure: how many decisions stand in one line.

``python tests/lint/plain_statements.py PATH ...`` names every conditional expression inside another
and every comprehension with more than one ``if``, and fails where there is one. With ``--density``
it prints, for each package, the decisions in a hundred lines of body: the sum of radon's
complexities over the lines of the functions, without their heads and docstrings. A room over
``DENSEST`` is named.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from radon.complexity import cc_visit
from radon.visitors import Function

DENSEST = 30.0
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def python_files(path: Path) -> list[Path]:
    """Return a file, or the Python files below a folder."""
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def dense_lines(source: str) -> list[tuple[int, str]]:
    """Return the lines that decide more than once, and what they do.

    >>> dense_lines("x = 1 if a else 2 if b else 3")
    [(1, 'a conditional expression inside another')]
    >>> dense_lines("x = [y for y in z if a if b]")
    [(1, 'a comprehension with 2 ifs')]
    >>> dense_lines("x = [y if a else 0 for y in z if b]")
    []
    """
    return sorted(
        {
            finding
            for node in ast.walk(ast.parse(source))
            for finding in judge(node)
        }
    )


def judge(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield what is said against one expression."""
    if isinstance(node, ast.IfExp) and holds_conditional(node):
        yield node.lineno, "a conditional expression inside another"
    if isinstance(node, COMPREHENSIONS):
        ifs = sum(len(loop.ifs) for loop in node.generators)
        if ifs > 1:
            yield node.lineno, f"a comprehension with {ifs} ifs"


def holds_conditional(node: ast.IfExp) -> bool:
    """Tell whether a conditional expression holds another one."""
    below = (
        child for part in ast.iter_child_nodes(node) for child in ast.walk(part)
    )
    return any(isinstance(child, ast.IfExp) for child in below)


@dataclass(frozen=True)
class Density:
    """The complexity of functions and the lines of their bodies."""

    complexity: int = 0
    lines: int = 0

    def __add__(self, other: Density) -> Density:
        return Density(
            self.complexity + other.complexity, self.lines + other.lines
        )

    @property
    def value(self) -> float:
        """The decisions in a hundred lines."""
        if self.lines == 0:
            return 0.0
        return 100 * self.complexity / self.lines


def density_of(source: str) -> Density:
    """Return the density of the functions and methods of a module.

    >>> density_of('''def f(x):
    ...     "A docstring counts as little as the head."
    ...     if x:
    ...         return 1
    ...     return 0
    ... ''')
    Density(complexity=2, lines=3)
    """
    complexity = sum(
        block.complexity
        for block in cc_visit(source)
        if isinstance(block, Function)
    )
    bodies = [body_lines(node) for node in outer_functions(ast.parse(source))]
    return Density(complexity, sum(bodies))


def outer_functions(
    node: ast.AST,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions and methods that are in no other function: those inside count with it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield child
        else:
            yield from outer_functions(child)


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has below its head and its docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def packages(path: Path) -> dict[Path, list[Path]]:
    """Return the Python files below a path by the folder that holds them."""
    found: dict[Path, list[Path]] = {}
    for file in python_files(path):
        found.setdefault(file.parent, []).append(file)
    return found


def print_density(paths: list[Path]) -> int:
    """Print a line for each package; return how many are too dense."""
    too_dense = 0
    for path in paths:
        for folder, files in packages(path).items():
            total = sum(
                (density_of(f.read_text(encoding="utf-8")) for f in files),
                Density(),
            )
            mark = "  <-- dense" if total.value > DENSEST else ""
            too_dense += total.value > DENSEST
            print(f"{total.value:6.1f}  {total.lines:5d} lines  {folder}{mark}")
    return too_dense


def print_dense_lines(paths: list[Path]) -> int:
    """Print the lines that decide more than once; return how many there are."""
    count = 0
    for file in (file for path in paths for file in python_files(path)):
        for line, finding in dense_lines(file.read_text(encoding="utf-8")):
            print(f"{file}:{line}: {finding}")
            count += 1
    return count


def main(arguments: list[str]) -> int:
    """Judge the paths that are named."""
    paths = [
        Path(argument)
        for argument in arguments
        if not argument.startswith("--")
    ]
    judge_all = print_density if "--density" in arguments else print_dense_lines
    return min(judge_all(paths), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
