"""The models of the catalogue, each traced and drawn once for all tests."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256

import keras
import numpy as np
import pytest
from catalogue import BUILDERS, make

import unrolled
from unrolled.traces.trace import Trace

#: the names of all models; tests of one model go to the process that has traced it
EACH = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"model {name}"))
    for name in BUILDERS
]


@dataclass(frozen=True)
class Case:
    """One model, traced and drawn."""

    model: keras.Model
    x: object
    y: object
    trace: Trace
    diagram: unrolled.Diagram
    before: dict
    after: dict


@cache
def case(name):
    model, x, y = make(name)
    before = fingerprint(model)
    trace = unrolled.trace(model, x)
    diagram = unrolled.draw(trace, y=y)
    diagram.svg()
    return Case(model, x, y, trace, diagram, before, fingerprint(model))


def fingerprint(model):
    """Return all that can be told about a model from outside and that a run could change."""
    found = {}
    for place, layer in enumerate(model._flatten_layers()):
        variables = [
            *layer.variables,
            *keras.tree.flatten(getattr(layer, "states", None) or []),
        ]
        arrays = [np.asarray(keras.ops.convert_to_numpy(v)) for v in variables]
        found[place, layer.name] = (
            [
                sha256(np.ascontiguousarray(a).tobytes()).hexdigest()
                for a in arrays
            ],
            sorted(vars(layer)),
            layer.built,
            len(layer.losses),
            {
                k: v
                for k, v in vars(
                    getattr(layer, "cell", None) or object.__new__(Case)
                ).items()
                if "activation" in k
            },
        )
    return found
