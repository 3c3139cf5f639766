"""How strongly each input step moves an output: gradients through a real model."""
