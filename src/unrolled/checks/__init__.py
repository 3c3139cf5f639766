"""What is wrong with a model and its data, before anything is trained."""
