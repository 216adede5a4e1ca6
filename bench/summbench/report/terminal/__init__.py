"""Text for a terminal: fitted to its width, without marks, and nothing is printed here."""
