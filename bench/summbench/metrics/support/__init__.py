"""What a summary says that its article can be asked about: names, numbers, quotations."""
