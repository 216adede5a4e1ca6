"""The store: predictions and scores on disk, whole or not there."""
