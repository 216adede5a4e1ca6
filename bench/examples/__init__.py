"""The articles of a run that people look at: kept while it runs, and read again for its report."""
