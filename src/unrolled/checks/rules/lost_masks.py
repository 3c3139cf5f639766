"""What is found where a mask ends on its way.

Layers that pass none on, so that those behind read padding as data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix, change_calls, replace_layer
from unrolled.checks.reports import Problem
from unrolled.keras_bridge.models import is_of_keras
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall

ORDER = 2
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
    for call in ending[:1]:
        yield _dropped_by_recurrent(call)
    for call in list(_unreached(case.calls))[:1]:
        yield _not_reached(case, call)


def _is_recurrent(call: LayerCall) -> bool:
    return isinstance(call, (RecurrentCall, BidirectionalCall))


def _runs_steps(call: LayerCall) -> bool:
    """Tell whether Keras runs this layer step by step: it passes masks on up to Keras 3.15."""
    return _is_recurrent(call) or call.facts.reads_time


def _ending(calls: Sequence[LayerCall]) -> Iterator[LayerCall]:
    """Yield the calls that got masked steps, keep what they say, and pass no mask on."""
    for call in calls:
        if call.mask is None or call.mask.all() or not call.outputs:
            continue
        if call.parent is not None or call.output_mask is not None:
            continue
        is_read = _is_read_without_mask(calls, call)
        if call.facts.mask == "flattens" or (_keeps_steps(call) and is_read):
            yield call


def _keeps_steps(call: LayerCall) -> bool:
    """Tell whether what a mask says still matters of what a call returns."""
    if call.is_model:
        return False
    effect = call.facts.mask
    if _runs_steps(call) or effect == "":
        return _keeps_time(call)
    # others take the masked steps out themselves, or make a mask of their own
    return effect == "drops"


def _keeps_time(call: LayerCall) -> bool:
    """Tell whether a call returns a vector for each step of its mask."""
    made = call.outputs[0].shape
    if len(made) < 3 or call.mask is None:
        return False
    return call.mask.shape[1:] == (made[1],)


def _unreached(calls: Sequence[LayerCall]) -> Iterator[LayerCall]:
    """Yield the recurrent calls that read masked steps, got no mask and return otherwise."""
    for call in calls:
        if not isinstance(call, RecurrentCall) or call.mask is not None:
            continue
        mask = _mask_of_source(call)
        if call.parent is not None or mask.all():
            continue
        if call.x.shape[:2] != mask.shape:
            continue
        is_read = _is_read_without_mask(calls, call)
        if is_read or not _is_right_at_real_steps(call, mask):
            yield call


def _is_right_at_real_steps(call: RecurrentCall, mask: Array) -> bool:
    """Tell whether a layer returns the steps alone, and reads the padding after all of them."""
    if not call.return_sequences or call.return_state:
        return False
    read = mask[:, ::-1] if call.go_backwards else mask
    return bool((read[:, :-1] >= read[:, 1:]).all())


def _mask_of_source(call: LayerCall) -> Array:
    """Return the mask that the output of the layer below carries; nothing masked without one."""
    below = call.sources[0] if call.sources else None
    if below is None or below.output_mask is None:
        return np.ones(0, bool)
    return below.output_mask


def _is_read_without_mask(calls: Sequence[LayerCall], call: LayerCall) -> bool:
    """Tell whether a later call that would use a mask reads this one's output without any."""
    below = {call}
    for later in calls:
        if below.isdisjoint(later.sources):
            continue
        reads_masks = later.facts.mask in ("reads", "flattens")
        uses_mask = reads_masks or _is_recurrent(later)
        if later.mask is None and uses_mask and later.layer_class != "Masking":
            return True
        below.add(later)
    return False


def _lost(case: Case, call: LayerCall) -> Problem:
    kinds = {layer.name: is_of_keras(layer) for layer in case.layers}
    level = "wrong" if kinds.get(call.layer_name) else "doubt"
    fix = _passing_on(call)
    if call.layer_class == "Flatten":
        pooling = "keras.layers.GlobalAveragePooling1D()"
        fix = replace_layer(case, call.layer_name, pooling)
    elif not _keeps_time(call) or call.facts.rearranges:
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
    masked = np.count_nonzero(~np.asarray(call.mask))
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


def _not_reached(case: Case, call: LayerCall) -> Problem:
    below = call.sources[0]
    name = "" if below is None else below.layer_name
    masked = np.count_nonzero(~_mask_of_source(call))
    fix = _by_name(case, call)
    return Problem(
        mistake="mask-is-lost",
        level="wrong",
        title=f"The mask of its input does not reach the layer {call.layer_name}",
        expected="a mask for every layer that reads the sequence",
        came=f"{name} passes on a mask with {masked} masked steps, {call.layer_name} got none",
        why=(
            "Keras drops the mask of a call that is given initial_state, so that padded steps are "
            "read as data."
        ),
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _by_name(case: Case, call: LayerCall) -> Fix:
    """Return the fix that gives a layer the mask that the layer below makes."""
    below = call.sources[0]
    if below is None or below.facts.mask != "makes":
        return Fix(_BY_NAME, is_example=True)
    name = call.layer_name
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
