"""One leaderboard, several renderings."""
