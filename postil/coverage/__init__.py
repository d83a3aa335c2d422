"""What an editor may still want to do.

Enters: building, site, yaml, text, language, diagnostics, paths.
"""
