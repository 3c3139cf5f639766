"""The command ``unrolled``: its arguments, what it loads, what it prints."""
