"""A process that is forked while another thread traces."""

import subprocess
import sys

FORK = """
import os, threading, keras
from unrolled.keras_bridge import hooks
class Deaf:
    def listens(self):
        return False
held, done = threading.Event(), threading.Event()
def hold():
    with hooks.hearing(Deaf()):
        held.set(); done.wait()
original = keras.layers.Layer.__call__
thread = threading.Thread(target=hold); thread.start(); held.wait()
child = os.fork()
if child == 0:
    free = hooks.one_at_a_time().acquire(timeout=5)
    os._exit(0 if free and keras.layers.Layer.__call__ is original else 1)
_, status = os.waitpid(child, 0)
done.set(); thread.join()
print("child", os.waitstatus_to_exitcode(status))
"""


def test_a_fork_while_another_thread_traces_is_free():
    run = subprocess.run(
        [sys.executable, "-c", FORK],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "child 0" in run.stdout, run.stderr
