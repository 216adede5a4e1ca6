"""Figures of a leaderboard for papers."""
