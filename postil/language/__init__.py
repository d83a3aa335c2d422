"""What differs between languages: interface words, dates and lists, cues of attribution.

Enters: nothing.
"""
