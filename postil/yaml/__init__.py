"""YAML in which every value knows its place, and plain words for its mistakes.

Enters: text, diagnostics.

`reading` is the front door and `writing` the back one; both stand on `composer`. The rest is
imported only when something is wrong, each from those before it: `lines` (a line as people write
it), `sentences` (all that is said), `repairing` (a repair is proved by reading again), `trouble`
(what is known of the place), `signs` and `placement` (what may be meant there) and `explaining`
(which of these, for which kind).
It knows no field of the site's files: what it must know of them is a `Dialect`.
"""
