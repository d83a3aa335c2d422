"""Postil weaves notes into the margin of somebody else's article."""
