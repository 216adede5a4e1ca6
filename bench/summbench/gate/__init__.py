"""The regression gate: is a candidate worse than its baseline?"""
