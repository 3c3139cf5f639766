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
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from radon.complexity import cc_visit
from radon.visitors import Function

DENSEST = 30.0
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def python_files(path: Path) -> list[Path]:
    """Return a file, or the Python files below a folder."""
    if path.is_file():
        return [path]
    return sorted(path.rglob("*.py"))


def dense_lines(source: str) -> list[tuple[int, str]]:
    """Return the lines that decide more than once, and what they do.

    >>> dense_lines("x = 1 if a else 2 if b else 3")
    [(1, 'a conditional expression inside another')]
    >>> dense_lines("x = [y for y in z if a if b]")
    [(1, 'a comprehension with 2 ifs')]
    >>> dense_lines("x = [y if a else 0 for y in z if b]")
    []
    """
    found: set[tuple[int, str]] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.IfExp):
            inside = list(ast.walk(node))
            inside.remove(node)
            if ast.IfExp in map(type, inside):
                fault = "a conditional expression inside another"
                found.add((node.lineno, fault))
        if isinstance(node, COMPREHENSIONS):
            ifs = sum(len(loop.ifs) for loop in node.generators)
            if ifs > 1:
                found.add((node.lineno, f"a comprehension with {ifs} ifs"))
    return sorted(found)


@dataclass(frozen=True)
class Density:
    """The complexity of functions and the lines of their bodies."""

    complexity: int = 0
    lines: int = 0

    def __add__(self, other: Density) -> Density:
        complexity = self.complexity + other.complexity
        lines = self.lines + other.lines
        return Density(complexity, lines)

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
    total = Density()
    for block in cc_visit(source):
        if isinstance(block, Function):
            total += Density(block.complexity)
    for node in outer_functions(ast.parse(source)):
        body = node.body
        if ast.get_docstring(node) is not None:
            body = body[1:]
        if body:
            last_line = body[-1].end_lineno or 0
            total += Density(lines=last_line - body[0].lineno + 1)
    return total


def outer_functions(
    node: ast.AST,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions and methods that are in no other function: those inside count with it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield child
        else:
            yield from outer_functions(child)


def print_density(files: Iterable[Path]) -> int:
    """Print a line for each package; return how many are too dense."""
    packages: defaultdict[Path, Density] = defaultdict(Density)
    for file in files:
        source = file.read_text(encoding="utf-8")
        packages[file.parent] += density_of(source)
    too_dense = 0
    for folder, total in packages.items():
        line = f"{total.value:6.1f}  {total.lines:5d} lines  {folder}"
        if total.value > DENSEST:
            line = f"{line}  <-- dense"
            too_dense += 1
        print(line)
    return too_dense


def print_dense_lines(files: Iterable[Path]) -> int:
    """Print the lines that decide more than once; return how many there are."""
    count = 0
    for file in files:
        source = file.read_text(encoding="utf-8")
        for line, finding in dense_lines(source):
            print(f"{file}:{line}: {finding}")
            count += 1
    return count


def main(arguments: list[str]) -> int:
    """Judge the paths that are named."""
    files: list[Path] = []
    for argument in arguments:
        if not argument.startswith("--"):
            files += python_files(Path(argument))
    judge = print_density if "--density" in arguments else print_dense_lines
    return min(judge(files), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
