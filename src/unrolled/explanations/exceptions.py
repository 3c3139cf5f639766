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
    name = type(error).__name__
    try:
        return f"{name}: {error}"
    except BaseException:
        # as in Python's own tracebacks: ``__str__`` may raise anything
        return name


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
        # a cause may lead back to an error, where somebody raised it again
        if id(current) in seen:
            continue
        seen.add(id(current))
        related.append(current)
        # the error that a traceback shows above this one
        origin = current.__cause__
        if origin is None and not current.__suppress_context__:
            origin = current.__context__
        if origin is not None:
            waiting.append(origin)
        # the members of a group may each have causes of their own
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
    # found from the last one back to the first, as they are linked
    related.reverse()
    return related


def notes_of(error: BaseException) -> list[str]:
    """Return the notes of an error and of all errors related to it."""
    notes: list[str] = []
    for related in related_errors(error):
        # an error has the list only once a note was added
        notes += getattr(related, "__notes__", ())
    return notes


def is_of_keras(error: BaseException) -> bool:
    """Return whether the class of an error, or the last frame of its traceback, is Keras's."""
    module = ""
    # errors of Python itself are Keras's where Keras raised them: in the last frame
    frame: TracebackType | None = error.__traceback__
    while frame is not None:
        module = str(frame.tb_frame.f_globals.get("__name__", ""))
        frame = frame.tb_next
    of_class, *_ = type(error).__module__.split(".")
    of_frame, *_ = module.split(".")
    packages = {of_class, of_frame}
    return not packages.isdisjoint(_PACKAGES)
