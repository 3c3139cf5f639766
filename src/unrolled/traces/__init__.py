"""What a run left behind, as plain NumPy: calls, states, gates, weights, sensitivities."""
