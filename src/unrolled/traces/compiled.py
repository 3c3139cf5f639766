"""What a model was compiled with, as far as labels are concerned. Knows no Keras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CompiledLoss:
    """The loss of a compiled model.

    Attributes
    ----------
    loss : object
        As ``compile`` got it: a name, a function, a list or a dict of them; None without one.
    own_method : str
        The method of the model's own class that trains it in another way: ``compute_loss`` or
        ``train_step``; empty where Keras does.

    Examples
    --------
    >>> read_compiled_loss(object()) is None
    True
    """

    loss: Any = None
    own_method: str = ""


def read_compiled_loss(model: Any) -> CompiledLoss | None:
    """Return what a model was compiled with, None for one that was not compiled."""
    if not getattr(model, "compiled", False):
        return None
    kind = type(model)
    # of two methods the one that is nearer to the loss is named
    own = ""
    for name in ("train_step", "compute_loss"):
        method = getattr(kind, name, None)
        # a method that Keras wrote, or that does not exist, is not the model's own
        home = getattr(method, "__module__", "keras.")
        if not home.startswith("keras."):
            own = name
    loss = getattr(model, "loss", None)
    return CompiledLoss(loss, own)
