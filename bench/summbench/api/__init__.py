"""The public functions, and the run that people hold."""
