"""What rows call their values: features, steps, words, classes and targets by their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter

import numpy as np

from unrolled.axes import say_count
from unrolled.diagrams.rows.parts import Note
from unrolled.diagrams.rows.rows import InputRow, LabelRow, Row, ValuesRow

_SPOKEN = 8  # names that the words list

Names = tuple[str, ...]

# the names of the values of a column, in the order in which they are tried
_IN_COLUMNS = ("features", "targets", "classes")
# the names that have a thing each, in the order in which they are checked
_COUNTED = ("features", "steps", "classes", "targets")
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
        nothing = ValueNames()
        return self != nothing

    def __or__(self, other: ValueNames) -> ValueNames:
        """Return these names, and those of the other where these have none."""
        by_argument = vars(self).items()
        # where there are none, the names are an empty tuple
        own = filter(itemgetter(1), by_argument)
        return replace(other, **dict(own))


def check_names(rows: Sequence[Row], names: ValueNames) -> None:
    """Raise ValueError where names fit no row, as there are too many or too few of them."""
    counts: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        for argument, count in _count_things(row).items():
            counts[argument].add(count)
    for argument in _COUNTED:
        given = getattr(names, argument)
        _check_number(argument, given, counts[argument])
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
    # a row without timesteps, or with more or fewer of them, keeps their numbers
    by_length: Mapping[int | None, Names] = {len(names.steps): names.steps}
    steps = by_length.get(row.timesteps, ())
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
        _list_names("in words: ", _first_words(named)),
    ]
    if steps and isinstance(row, InputRow):
        # the rows above it have the same steps
        said.append(f"steps {steps[0]} to {steps[-1]}")
    # in the picture they stand beside the values, so that the words alone say them
    notes = [Note("", spoken=text) for text in filter(None, said)]
    return replace(named, notes=(*row.notes, *notes))


def _choose_value_names(row: ValuesRow, names: ValueNames) -> Names:
    """Return the names for the values of one column of a row; empty without any."""
    counts = _count_things(row)
    for argument in _IN_COLUMNS:
        given: Names = getattr(names, argument)
        if len(given) == counts.get(argument):
            return given
    return ()


def _first_words(row: ValuesRow) -> Names:
    """Return the words of the ids of the first batch; nothing where they have none."""
    # labels that nobody gave have no first batch
    batches = map(np.ravel, row.values[:1])
    ids = chain.from_iterable(batches)
    # padding may be a word without letters
    return tuple(filter(None, map(row.word_of, ids)))


def _list_names(lead: str, names: Names) -> str:
    """Return the first names in one line; nothing without any."""
    if not names:
        return ""
    listed = ", ".join(names[:_SPOKEN])
    if len(names) > _SPOKEN:
        listed = f"{listed}, …"
    return f"{lead}{listed}"


def _count_things(row: Row) -> dict[str, int]:
    """Return how many things of a row can have names, by the argument that gives them."""
    counts: dict[str, int] = {}
    if row.timesteps is not None:
        counts["steps"] = row.timesteps
    # of the axis batch alone each sample has one value
    size = 1
    word = ""
    if len(row.axes) > 1:
        size, word = row.axes[-1]
    if row.is_output:
        # an output has a value for each class
        counts["classes"] = size
    match row:
        case InputRow():
            # what else an input may hold, such as ids or the channels of a map, is no feature
            if word == "features":
                counts["features"] = size
        case LabelRow(are_ids=False):
            counts["targets"] = size
            # labels may have a value for each class too; an id is one value, which is any of them
            counts["classes"] = size
    return counts


def _check_number(argument: str, names: Names, counts: Collection[int]) -> None:
    """Raise ValueError where there are names, and no row has as many things to name.

    counts: how many things the rows have that the argument can name.
    """
    if not names:
        return
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
    # the largest id of each row that holds some
    ids: list[int] = []
    for row in rows:
        match row:
            case LabelRow():
                # the ids of labels are classes
                continue
            case ValuesRow(are_ids=True):
                ids.append(_largest_id(row))
    if not ids:
        raise ValueError(
            "Expected no vocabulary, as no input of the model holds ids; "
            f"got {say_count(len(words), 'words')}. Fix: leave vocabulary out."
        )
    largest = max(ids)
    if largest >= len(words):
        raise ValueError(
            f"Expected a word for each id, 0 to {largest}; got {say_count(len(words), 'words')}. "
            "Fix: the word of id k stands at place k, and padding and unknown words have ids too."
        )


def _largest_id(row: ValuesRow) -> int:
    """Return the largest id of all batches."""
    largest = 0
    for values in row.values:
        # models take ids as floating point numbers too, of which some are none
        known = np.nan_to_num(values.astype("float64"), posinf=0.0)
        largest_known = int(np.max(known, initial=0.0))
        largest = max(largest, largest_known)
    return largest
