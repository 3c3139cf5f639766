import keras

print(
    "Keras",
    keras.__version__,
    "writes:",
    sorted(k for k in keras.layers.InputLayer((5, 2)).get_config() if "batch" in k),
)
