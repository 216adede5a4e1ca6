"""A run as one sealed file, and its numbers made again."""
