"""What rows call their values: features, steps, words, classes and targets by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter

from unrolled.axes import say_count
from unrolled.diagrams.rows.parts import Note
from unrolled.diagrams.rows.rows import InputRow, LabelRow, Row, ValuesRow

_SPOKEN = 8  # names that the words list

Names = tuple[str, ...]

# the names that are for the ids of a row, where they are not words
_ID_NAMES: Mapping[type[Row], str] = {LabelRow: "classes"}


@dataclass(frozen=True, kw_only=True)
class ValueNames:
    """The names that somebody gave, or that were read from the data; empty where there are none.

    Attributes
    ----------
    features, steps : tuple of str
        Of the rows and the columns of an input.
    vocabulary : tuple of str
        The word of each id.
    classes, targets : tuple of str
        Of the values of an output, and of those of a label.
    """

    features: Names = ()
    steps: Names = ()
    vocabulary: Names = ()
    classes: Names = ()
    targets: Names = ()

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return any(getattr(self, field.name) for field in fields(self))

    def __or__(self, other: ValueNames) -> ValueNames:
        """Return these names, and those of the other where these have none."""
        merged = {
            field.name: getattr(self, field.name) or getattr(other, field.name)
            for field in fields(self)
        }
        return ValueNames(**merged)


def check_names(rows: Sequence[Row], names: ValueNames) -> None:
    """Raise ValueError where names fit no row, as there are too many or too few of them."""
    _check_number("features", names.features, rows, _features)
    _check_number("steps", names.steps, rows, attrgetter("timesteps"))
    _check_number("classes", names.classes, rows, _classes)
    _check_number("targets", names.targets, rows, _targets)
    _check_vocabulary(names.vocabulary, rows)


def name_rows(
    rows: Sequence[Row],
    names: ValueNames,
    vocabularies: Mapping[str, Names],
) -> list[Row]:
    """Return the rows with the names of their values and steps, where they fit.

    vocabularies: the words that a layer of the model looks up, by its name.
    """
    named = []
    for row in rows:
        words = vocabularies.get(row.name, names.vocabulary)
        of_row = replace(names, vocabulary=words)
        named.append(_name_row(row, of_row))
    return named


def _name_row(row: Row, names: ValueNames) -> Row:
    """Return a row with those names that are for it."""
    if not isinstance(row, ValuesRow):
        # its values are not drawn
        return row
    of_values = _choose_value_names(row, names)
    by_length = {len(names.steps): names.steps}
    steps = by_length.get(row.timesteps or 0, ())
    words: Names = ()
    if row.are_ids:
        # the ids of labels are classes
        argument = _ID_NAMES.get(type(row), "vocabulary")
        words = getattr(names, argument)
    named = replace(
        row,
        value_names=of_values or row.value_names,
        step_names=steps,
        id_words=words,
    )
    said = [
        _list_names("named ", of_values),
        _list_names("in words: ", named.first_words()),
        _say_steps(row, steps),
    ]
    # in the picture they stand beside the values, so that the words alone say them
    notes = [Note("", spoken=text) for text in filter(None, said)]
    return replace(named, notes=(*row.notes, *notes))


def _choose_value_names(row: ValuesRow, names: ValueNames) -> Names:
    """Return the names for the values of one column of a row; empty without any."""
    candidates = (
        (_features, names.features),
        (_targets, names.targets),
        (_classes, names.classes),
    )
    for count, given in candidates:
        if given and count(row) == len(given):
            return given
    return ()


def _list_names(lead: str, names: Names) -> str:
    """Return the first names in one line; nothing without any."""
    if not names:
        return ""
    listed = ", ".join(names[:_SPOKEN])
    if len(names) > _SPOKEN:
        listed = f"{listed}, …"
    return f"{lead}{listed}"


def _say_steps(row: Row, names: Names) -> str:
    """Return which steps an input has, by the names of the first and the last one."""
    if not names or not isinstance(row, InputRow):
        return ""
    return f"steps {names[0]} to {names[-1]}"


def _features(row: Row) -> int | None:
    """Return how many features an input has; None for another row."""
    if not isinstance(row, InputRow):
        return None
    size, word = row.axes[-1]
    return size if word == "features" else None


def _classes(row: Row) -> int | None:
    """Return how many classes an output or its labels have, one value each."""
    if not row.is_output and not isinstance(row, LabelRow):
        return None
    if isinstance(row, LabelRow) and row.are_ids:
        # one value, which is any of them
        return None
    return _last_size(row)


def _targets(row: Row) -> int | None:
    """Return how many values a label has; None for another row."""
    if not isinstance(row, LabelRow) or row.are_ids:
        return None
    return _last_size(row)


def _last_size(row: Row) -> int:
    # of the axis batch alone each sample has one value
    if len(row.axes) == 1:
        return 1
    size, _ = row.axes[-1]
    return size


def _check_number(
    argument: str,
    names: Names,
    rows: Sequence[Row],
    count: Callable[[Row], int | None],
) -> None:
    """Raise ValueError where there are names, and no row has as many things to name."""
    if not names:
        return
    counts = {number for row in rows if (number := count(row)) is not None}
    if len(names) in counts:
        return
    if not counts:
        given = say_count(len(names), "names")
        raise ValueError(
            f"Expected no {argument}, as the picture shows none; got {given}. "
            f"Fix: leave {argument} out."
        )
    *others, last = sorted(counts)
    either = "".join(map("{} or ".format, others))
    came = _list_names("", names)
    raise ValueError(
        f"Expected {either}{say_count(last, 'names')} for {argument}, got {len(names)}: {came}. "
        f"Fix: give {argument} one name for each."
    )


def _check_vocabulary(words: Names, rows: Sequence[Row]) -> None:
    """Raise ValueError where an id that is drawn has no word."""
    if not words:
        return
    ids = list(filter(None, map(_as_ids, rows)))
    if not ids:
        raise ValueError(
            "Expected no vocabulary, as no input of the model holds ids; "
            f"got {say_count(len(words), 'words')}. Fix: leave vocabulary out."
        )
    largest = max(row.largest_id() for row in ids)
    if largest >= len(words):
        raise ValueError(
            f"Expected a word for each id, 0 to {largest}; got {say_count(len(words), 'words')}. "
            "Fix: the word of id k stands at place k, and padding and unknown words have ids too."
        )


def _as_ids(row: Row) -> ValuesRow | None:
    """Return a row where it holds ids that a vocabulary names, else None."""
    if isinstance(row, ValuesRow) and not isinstance(row, LabelRow):
        return row if row.are_ids else None
    # the ids of labels are classes
    return None
