"""Which files a module needs, by following its imports: an edit elsewhere cannot change it."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class ImportGraph:
    """The modules below a folder and what each imports, inside functions too.

    root: the folder on ``sys.path``. package: the one package to follow, or empty for the modules
    of the folder itself. What stands under ``if TYPE_CHECKING`` is left out: it never runs.
    """

    def __init__(self, root: Path, package: str = "") -> None:
        self.package = package
        start = root / package if package else root
        found = start.rglob("*.py") if package else start.glob("*.py")
        self.paths = {
            _dotted(path.relative_to(root)): path for path in sorted(found)
        }
        self._files = (
            [p for p in start.rglob("*") if p.is_file()] if package else []
        )
        self.public_homes = cache(self._read_public_homes)
        self._imports = cache(self._read_imports)
        self._digest = cache(self._read_digest)

    def needed(self, names: Iterable[str]) -> frozenset[str]:
        """Return these modules and all that they import, directly or through others."""
        found: set[str] = set()
        waiting = [name for name in names if name in self.paths]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._imports(name))
        return frozenset(found - {self.package})

    def used_by(self, script: str) -> frozenset[str]:
        """Return the modules of the package that a script imports or takes public names from."""
        if self.package not in script:
            return frozenset()
        homes = self.public_homes()
        names = public_names(script, self.package)
        found = {homes.get(n, self._module(self.package, n)) for n in names}
        for module, name in imported_names(ast.parse(script)):
            found |= {module, self._module(module, name)}
        return frozenset(found & set(self.paths) - {self.package})

    def digest(self, names: Iterable[str]) -> str:
        """Return one checksum of the code of modules and of the data that lie in their packages."""
        lines = (f"{name} {self._digest(name)}" for name in sorted(names))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _read_public_homes(self) -> dict[str, str]:
        """Return the module of each public name, as the package shows it to type checkers."""
        tree = ast.parse(self.paths[self.package].read_text(encoding="utf-8"))
        nodes = [
            node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        ]
        pairs = [
            (node.module or "", alias.name)
            for node in nodes
            for alias in node.names
        ]
        return {
            name: self._module(module, name)
            for module, name in pairs
            if module.startswith(self.package)
        }

    def _module(self, module: str, name: str) -> str:
        """Return the module that ``from module import name`` reads."""
        return (
            f"{module}.{name}" if f"{module}.{name}" in self.paths else module
        )

    def _read_imports(self, name: str) -> frozenset[str]:
        tree = ast.parse(self.paths[name].read_text(encoding="utf-8"))
        homes = self.public_homes() if self.package else {}
        found: set[str] = set()
        for module, imported in imported_names(tree):
            if self.package and module == self.package:
                found.add(homes.get(imported, self._module(module, imported)))
            else:
                found.add(self._module(module, imported))
            if module == "pkgutil":
                found |= self._inside(name)
        packages = {
            ".".join(n.split(".")[:k])
            for n in found | {name}
            for k in range(1, n.count(".") + 1)
        }
        return frozenset((found | packages) & set(self.paths))

    def _inside(self, name: str) -> set[str]:
        """Return the modules of a package, which imports what it finds in its own folder."""
        return {other for other in self.paths if other.startswith(f"{name}.")}

    def _read_digest(self, name: str) -> str:
        """Return the checksum of a module, of a package with the files in it that are no Python."""
        path = self.paths[name]
        digest = hashlib.sha256(
            code_digest(path.read_text(encoding="utf-8")).encode()
        )
        if path.name == "__init__.py" and name != self.package:
            for file in sorted(self._files):
                if path.parent in file.parents and file.suffix not in (
                    ".py",
                    ".pyc",
                ):
                    digest.update(file.name.encode() + file.read_bytes())
        return digest.hexdigest()


def imported_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield module and name of every import that can run; of ``import a.b`` an empty name."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    if isinstance(tree, ast.Import):
        yield from ((alias.name, "") for alias in tree.names)
    if isinstance(tree, ast.ImportFrom):
        yield from ((tree.module or "", alias.name) for alias in tree.names)
    for child in ast.iter_child_nodes(tree):
        yield from imported_names(child)


def public_names(script: str, package: str) -> set[str]:
    r"""Return which names of a package a script uses.

    >>> sorted(public_names("import lib\nlib.draw(lib.trace(1))", "lib"))
    ['draw', 'trace']
    """
    if package not in script:
        return set()
    tree = ast.parse(script)
    found = {name for module, name in imported_names(tree) if module == package}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and ast.unparse(node.value) == package
        ):
            found.add(node.attr)
    return found - {""}


def code_digest(text: str) -> str:
    r"""Return the checksum of a module's code: comments, docstrings and line breaks change nothing.

    >>> code_digest("x = 1  # one") == code_digest("\n\nx = 1")
    True
    """
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if (
            isinstance(node, DOCUMENTED)
            and ast.get_docstring(node, clean=False) is not None
        ):
            del node.body[0]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(
        parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
    )
