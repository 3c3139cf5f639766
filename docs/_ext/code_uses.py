"""Which functions and classes of ``unrolled`` a piece of code uses: it is read, not run.

A class is used where its name stands, where a function returns it, and where one of its attributes
is read: the annotations of the library say what comes of what. ``trace["lstm"].gates`` uses
RecurrentCall, as of all calls of layers only those of recurrent ones have gates.
"""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache, cached_property
from typing import Any

import unrolled

Classes = frozenset[str]
NOTHING: Classes = frozenset()
#: what ``[...]`` gives where it is annotated as Any: it is one or a list, as the model has it
HELD = {
    "Trace": frozenset({"LayerCall"}),
    "Sensitivity": frozenset({"LayerSensitivity"}),
}
BLOCK = re.compile(
    r"^```(?:\{code-cell\}[^\n]*|python)\n(.*?)^```", re.MULTILINE | re.DOTALL
)
NO_PYTHON = re.compile(
    r"^[ \t]*[:%!].*$", re.MULTILINE
)  # options of a cell, and lines for IPython


def names_in(annotation: object) -> Classes:
    """Return the public classes that an annotation names.

    >>> sorted(names_in("tuple[LayerCall | None, ...]"))
    ['LayerCall']
    """
    words = re.findall(r"\w+", str(annotation))
    return frozenset(public_classes()).intersection(words)


@cache
def public_classes() -> dict[str, type]:
    """Return the public classes by their names."""
    classes: dict[str, type] = {}
    for name in unrolled.__all__:
        value = getattr(unrolled, name)
        if inspect.isclass(value):
            classes[name] = value
    return classes


@cache
def members(name: str) -> dict[str, Classes]:
    """Return the attributes and methods of a class, each with the public classes that it gives.

    >>> sorted(members("BidirectionalCall")["forward"])
    ['RecurrentCall']
    """
    found: dict[str, Classes] = {}
    for base in reversed(public_classes()[name].__mro__):
        own = vars(base).get("__init__")
        if inspect.isfunction(own):
            # what a class keeps of its arguments has the same names
            for parameter in inspect.signature(own).parameters.values():
                found[parameter.name] = names_in(parameter.annotation)
        for attribute, annotation in inspect.get_annotations(base).items():
            found[attribute] = names_in(annotation)
        for attribute, value in vars(base).items():
            found.setdefault(attribute, NOTHING)
            found[attribute] |= names_in(_returned(value))
    return found


def _returned(value: Any) -> object:
    """Return the annotation of what a method or a property returns."""
    if isinstance(value, property):
        value = value.fget
    if isinstance(value, cached_property):
        value = value.func
    if not inspect.isfunction(value):
        return ""
    annotations = inspect.get_annotations(value)
    return annotations.get("return", "")


def uses_in(code: str) -> set[str]:
    """Return the public names that a text of Python uses.

    >>> sorted(uses_in("import unrolled; t = unrolled.trace(m); print(t['lstm'].gates)"))
    ['LayerCall', 'RecurrentCall', 'Trace', 'trace']
    """
    reader = Reader()
    reader.visit(ast.parse(code))
    return reader.used


def code_of_page(text: str) -> str:
    r"""Return the Python of a Markdown page, without cells that are no Python.

    >>> code_of_page("```{code-cell} ipython3\n:tags: [hide]\nx = 1\n```\n```python\nx +\n```")
    '\nx = 1\n'
    """
    code = ""
    for block in BLOCK.finditer(text):
        cell = NO_PYTHON.sub("", block[1])
        try:
            ast.parse(cell)
        except SyntaxError:
            continue
        code += cell
    return code


class Reader(ast.NodeVisitor):
    """Reads code from its top to its end, and keeps what each variable may hold."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self._held: dict[str, Classes] = {}
        self._imported: dict[str, str] = {}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Keep the names that come from the library."""
        if node.module == "unrolled":
            for alias in node.names:
                self._imported[alias.asname or alias.name] = alias.name

    def visit_Assign(self, node: ast.Assign) -> None:
        """Read the value, then keep it under its names."""
        self.visit(node.value)
        for target in node.targets:
            self._hold(target, self._classes(node.value))

    def visit_For(self, node: ast.For) -> None:
        """Keep what the loop runs over under the loop's variable."""
        self.visit(node.iter)
        self._hold(node.target, self._item(node.iter))
        for statement in (*node.body, *node.orelse):
            self.visit(statement)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        """Keep what a comprehension runs over under its variable."""
        self.visit(node.iter)
        self._hold(node.target, self._item(node.iter))
        for condition in node.ifs:
            self.visit(condition)

    def generic_visit(self, node: ast.AST) -> None:
        """Read comprehensions before what is made of them."""
        for generator in getattr(node, "generators", ()):
            self.visit_comprehension(generator)
        super().generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """Note a name that was imported from the library."""
        self.used |= self._public(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Note what a call returns."""
        self.used |= self._classes(node)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Note what is taken out of something."""
        self.used |= self._classes(node)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note whose attribute is read, and what it is."""
        self.used |= self._public(node)
        self.used |= self._owners(node)
        self.used |= self._classes(node)
        self.generic_visit(node)

    def _hold(self, target: ast.expr, classes: Classes) -> None:
        if isinstance(target, ast.Name):
            self._held[target.id] = classes
        if isinstance(target, ast.Tuple | ast.List):
            for one in target.elts:
                self._hold(one, classes)

    def _public(self, node: ast.expr) -> Classes:
        """Return the public name that an expression is, if it is one."""
        name = ast.unparse(node)
        if name in self._imported:
            return frozenset({self._imported[name]})
        attribute = name.removeprefix("unrolled.")
        if attribute != name and attribute in unrolled.__all__:
            return frozenset({attribute})
        return NOTHING

    def _classes(self, node: ast.expr) -> Classes:
        """Return the public classes that the value of an expression is of, or is made of."""
        if isinstance(node, ast.Name):
            return self._held.get(node.id, NOTHING)
        if isinstance(node, ast.Call):
            return self._returned(node)
        if isinstance(node, ast.Subscript):
            return self._item(node.value)
        found = NOTHING
        if isinstance(node, ast.Attribute):
            for owner in self._owners(node):
                found |= members(owner)[node.attr]
        return found

    def _returned(self, node: ast.Call) -> Classes:
        """Return the classes of what a call gives: of a class that class itself."""
        for name in self._public(node.func):
            if name in public_classes():
                return frozenset({name})
            function = getattr(unrolled, name)
            return names_in(_returned(function))
        return self._classes(node.func)

    def _item(self, node: ast.expr) -> Classes:
        """Return the classes of what an expression holds; of many of a class that class itself."""
        items = NOTHING
        for name in self._classes(node):
            given = members(name).get("__getitem__", frozenset({name}))
            items |= given or HELD.get(name, NOTHING)
        return items

    def _owners(self, node: ast.Attribute) -> Classes:
        """Return the classes whose attribute is read: those of the value, or more special ones."""
        owners = NOTHING
        for name in self._classes(node.value):
            owners |= _owner(name, node.attr)
        return owners


def _owner(name: str, attribute: str) -> Classes:
    base = public_classes()[name]
    candidates = {name: base} | public_classes()
    for candidate, value in candidates.items():
        if not issubclass(value, base):
            continue
        if attribute in members(candidate):
            return frozenset({candidate})
    return NOTHING
