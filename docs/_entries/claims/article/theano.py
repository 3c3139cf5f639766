import os
import subprocess
import sys

environment = {**os.environ, "KERAS_BACKEND": "theano"}
done = subprocess.run(
    [sys.executable, "-c", "import keras"], env=environment, capture_output=True, text=True
)
print(done.stderr.strip().splitlines()[-1] if done.returncode else "it runs")
verdict = "no longer exists in Keras 3" if done.returncode else "holds"
