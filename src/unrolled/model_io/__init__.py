"""A model and its data, read once.

Inputs, outputs, names, nesting, batches, and what a loss does with shapes.
"""
