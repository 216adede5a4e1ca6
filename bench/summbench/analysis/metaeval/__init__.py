"""How far metrics can be trusted: their scores held against human ones."""
