"""Where articles and references come from."""
