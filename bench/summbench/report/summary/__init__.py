"""A run in sentences: the verdict, what to be wary of, what was judged, and what to do next."""
