"""The command ``unrolled``: its arguments, what it loads, what it prints. Keras is imported with the first model."""
