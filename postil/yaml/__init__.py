"""YAML in which every value knows its place, and plain words for its mistakes."""
