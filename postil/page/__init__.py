"""An explainer to its page: views that are data, and the templates that turn them into HTML."""
