"""Robustness to perturbed articles: stability, excess change, leakage and loss of quality."""
