import json

import h5py

with h5py.File("lstm.h5") as file:
    config = json.loads(file.attrs["model_config"])
for layer in config["config"]["layers"]:
    kept = ("units", "return_sequences", "stateful", "activation", "batch_input_shape")
    print(
        layer["class_name"],
        {name: value for name, value in layer["config"].items() if name in kept},
    )
