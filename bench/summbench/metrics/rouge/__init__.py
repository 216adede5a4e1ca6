"""ROUGE of pairs of texts: two engines, one definition, and the check that they agree."""
