"""Files for other programs, one module an export.

Enters: page, site, text, language.
"""
