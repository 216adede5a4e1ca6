"""People who rate summaries: their pages, their answers, their agreement, and what they prefer."""
