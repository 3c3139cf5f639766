"""What is found where a mask ends on its way.

Layers that pass none on, so that those behind read padding as data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix, change_calls, replace_layer
from unrolled.checks.reports import Problem
from unrolled.keras_bridge.models import is_of_keras
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall

ORDER = 2
_RECURRENT = (RecurrentCall, BidirectionalCall)
_BY_NAME = (
    "# give the mask to the layers behind it by name: keras.layers.LSTM(8)(h, mask=mask), with "
    "mask = keras.layers.Masking().compute_mask(x) or keras.ops.not_equal(ids, 0)"
)
_PADDING_READ = (
    "The layers after it read the padding as data, so the result depends on how much padding "
    "there is."
)


def find(case: Case) -> Iterator[Problem]:
    """Yield the first layer that passes no mask on, and the first that was reached by none."""
    ending = list(_ending(case.calls))
    for call in ending:
        if not _runs_steps(call):
            yield _lost(case, call)
            return
    # the first one says it for all: the layers behind it have no mask for that reason
    yield from map(_dropped_by_recurrent, ending[:1])
    yield from islice(_unreached(case), 1)


def _runs_steps(call: LayerCall) -> bool:
    """Tell whether Keras runs this layer step by step: it passes masks on up to Keras 3.15."""
    return isinstance(call, _RECURRENT) or call.facts.reads_time


def _ending(calls: Sequence[LayerCall]) -> Iterator[LayerCall]:
    """Yield the calls that got masked steps, keep what they say, and pass no mask on."""
    for call in calls:
        mask = call.mask
        if mask is None or mask.all():
            continue
        # a layer that only adds a loss returns nothing
        if not call.outputs:
            continue
        # what is made inside a model or a wrapper is told of that model or wrapper
        if call.parent is not None:
            continue
        if call.output_mask is not None:
            continue
        # Flatten makes features of the steps, masked ones too, whatever comes behind
        flattens = call.facts.mask == "flattens"
        keeps = _keeps_steps(call)
        # a mask that ends where nobody would read it is no loss
        if flattens or (keeps and _is_read_without_mask(calls, call)):
            yield call


def _keeps_steps(call: LayerCall) -> bool:
    """Tell whether what a mask says still matters of what a call returns."""
    # the layers of a nested model pass masks on, or not, one by one
    if call.is_model:
        return False
    effect = call.facts.mask
    # where nothing is known of a layer, its shape tells whether it keeps the steps
    if _runs_steps(call) or effect == "":
        return _keeps_time(call)
    # others take the masked steps out themselves, or make a mask of their own
    return effect == "drops"


def _keeps_time(call: LayerCall) -> bool:
    """Tell whether a call returns a vector for each step of its mask."""
    made = call.outputs[0].shape
    steps = np.asarray(call.mask).shape[1:]
    return len(made) > 2 and made[1:2] == steps


def _unreached(case: Case) -> Iterator[Problem]:
    """Yield the recurrent calls that read masked steps, got no mask and return otherwise."""
    for call in case.calls:
        if not isinstance(call, RecurrentCall) or call.parent is not None:
            continue
        # of the inputs the first one is the sequence, the others are states
        below = call.sources[0]
        if below is None or call.mask is not None:
            continue
        mask = _mask_of(below)
        # a mask of other steps is not that of the sequence
        if mask.all() or call.x.shape[:2] != mask.shape:
            continue
        is_right = _is_right_at_real_steps(call, mask)
        # what is right at the real steps is wrong to those that read the others too
        if not is_right or _is_read_without_mask(case.calls, call):
            yield _not_reached(case, call, below)


def _is_right_at_real_steps(call: RecurrentCall, mask: Array) -> bool:
    """Tell whether a layer returns the steps alone, and reads the padding after all of them."""
    # the end of the sequence, or its state, comes after the padding
    if not call.return_sequences or call.return_state:
        return False
    read = mask
    if call.go_backwards:
        read = mask[:, ::-1]
    # behind a masked step there is no real one
    is_in_order = read[:, :-1] >= read[:, 1:]
    return bool(is_in_order.all())


def _mask_of(call: LayerCall) -> Array:
    """Return the mask that the output of a call carries; nothing masked without one."""
    if call.output_mask is None:
        return np.ones(0, bool)
    return call.output_mask


def _is_read_without_mask(calls: Sequence[LayerCall], call: LayerCall) -> bool:
    """Tell whether a later call that would use a mask reads this one's output without any."""
    below = {call}
    # the calls stand in their order, so that each comes after those that it reads
    for later in calls:
        if below.isdisjoint(later.sources):
            continue
        by_kind = later.facts.mask in ("reads", "flattens")
        uses_mask = by_kind or isinstance(later, _RECURRENT)
        if uses_mask and later.mask is None:
            return True
        # what it returns is made of the same steps
        below.add(later)
    return False


def _lost(case: Case, call: LayerCall) -> Problem:
    """Return the problem of a layer that is given a mask and passes none on."""
    kinds = {layer.name: is_of_keras(layer) for layer in case.layers}
    # a layer of your own may take the masked steps out itself
    level = "doubt"
    if kinds.get(call.layer_name):
        level = "wrong"
    fix = _passing_on(call)
    # a mean over the steps that are not masked has one vector per sample as well
    if call.layer_class == "Flatten":
        pooling = "keras.layers.GlobalAveragePooling1D()"
        fix = replace_layer(case, call.layer_name, pooling)
    elif not _keeps_time(call) or call.facts.rearranges:
        # its mask does not fit what it returns
        fix = Fix(_BY_NAME, is_example=True)
    return Problem(
        mistake="mask-is-lost",
        level=level,
        title=f"The mask is lost in the layer {call.layer_name}",
        expected="a mask passed on to every layer that reads the sequence",
        came=_got_and_ended(call),
        why=_PADDING_READ,
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _passing_on(call: LayerCall) -> Fix:
    """Return the fix that lets a layer that keeps the steps pass their mask on."""
    layer = f"model.get_layer({call.layer_name!r})"
    return Fix(
        f"{layer}.supports_masking = True  # it passes the mask on as it came"
    )


def _got_and_ended(call: LayerCall) -> str:
    is_masked = ~np.asarray(call.mask)
    masked = np.count_nonzero(is_masked)
    return f"{call.layer_class} got a mask with {masked} masked steps and passes none on"


def _dropped_by_recurrent(call: LayerCall) -> Problem:
    fix = _passing_on(call)
    return Problem(
        mistake="a-recurrent-layer-passes-no-mask-on",
        level="wrong",
        title=f"The layer {call.layer_name} passes no mask on",
        expected=(
            "a mask for every layer that reads the sequence; up to Keras 3.15 "
            f"{call.layer_class} passed it on"
        ),
        came=_got_and_ended(call),
        why=f"{_PADDING_READ} The same model gave other numbers before Keras 3.16.",
        fix=fix.code,
    )


def _not_reached(case: Case, call: RecurrentCall, below: LayerCall) -> Problem:
    is_masked = ~_mask_of(below)
    masked = np.count_nonzero(is_masked)
    name = call.layer_name
    fix = _by_name(case, name, below)
    return Problem(
        mistake="mask-is-lost",
        level="wrong",
        title=f"The mask of its input does not reach the layer {name}",
        expected="a mask for every layer that reads the sequence",
        came=f"{below.layer_name} passes on a mask with {masked} masked steps, {name} got none",
        why=(
            "Keras drops the mask of a call that is given initial_state, so that padded steps are "
            "read as data."
        ),
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _by_name(case: Case, name: str, below: LayerCall) -> Fix:
    """Return the fix that gives a layer of this name the mask that the layer below makes."""
    # other layers pass a mask on that they were given: their compute_mask alone makes none
    if below.facts.mask != "makes":
        return Fix(_BY_NAME, is_example=True)
    return change_calls(
        case,
        f"{name}(h, initial_state=state, mask=mask)",
        [
            f"if layer.name == {below.layer_name!r}:",
            "    masks.append(layer.compute_mask(*args))",
            f"if layer.name == {name!r}:",
            "    kwargs['mask'] = masks[-1]",
        ],
        start=["masks = []"],
    )
