"""Run a model with taps inside Keras, and make a Trace of what they heard."""
