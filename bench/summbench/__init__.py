"""summbench: which summariser is better, by how much, and whether the difference can be trusted."""
