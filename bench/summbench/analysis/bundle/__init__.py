"""A run as a sealed file that others can score again: writing it, and replaying it."""
