"""The only room with Keras in it: runs a model, hears what happens inside, and hands on plain arrays."""
