import re
from pathlib import Path

import keras
import numpy as np

for line in re.findall(r"^ *(\d\. .*)$", keras.layers.LSTM.__doc__, re.M):
    print(line)
try:
    keras.layers.LSTM(4, use_cudnn=True)(np.zeros((1, 3, 2)))
except ValueError as error:
    print(re.search(r"use_cudnn=True[^.]*", str(error)).group())
source = Path(keras.__file__).parent / "src" / "backend" / "torch" / "rnn.py"
print("Keras", keras.__version__, "has cuDNN on PyTorch:", "def _cudnn_lstm" in source.read_text())
