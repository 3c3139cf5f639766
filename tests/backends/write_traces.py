"""Write the traces to compare, on TensorFlow: ``make build/backends/tensorflow.npz``."""

import sys
import time
from pathlib import Path

from same_models import NAMES, arrays_of, backends_alike, trace_of
from stored import write


def main(path):
    """Trace every model and write one file."""
    began, found = time.monotonic(), {}
    for name in NAMES:
        trace = trace_of(name)
        found[name] = arrays_of(trace), backends_alike(trace)
    write(path, found)
    print(f"{len(found)} models in {time.monotonic() - began:.0f} s: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
