"""The command line: arguments, exit codes, what a person sees at a terminal; `new`, `update`,
`import`.

Enters: preview, coverage, building, output, record, site, yaml, text, diagnostics, paths.
"""
