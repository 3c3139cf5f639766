"""The doctor: what is wrong with a model and its data, what an error means, and how to mend it."""
