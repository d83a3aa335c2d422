"""Postil weaves notes into the margin of somebody else's article."""

__version__ = "0.1.0"
