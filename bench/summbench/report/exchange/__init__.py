"""A run's results in the formats of others."""
