"""The diagram of a model: what its rows say, where they stand, and how it is drawn."""
