"""YAML in which every value knows its place, and plain words for its mistakes.

Enters: text, diagnostics.

`reading` is the front door and `writing` the back one; both stand on `composer`. The rest is
imported only when something is wrong, each from those before it: `lines` (a line as people write
it), `repairing` (a repair is proved by reading again), `repairs`, `failing` (where the parser
gave up), `signs` and `placement` (what may be meant there), `failures` and `slips` (the tables).
It knows no field of the site's files: what it must know of them is a `Dialect`.
"""
