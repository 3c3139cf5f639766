"""The only room with Keras in it: runs a model, records what happens, returns plain arrays."""
