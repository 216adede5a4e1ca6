"""Trackers: where a finished run is also sent to."""
