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
        # without a package its folder is the root
        found = (root / package).rglob("*")
        for path in sorted(found):
            if path.suffix == ".py":
                address = path.relative_to(root).with_suffix("")
                dotted = ".".join(address.parts)
                # a package has the name of its folder
                name = dotted.removesuffix(".__init__")
                self.paths[name] = path
            elif path.is_file() and path.suffix != ".pyc":
                self._data.append(path)
        # every key asks for the same modules again
        self._modules = frozenset(self.paths)
        self.public_homes = cache(self._read_public_homes)
        self._imports = cache(self._read_imports)
        self._digest = cache(self._read_digest)

    def needed(self, names: Iterable[str]) -> frozenset[str]:
        """Return these modules and all that they import, directly or through others."""
        found: set[str] = set()
        waiting = list(self._modules.intersection(names))
        while waiting:
            name = waiting.pop()
            # modules may import each other
            if name in found:
                continue
            found.add(name)
            waiting += self._imports(name)
        # the package itself only names what is public: whatever is taken from it has its home
        return frozenset(found - {self.package})

    def used_by(self, script: str) -> frozenset[str]:
        """Return the modules of the package that a script imports or takes public names from."""
        # most scripts use Keras alone, and to parse them takes time
        if self.package not in script:
            return frozenset()
        found: set[str] = set()
        for name in public_names(script, self.package):
            home = self._home(self.package, name)
            found.add(home)
        tree = ast.parse(script)
        # what is behind the public names: a test may import it
        for module, name in imported_names(tree):
            inside = self._module(module, name)
            found.update([module, inside])
        # Keras and the like are in the lock
        known = found & self._modules
        return frozenset(known - {self.package})

    def digest(self, names: Iterable[str]) -> str:
        """Return one checksum of the code of modules and of the data that lie in their packages."""
        lines = []
        # a set has another order in every process
        for name in sorted(names):
            checksum = self._digest(name)
            lines.append(f"{name} {checksum}")
        text = "\n".join(lines)
        return hashlib.sha256(text.encode()).hexdigest()

    def _read_public_homes(self) -> dict[str, str]:
        """Return the module of each public name, as the package shows it to type checkers."""
        homes: dict[str, str] = {}
        text = self.paths[self.package].read_text(encoding="utf-8")
        tree = ast.parse(text)
        # under ``if TYPE_CHECKING`` too: the package imports what is used when it is used
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom):
                continue
            module = node.module or ""
            # others are imported to do something
            if not module.startswith(self.package):
                continue
            for alias in node.names:
                name = alias.name
                homes[name] = self._module(module, name)
        return homes

    def _module(self, module: str, name: str) -> str:
        """Return the module that ``from module import name`` reads."""
        # a module of a package, or else something in a module
        inside = f"{module}.{name}"
        return inside if inside in self.paths else module

    def _home(self, module: str, name: str) -> str:
        """Return the same; of a public name of the package, the module that it comes from."""
        read = self._module(module, name)
        # a folder of modules that are no package has no public names
        if module != self.package or module not in self.paths:
            return read
        # what is private is in the package itself
        homes = self.public_homes()
        return homes.get(name, read)

    def _read_imports(self, name: str) -> frozenset[str]:
        """Return what a module imports, and the packages that Python imports on the way there."""
        text = self.paths[name].read_text(encoding="utf-8")
        tree = ast.parse(text)
        found = {name}
        for module, imported in imported_names(tree):
            home = self._home(module, imported)
            found.add(home)
            if module == "pkgutil":
                # a package that imports what it finds in its own folder
                inside = f"{name}."
                below = [path for path in self.paths if path.startswith(inside)]
                found.update(below)
        packages: set[str] = set()
        for dotted in found:
            # of a.b.c Python imports a, a.b and a.b.c
            parts = dotted.split(".")
            on_the_way = accumulate(parts, "{}.{}".format)
            packages.update(on_the_way)
        return frozenset(packages & self._modules)

    def _read_digest(self, name: str) -> str:
        """Return the checksum of a module, of a package with the files in it that are no Python."""
        path = self.paths[name]
        text = path.read_text(encoding="utf-8")
        code = code_digest(text)
        digest = hashlib.sha256(code.encode())
        if path.name != "__init__.py":
            return digest.hexdigest()
        # all data are below it: each would change whatever uses the package
        if name == self.package:
            return digest.hexdigest()
        folder = path.parent
        for file in self._data:
            if folder in file.parents:
                name_of_file = file.name.encode()
                content = file.read_bytes()
                digest.update(name_of_file)
                digest.update(content)
        return digest.hexdigest()


def imported_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield module and name of every import that can run; of ``import a.b`` an empty name."""
    # it is for type checkers, and never runs
    if isinstance(tree, ast.If):
        condition = ast.unparse(tree.test)
        if condition == "TYPE_CHECKING":
            return
    if isinstance(tree, ast.Import):
        for alias in tree.names:
            yield alias.name, ""
    if isinstance(tree, ast.ImportFrom):
        # of ``from . import name`` there is none
        module = tree.module or ""
        for alias in tree.names:
            yield module, alias.name
    # a function may import when it is called
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
        owner = ast.unparse(node.value)
        if owner == package:
            found.add(node.attr)
    # ``import package`` names nothing in it
    return found - {""}


def code_digest(text: str) -> str:
    r"""Return the checksum of a module's code: comments, docstrings and line breaks change nothing.

    >>> code_digest("x = 1  # one") == code_digest("\n\nx = 1")
    True
    """
    tree = ast.parse(text)
    for node in ast.walk(tree):
        # nothing else has a docstring
        if not isinstance(node, DOCUMENTED):
            continue
        # the docstring is the first statement
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    # it has no line numbers
    plain = ast.dump(tree)
    return hashlib.sha256(plain.encode()).hexdigest()
