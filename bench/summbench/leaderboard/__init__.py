"""From scores to a leaderboard: estimates, comparisons, ranks, and what went wrong."""
