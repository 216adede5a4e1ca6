"""Pages: a leaderboard and its articles to look at, a comparison, and one plain table."""
