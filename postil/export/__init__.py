"""Files for other programs, one module an export.

Enters: site, text, language.
"""
