"""Cut a series into windows with their labels, and draw which row became what."""
