from __future__ import annotations
import numpy as np
from unrolled.diagrams.rows.receptive_fields import find_reach
from unrolled.traces.calls import *


def legacy(reader, form, source, sform, reading):
    D = form.timesteps or 1
    S = (sform.timesteps or 1) if sform.returns_steps else 1
    call = reader.call
    if call.layer_class == "GetItem" and sform.returns_steps:
        key = call.config.get("key")
        time = (
            key[1]
            if isinstance(key, (tuple, list)) and len(key) > 1 and isinstance(key[1], (int, slice))
            else slice(None)
        )
        taken = range(S)[time]
        if isinstance(taken, int):
            taken = [taken]
        M = np.zeros((len(taken), S), bool)
        for k, t in enumerate(taken):
            M[k, t] = True
        if len(M) != D:
            M = M.any(0, keepdims=True)
        return M
    if sform.returns_steps and form.timesteps:
        reach = find_reach(call, S)
        if reach is not None:
            M = np.zeros((len(reach), S), bool)
            for k, ts in enumerate(reach):
                for t in ts:
                    M[k, t] = True
            return M
        if S != D:
            return None
        return np.eye(D, dtype=bool)
    return np.ones((D, S), bool)
