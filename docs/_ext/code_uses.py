"""Which functions and classes of ``unrolled`` a piece of code uses: it is read, not run.

A class is used where its name stands, where a function returns it, and where one of its attributes
is read: the annotations of the library say what comes of what. ``trace["lstm"].gates`` uses
RecurrentCall, as of all calls of layers only those of recurrent ones have gates.
"""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from pathlib import Path
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
    # a text, as every module postpones its annotations
    words = re.findall(r"\w+", str(annotation))
    known = frozenset(public_classes())
    return known.intersection(words)


@cache
def public_classes() -> dict[str, type]:
    """Return the public classes by their names."""
    classes: dict[str, type] = {}
    for name in unrolled.__all__:
        value = getattr(unrolled, name)
        # the others are functions
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
    cls = public_classes()[name]
    # what a class says of an attribute replaces what its bases say
    for base in reversed(cls.__mro__):
        own = vars(base)
        constructor = own.get("__init__")
        # what a class keeps of its arguments has the same names
        arguments = getattr(constructor, "__annotations__", {})
        attributes = inspect.get_annotations(base)
        annotations = arguments | attributes
        for attribute, annotation in annotations.items():
            found[attribute] = names_in(annotation)
        for attribute, value in own.items():
            # a default says nothing: what its annotation said stays
            before = found.get(attribute, NOTHING)
            annotation = _returned(value)
            found[attribute] = before | names_in(annotation)
    return found


def _returned(value: Any) -> object:
    """Return the annotation of what a method or a property returns."""
    # the annotation of a property stands at the function in it
    function = getattr(value, "fget", value)
    # a cached property has it under another name
    function = getattr(function, "func", function)
    # a constant says nothing
    if not inspect.isfunction(function):
        return ""
    annotations = inspect.get_annotations(function)
    return annotations.get("return", "")


def uses_in(code: str) -> set[str]:
    """Return the public names that a text of Python uses.

    >>> sorted(uses_in("import unrolled; t = unrolled.trace(m); print(t['lstm'].gates)"))
    ['LayerCall', 'RecurrentCall', 'Trace', 'trace']
    """
    tree = ast.parse(code)
    reader = Reader()
    reader.visit(tree)
    return reader.used


def code_of_page(text: str) -> str:
    r"""Return the Python of a Markdown page, without cells that are no Python.

    >>> code_of_page("```{code-cell} ipython3\n:tags: [hide]\nx = 1\n```\n```python\nx +\n```")
    '\nx = 1\n'
    """
    code = ""
    for block in BLOCK.finditer(text):
        inside = block[1]
        cell = NO_PYTHON.sub("", inside)
        try:
            ast.parse(cell)
        except SyntaxError:
            # a part of a script, or a message
            continue
        code += cell
    return code


def code_of(path: Path) -> str:
    """Return the Python code of a script or a page."""
    text = path.read_text(encoding="utf-8")
    # all of a script is code
    if path.suffix != ".md":
        return text
    return code_of_page(text)


class Reader(ast.NodeVisitor):
    """Reads code from its top to its end, and keeps what each variable may hold."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        # variable -> the classes that it may hold
        self._held: dict[str, Classes] = {}
        # code -> the public name that it stands for, as a set of one
        self._public: dict[str, Classes] = {}
        for name in unrolled.__all__:
            code = f"unrolled.{name}"
            self._public[code] = frozenset({name})

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Keep the names that come from the library."""
        # what is behind the public names is no use of them
        if node.module != "unrolled":
            return
        for alias in node.names:
            # ``import trace as run``
            written = alias.asname or alias.name
            public = frozenset({alias.name})
            self._public[written] = public

    def visit_Assign(self, node: ast.Assign) -> None:
        """Read the value, then keep it under its names."""
        self.visit(node.value)
        # before its names change: ``trace = trace["lstm"]``
        classes = self._classes(node.value)
        for target in node.targets:
            self._hold(target, classes)

    def visit_For(self, node: ast.For) -> None:
        """Keep what the loop runs over under the loop's variable."""
        self.visit(node.iter)
        item = self._item(node.iter)
        self._hold(node.target, item)
        # its statements know the variable
        inside = [*node.body, *node.orelse]
        for statement in inside:
            self.visit(statement)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        """Keep what a comprehension runs over under its variable."""
        self.visit(node.iter)
        item = self._item(node.iter)
        self._hold(node.target, item)
        for condition in node.ifs:
            self.visit(condition)

    def generic_visit(self, node: ast.AST) -> None:
        """Read comprehensions before what is made of them."""
        # in the tree ``[call.gates for call in trace.calls]`` has ``call.gates`` first
        for generator in getattr(node, "generators", ()):
            self.visit_comprehension(generator)
        super().generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """Note a name that was imported from the library."""
        self.used |= self._public.get(node.id, NOTHING)

    def visit_Call(self, node: ast.Call | ast.Subscript) -> None:
        """Note what a call returns, or what is taken out of something."""
        self.used |= self._classes(node)
        # what it is made of may be used too
        self.generic_visit(node)

    visit_Subscript = visit_Call  # noqa: N815  so ast calls it

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note whose attribute is read, and what it is."""
        code = ast.unparse(node)
        self.used |= self._public.get(code, NOTHING)
        self.used |= self._owners(node)
        self.used |= self._classes(node)
        self.generic_visit(node)

    def _hold(self, target: ast.expr, classes: Classes) -> None:
        """Keep classes under a variable, or under each of several."""
        if isinstance(target, ast.Name):
            # what it held before is gone
            self._held[target.id] = classes
        # of a tuple or a list of variables
        for one in getattr(target, "elts", ()):
            self._hold(one, classes)

    def _classes(self, node: ast.expr) -> Classes:
        """Return the public classes that the value of an expression is of, or is made of."""
        # a variable that came from elsewhere holds nothing of ours
        if isinstance(node, ast.Name):
            return self._held.get(node.id, NOTHING)
        if isinstance(node, ast.Call):
            return self._returned(node)
        # ``trace["lstm"]``
        if isinstance(node, ast.Subscript):
            holder = node.value
            return self._item(holder)
        # a number, a text, a sum: none of these is of a public class
        if not isinstance(node, ast.Attribute):
            return NOTHING
        found = NOTHING
        owners = self._owners(node)
        for owner in owners:
            attributes = members(owner)
            found |= attributes[node.attr]
        return found

    def _returned(self, node: ast.Call) -> Classes:
        """Return the classes of what a call gives: of a class that class itself."""
        code = ast.unparse(node.func)
        called = self._public.get(code, NOTHING)
        # a method, or a function of something else
        if not called:
            method = node.func
            return self._classes(method)
        (name,) = called
        if name in public_classes():
            return called
        function = getattr(unrolled, name)
        annotation = _returned(function)
        return names_in(annotation)

    def _item(self, node: ast.expr) -> Classes:
        """Return the classes of what an expression holds; of many of a class that class itself."""
        items = NOTHING
        classes = self._classes(node)
        for name in classes:
            # a class without [...] is that of one of many, such as trace.calls
            itself = frozenset({name})
            attributes = members(name)
            given = attributes.get("__getitem__", itself)
            # Any: the classes are told by hand
            items |= given or HELD.get(name, NOTHING)
        return items

    def _owners(self, node: ast.Attribute) -> Classes:
        """Return the classes whose attribute is read: those of the value, or more special ones."""
        owners = NOTHING
        classes = self._classes(node.value)
        for name in classes:
            owner = _owner(name, node.attr)
            owners |= owner
        return owners


def _owner(name: str, attribute: str) -> Classes:
    """Return the class that has an attribute: the one named, or the first that inherits from it."""
    base = public_classes()[name]
    # the class itself comes first
    first = {name: base}
    candidates = first | public_classes()
    for candidate, value in candidates.items():
        if not issubclass(value, base):
            continue
        attributes = members(candidate)
        if attribute in attributes:
            return frozenset({candidate})
    # an attribute of Python, or one that is not public
    return NOTHING
