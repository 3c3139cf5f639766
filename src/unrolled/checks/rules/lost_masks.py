"""What is found where a mask ends on its way: layers that pass none on, so that those behind read padding as data."""

from __future__ import annotations

from collections.abc import Iterator

from unrolled.checks.cases import Case
from unrolled.checks.reports import Problem
from unrolled.keras_bridge.models import is_of_keras
from unrolled.traces.calls import BidirectionalCall, LayerCall, RecurrentCall, Trace
from unrolled.traces.cells import Array

ORDER = 2
_FIXES = {
    "Flatten": (
        "keras.layers.GlobalAveragePooling1D()  # in place of Flatten: it leaves the padded steps out"
    ),
    "Conv1D": (
        "# after the convolution, by name: keras.layers.LSTM(8)(h, mask=mask), with "
        "mask = keras.layers.Masking().compute_mask(x)"
    ),
}
_BY_NAME = (
    "# give the mask to the layers behind it by name: keras.layers.LSTM(8)(h, mask=mask), with "
    "mask = keras.layers.Masking().compute_mask(x) or keras.ops.not_equal(ids, 0)"
)
_PADDING_READ = "The layers after it read the padding as data, so the result depends on how much padding there is."


def find(case: Case) -> Iterator[Problem]:
    """Yield the first layer that passes no mask on, and the first that was reached by none."""
    if case.trace is None:
        return
    calls = case.trace.calls
    lost = next((c for c in calls if _loses(case.trace, c)), None)
    if lost is not None and lost.mask is not None:
        yield _lost(case, lost, lost.mask)
        return
    dropped = next((c for c in calls if _is_dropped_by_recurrent(case.trace, c)), None)
    if dropped is not None and dropped.mask is not None:
        yield _dropped_by_recurrent(dropped, dropped.mask)
    unreached = next((c for c in calls if _is_unreached(case.trace, c)), None)
    if unreached is not None:
        yield _unreached(unreached)


def _is_recurrent(call: LayerCall) -> bool:
    return isinstance(call, (RecurrentCall, BidirectionalCall))


def _has_masked_steps(call: LayerCall) -> bool:
    return call.mask is not None and not call.mask.all()


def _loses(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a call was given a mask with masked steps, keeps what they say, and passes no mask on."""
    if not _has_masked_steps(call) or call.output_mask is not None or not call.outputs:
        return False
    if call.is_model or call.parent is not None or _is_recurrent(call):
        return False
    if call.facts.mask in ("reads", "makes"):
        return False  # takes the masked steps out itself, or makes a mask of its own
    if call.facts.mask == "flattens":
        return True
    breaks = call.facts.mask == "drops"
    return (breaks or _keeps_time(call)) and _is_read_without_mask(trace, call)


def _keeps_time(call: LayerCall) -> bool:
    made, mask = call.outputs[0], call.mask
    return mask is not None and made.ndim >= 3 and made.shape[1] == mask.shape[1]


def _is_dropped_by_recurrent(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a recurrent layer read a mask, returns every step and passes no mask on, as from Keras 3.16 on."""
    if not _is_recurrent(call) or not _has_masked_steps(call) or call.parent is not None:
        return False
    if call.output_mask is not None or not call.outputs or not _keeps_time(call):
        return False
    return _is_read_without_mask(trace, call)


def _is_unreached(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a recurrent layer reads steps that carry a mask, was given none, and what it returns differs by it."""
    source = call.sources[0] if call.sources else None
    if not isinstance(call, RecurrentCall) or call.mask is not None or source is None:
        return False
    mask = source.output_mask
    if mask is None or mask.all() or call.parent is not None:
        return False
    if call.x.ndim < 3 or call.x.shape[:2] != mask.shape:
        return False
    # an output at every step is right at the real steps where the padding is read last
    read = mask[:, ::-1] if call.go_backwards else mask
    padding_last = bool((read[:, :-1] >= read[:, 1:]).all())
    only_steps = call.return_sequences and not call.return_state
    return not (padding_last and only_steps) or _is_read_without_mask(trace, call)


def _is_read_without_mask(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a later call, which would take a mask into account, reads this one's output without any."""
    below = {id(call)}
    for later in trace.calls:
        if not any(source is not None and id(source) in below for source in later.sources):
            continue
        uses_mask = _is_recurrent(later) or later.facts.mask in ("reads", "flattens")
        if later.mask is None and uses_mask and later.layer_class != "Masking":
            return True
        below.add(id(later))
    return False


def _lost(case: Case, call: LayerCall, mask: Array) -> Problem:
    layers = [layer for layer in case.layers if layer.name == call.layer_name]
    own = bool(layers) and all(is_of_keras(layer) for layer in layers)
    return Problem(
        mistake="mask-is-lost",
        level="wrong" if own else "doubt",
        title=f"The mask is lost in the layer {call.layer_name}",
        expected="a mask passed on to every layer that reads the sequence",
        came=f"{call.layer_class} got a mask with {int((~mask).sum())} masked steps and passes none on",
        why=_PADDING_READ,
        fix=_FIXES.get(call.layer_class, _BY_NAME),
        fix_is_example=True,
    )


def _dropped_by_recurrent(call: LayerCall, mask: Array) -> Problem:
    return Problem(
        mistake="a-recurrent-layer-passes-no-mask-on",
        level="wrong",
        title=f"The recurrent layer {call.layer_name} passes no mask on",
        expected="a mask for every layer that reads the sequence; up to Keras 3.15 recurrent layers passed it on",
        came=f"{call.layer_class} got a mask with {int((~mask).sum())} masked steps and passes none on",
        why=f"{_PADDING_READ} The same model gave other numbers before Keras 3.16.",
        fix=_BY_NAME,
        fix_is_example=True,
    )


def _unreached(call: LayerCall) -> Problem:
    source = call.sources[0]
    assert source is not None
    mask = source.output_mask
    assert mask is not None
    return Problem(
        mistake="mask-is-lost",
        level="wrong",
        title=f"The mask of its input does not reach the layer {call.layer_name}",
        expected="a mask for every layer that reads the sequence",
        came=f"{source.layer_name} passes on a mask with {int((~mask).sum())} masked steps, {call.layer_name} got none",
        why="Keras drops the mask of a call that is given initial_state, so that padded steps are read as data.",
        fix=_BY_NAME,
        fix_is_example=True,
    )
