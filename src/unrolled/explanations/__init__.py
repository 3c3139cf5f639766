"""What an error means: the catalogue of messages, and what finds one in a pasted text."""
