"""One step of a cell, opened: its numbers, its picture, its words."""
