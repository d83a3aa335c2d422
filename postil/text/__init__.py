"""Articles and prose: what a reader sees of them, and where a quotation stands in it.

Enters: paths.
"""
