"""A model and its data, read once: inputs, outputs, names, nesting, batches, and what a loss does with shapes."""
