"""The live preview: a site in memory that follows its files, and the server that shows it.

Enters: coverage, building, export, page, record, site, yaml, text, diagnostics, paths.
"""
