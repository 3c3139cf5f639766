"""From rows to a Scene: where each row, column and arrow of a model's picture stands."""
