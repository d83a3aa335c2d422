"""An explainer to its page: views that are data, and templates that make HTML of them.

Enters: site, yaml, text, language, diagnostics, paths.
"""
