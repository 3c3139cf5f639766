"""A Scene as plain data, and what writes it down: SVG, Matplotlib, files."""
