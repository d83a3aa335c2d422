"""What went wrong, where, what to do about it, and how that is said.

Enters: paths.
"""
