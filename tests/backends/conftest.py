"""Lets these tests import the modules beside them, and leaves out those of the other backend."""

import sys
from pathlib import Path

import keras

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE)]

#: each file states the faults that Keras has on one backend alone
collect_ignore = [
    p.name
    for p in HERE.glob("test_faults_*.py")
    if p.stem != f"test_faults_{keras.backend.backend()}"
]
