"""Read exceptions: with their causes and the members of groups, whatever their classes do."""

from __future__ import annotations

from types import TracebackType

#: the packages whose errors the catalogue is about
_PACKAGES = ("keras", "tf_keras", "tensorflow", "jax", "jaxlib", "torch")


def error_text(error: BaseException) -> str:
    """Return an error as a traceback shows it; without its message where its class gives none.

    >>> error_text(ValueError("expected ndim=3"))
    'ValueError: expected ndim=3'
    """
    try:
        return f"{type(error).__name__}: {error}"
    except (
        BaseException
    ):  # as in Python's own tracebacks: ``__str__`` may raise anything
        return type(error).__name__


def related_errors(error: BaseException) -> list[BaseException]:
    """Return an error with those it came from and those it groups, itself last.

    >>> related_errors(ExceptionGroup("both", [KeyError("a"), KeyError("b")]))[:2]
    [KeyError('a'), KeyError('b')]
    """
    related: list[BaseException] = []
    seen = set[int]()
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        related.append(current)
        origin = _origin(current)
        if origin is not None:
            waiting.append(origin)
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
    return related[::-1]


def notes_of(error: BaseException) -> list[str]:
    """Return the notes of an error and of all errors related to it."""
    notes: list[str] = []
    for related in related_errors(error):
        notes += getattr(related, "__notes__", ())
    return notes


def is_of_keras(error: BaseException) -> bool:
    """Return whether the class of an error, or the last frame of its traceback, is Keras's."""
    module = ""
    frame: TracebackType | None = error.__traceback__
    while frame is not None:
        module = str(frame.tb_frame.f_globals.get("__name__", ""))
        frame = frame.tb_next
    for home in (type(error).__module__, module):
        package = home.partition(".")[0]
        if package in _PACKAGES:
            return True
    return False


def _origin(error: BaseException) -> BaseException | None:
    """Return the error that a traceback shows above this one."""
    if error.__cause__ is not None:
        return error.__cause__
    if error.__suppress_context__:
        return None
    return error.__context__
