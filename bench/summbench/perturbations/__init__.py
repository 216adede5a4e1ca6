"""Operators that garble an article, seeded, with the edits that give it back."""
