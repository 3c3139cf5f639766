"""How a model is put together, call by call, so that it can be run again without Keras's graph."""

from dataclasses import dataclass
from typing import Any

import keras
from keras import tree


@dataclass
class Step:
    """One call of a layer: the tensors that it reads and makes."""

    layer: Any
    reads: list
    mask: Any
    initial: list
    makes: list
    inner: Any


class Plan:
    """How a model was put together, call by call."""

    def __init__(self):
        self.inputs, self.outputs, self.steps = [], [], []

    def enter(self, tensor):
        self.inputs.append(tensor)
        return tensor

    def call(self, layer, *tensors, mask=None, initial=(), inner=None):
        """Call a layer symbolically; return the tensors that it makes."""
        given = {} if mask is None else {"mask": mask}
        if initial:
            given["initial_state"] = list(initial)
        makes = tree.flatten(
            layer(tensors[0] if len(tensors) == 1 else list(tensors), **given)
        )
        self.steps.append(
            Step(layer, list(tensors), mask, list(initial), makes, inner)
        )
        return makes

    def model(self, *outputs, name=None):
        """Return the model, and put the steps into the order in which it takes them."""
        self.outputs = list(outputs)
        model = keras.Model(
            one_or_list(self.inputs), one_or_list(self.outputs), name=name
        )
        nodes = [
            node
            for _, same_depth in sorted(
                model._nodes_by_depth.items(), reverse=True
            )
            for node in same_depth
        ]
        place = {
            id(tensor): k
            for k, node in enumerate(nodes)
            for tensor in node.outputs
        }
        self.steps.sort(key=lambda step: place[id(step.makes[0])])
        return model


def one_or_list(things):
    return things[0] if len(things) == 1 else things
