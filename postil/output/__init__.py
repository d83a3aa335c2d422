"""What is published: a folder that holds exactly these files, and the proof that it does.

Enters: record, text, diagnostics, paths.
"""
