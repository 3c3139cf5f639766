"""Which files a module needs, by following its imports: an edit elsewhere cannot change it."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class ImportGraph:
    """The modules below a folder and what each imports, inside functions too.

    root: the folder on ``sys.path``. package: the one package to follow, or empty for all modules
    of the folder. What stands under ``if TYPE_CHECKING`` is left out: it never runs.
    """

    def __init__(self, root: Path, package: str = "") -> None:
        self.package = package
        self.paths: dict[str, Path] = {}
        self._data: list[Path] = []
        for path in sorted((root / package).rglob("*")):
            if path.suffix == ".py":
                parts = path.relative_to(root).with_suffix("").parts
                dotted = ".".join(parts).removesuffix(".__init__")
                self.paths[dotted] = path
            elif path.is_file() and path.suffix != ".pyc":
                self._data.append(path)
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
        found: set[str] = set()
        for name in public_names(script, self.package):
            found.add(self._home(self.package, name))
        for module, name in imported_names(ast.parse(script)):
            found.add(module)
            found.add(self._module(module, name))
        known = found & set(self.paths)
        return frozenset(known - {self.package})

    def digest(self, names: Iterable[str]) -> str:
        """Return one checksum of the code of modules and of the data that lie in their packages."""
        lines = []
        for name in sorted(names):
            checksum = self._digest(name)
            lines.append(f"{name} {checksum}")
        text = "\n".join(lines)
        return hashlib.sha256(text.encode()).hexdigest()

    def _read_public_homes(self) -> dict[str, str]:
        """Return the module of each public name, as the package shows it to type checkers."""
        homes: dict[str, str] = {}
        text = self.paths[self.package].read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.ImportFrom):
                continue
            module = node.module or ""
            if not module.startswith(self.package):
                continue
            for alias in node.names:
                homes[alias.name] = self._module(module, alias.name)
        return homes

    def _module(self, module: str, name: str) -> str:
        """Return the module that ``from module import name`` reads."""
        inside = f"{module}.{name}"
        if inside in self.paths:
            return inside
        return module

    def _home(self, module: str, name: str) -> str:
        """Return the same; of a public name of the package, the module that it comes from."""
        read = self._module(module, name)
        if module != self.package or module not in self.paths:
            return read
        homes = self.public_homes()
        return homes.get(name, read)

    def _read_imports(self, name: str) -> frozenset[str]:
        """Return what a module imports, and the packages that Python imports on the way there."""
        tree = ast.parse(self.paths[name].read_text(encoding="utf-8"))
        found = {name}
        for module, imported in imported_names(tree):
            found.add(self._home(module, imported))
            if module == "pkgutil":
                # a package that imports what it finds in its own folder
                inside = f"{name}."
                found.update(p for p in self.paths if p.startswith(inside))
        packages: set[str] = set()
        for dotted in found:
            parts = dotted.split(".")
            packages.update(accumulate(parts, "{}.{}".format))
        return frozenset(packages & set(self.paths))

    def _read_digest(self, name: str) -> str:
        """Return the checksum of a module, of a package with the files in it that are no Python."""
        path = self.paths[name]
        code = code_digest(path.read_text(encoding="utf-8"))
        digest = hashlib.sha256(code.encode())
        if path.name != "__init__.py" or name == self.package:
            return digest.hexdigest()
        for file in self._data:
            if path.parent in file.parents:
                digest.update(file.name.encode())
                digest.update(file.read_bytes())
        return digest.hexdigest()


def imported_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield module and name of every import that can run; of ``import a.b`` an empty name."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    if isinstance(tree, ast.Import):
        for alias in tree.names:
            yield alias.name, ""
    if isinstance(tree, ast.ImportFrom):
        module = tree.module or ""
        for alias in tree.names:
            yield module, alias.name
    for child in ast.iter_child_nodes(tree):
        yield from imported_names(child)


def public_names(script: str, package: str) -> set[str]:
    r"""Return which names of a package a script uses.

    >>> sorted(public_names("import lib\nlib.draw(lib.trace(1))", "lib"))
    ['draw', 'trace']
    """
    tree = ast.parse(script)
    found: set[str] = set()
    for module, name in imported_names(tree):
        if module == package:
            found.add(name)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        if ast.unparse(node.value) == package:
            found.add(node.attr)
    return found - {""}


def code_digest(text: str) -> str:
    r"""Return the checksum of a module's code: comments, docstrings and line breaks change nothing.

    >>> code_digest("x = 1  # one") == code_digest("\n\nx = 1")
    True
    """
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if not isinstance(node, DOCUMENTED):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    plain = ast.dump(tree)
    return hashlib.sha256(plain.encode()).hexdigest()
