"""The story of a Trace: its rows from the bottom up, and the same in words."""
