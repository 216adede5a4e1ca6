"""What noise does to summaries: stability, excess change, leakage, and the loss of quality."""
