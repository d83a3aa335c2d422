"""What an editor may still want to do: for each explainer, what is covered and what is not."""
