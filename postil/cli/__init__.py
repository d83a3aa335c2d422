"""The command line: arguments in, painted lines, progress and an exit code out."""
