"""Plots of a Trace's numbers over time, and of weights, with Matplotlib."""
