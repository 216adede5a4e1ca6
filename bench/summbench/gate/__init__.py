"""The regression gate: a candidate held against a baseline."""
