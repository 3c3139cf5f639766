"""What is found where a mask ends on its way.

Layers that pass none on, so that those behind read padding as data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from unrolled.checks.cases import Case
from unrolled.checks.reports import Problem
from unrolled.keras_bridge.models import is_of_keras
from unrolled.traces.calls import (
    BidirectionalCall,
    LayerCall,
    RecurrentCall,
    Trace,
)
from unrolled.traces.cells import Array

ORDER = 2
_FIXES = {
    "Flatten": (
        "keras.layers.GlobalAveragePooling1D()  # in place of Flatten: it leaves the padded steps "
        "out"
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
_PADDING_READ = (
    "The layers after it read the padding as data, so the result depends on how much padding "
    "there is."
)


def find(case: Case) -> Iterator[Problem]:
    """Yield the first layer that passes no mask on, and the first that was reached by none."""
    if case.trace is None:
        return
    lost = _first(case.trace, _loses)
    if lost is not None:
        yield _lost(case, lost)
        return
    dropped = _first(case.trace, _is_dropped_by_recurrent)
    if dropped is not None:
        yield _dropped_by_recurrent(dropped)
    unreached = _first(case.trace, _is_unreached)
    if unreached is not None:
        yield _unreached(unreached)


def _first(
    trace: Trace, is_meant: Callable[[Trace, LayerCall], bool]
) -> LayerCall | None:
    return next((call for call in trace.calls if is_meant(trace, call)), None)


def _is_recurrent(call: LayerCall) -> bool:
    return isinstance(call, (RecurrentCall, BidirectionalCall))


def _runs_steps(call: LayerCall) -> bool:
    """Tell whether Keras runs this layer step by step: it passes masks on up to Keras 3.15."""
    return _is_recurrent(call) or call.facts.reads_time


def _has_masked_steps(call: LayerCall) -> bool:
    return call.mask is not None and not call.mask.all()


def _loses(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a call got masked steps, keeps what they say, and passes no mask on."""
    if not _ends_mask(call) or call.is_model or _runs_steps(call):
        return False
    if call.facts.mask in ("reads", "makes"):
        return False  # takes the masked steps out itself, or makes a mask of its own
    if call.facts.mask == "flattens":
        return True
    keeps = call.facts.mask == "drops" or _keeps_time(call)
    return keeps and _is_read_without_mask(trace, call)


def _ends_mask(call: LayerCall) -> bool:
    """Tell whether a call of the model itself was given masked steps and passes no mask on."""
    if not _has_masked_steps(call) or call.parent is not None:
        return False
    return call.output_mask is None and bool(call.outputs)


def _keeps_time(call: LayerCall) -> bool:
    made, mask = call.outputs[0], call.mask
    return (
        mask is not None and made.ndim >= 3 and made.shape[1] == mask.shape[1]
    )


def _is_dropped_by_recurrent(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a layer that runs steps passes no mask on with them (Keras 3.16)."""
    if not _runs_steps(call) or not _ends_mask(call) or not _keeps_time(call):
        return False
    return _is_read_without_mask(trace, call)


def _is_unreached(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a recurrent layer reads masked steps, got no mask and returns otherwise."""
    if (
        not isinstance(call, RecurrentCall)
        or call.mask is not None
        or call.parent is not None
    ):
        return False
    mask = _mask_of_source(call)
    if mask is None or mask.all() or call.x.shape[:2] != mask.shape:
        return False
    return not _is_right_at_real_steps(call, mask) or _is_read_without_mask(
        trace, call
    )


def _is_right_at_real_steps(call: RecurrentCall, mask: Array) -> bool:
    """Tell whether a layer returns the steps alone, and reads the padding after all of them."""
    if not call.return_sequences or call.return_state:
        return False
    read = mask[:, ::-1] if call.go_backwards else mask
    return bool((read[:, :-1] >= read[:, 1:]).all())


def _mask_of_source(call: LayerCall) -> Array | None:
    """Return the mask that the output of the layer below carries."""
    source = call.sources[0] if call.sources else None
    return None if source is None else source.output_mask


def _masked_steps(mask: Array | None) -> int:
    return 0 if mask is None else int((~mask).sum())


def _is_read_without_mask(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a later call that would use a mask reads this one's output without any."""
    below = {id(call)}
    for later in trace.calls:
        if not any(
            source is not None and id(source) in below
            for source in later.sources
        ):
            continue
        uses_mask = _is_recurrent(later) or later.facts.mask in (
            "reads",
            "flattens",
        )
        if later.mask is None and uses_mask and later.layer_class != "Masking":
            return True
        below.add(id(later))
    return False


def _lost(case: Case, call: LayerCall) -> Problem:
    layers = [layer for layer in case.layers if layer.name == call.layer_name]
    own = bool(layers) and all(is_of_keras(layer) for layer in layers)
    return Problem(
        mistake="mask-is-lost",
        level="wrong" if own else "doubt",
        title=f"The mask is lost in the layer {call.layer_name}",
        expected="a mask passed on to every layer that reads the sequence",
        came=(
            f"{call.layer_class} got a mask with {_masked_steps(call.mask)} masked steps and "
            "passes none on"
        ),
        why=_PADDING_READ,
        fix=_FIXES.get(call.layer_class, _BY_NAME),
        fix_is_example=True,
    )


def _dropped_by_recurrent(call: LayerCall) -> Problem:
    return Problem(
        mistake="a-recurrent-layer-passes-no-mask-on",
        level="wrong",
        title=f"The layer {call.layer_name} passes no mask on",
        expected=(
            "a mask for every layer that reads the sequence; up to Keras 3.15 "
            f"{call.layer_class} passed it on"
        ),
        came=(
            f"{call.layer_class} got a mask with {_masked_steps(call.mask)} masked steps and "
            "passes none on"
        ),
        why=f"{_PADDING_READ} The same model gave other numbers before Keras 3.16.",
        fix=_BY_NAME,
        fix_is_example=True,
    )


def _unreached(call: LayerCall) -> Problem:
    below = call.sources[0]
    name = "" if below is None else below.layer_name
    masked = _masked_steps(_mask_of_source(call))
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
        fix=_BY_NAME,
        fix_is_example=True,
    )
