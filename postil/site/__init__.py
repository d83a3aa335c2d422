"""What an editor wrote: read, typed, placed and checked.

Enters: yaml, text, language, diagnostics, paths.
"""
