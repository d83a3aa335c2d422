"""Every code that a diagnostic can have, and where it is explained."""

from collections.abc import Mapping
from typing import Literal, get_args

from postil import paths

Severity = Literal["error", "warning"]

# One table, by severity, in the order of the alphabet; some codes are in both halves. Each code
# has a section of its name in docs/diagnostics.md and a site of its name under tests/sites/.
ErrorCode = Literal[
    "ambiguous",
    "bad-chain",
    "bad-citation",
    "bad-colour",
    "bad-date",
    "bad-hash",
    "bad-id",
    "bad-language",
    "bad-occurrence",
    "bad-picture",
    "bad-slug",
    "bad-translation",
    "bad-url",
    "bad-value",
    "chain-loop",
    "changed-article",
    "comma-cut",
    "comment-cut",
    "crowded-passage",
    "duplicate-id",
    "duplicate-key",
    "empty-annotation",
    "empty-article",
    "empty-quote",
    "encoding",
    "file-too-large",
    "internal-error",
    "invisible-character",
    "link-to-draft",
    "long-wording",
    "lost-text",
    "low-contrast",
    "missing-article",
    "missing-content",
    "missing-field",
    "missing-file",
    "missing-link",
    "missing-reason",
    "not-text",
    "orphan",
    "overlap",
    "several-articles",
    "slug-clash",
    "symlink",
    "template-error",
    "too-many-findings",
    "unknown-annotation",
    "unknown-context",
    "unknown-hop",
    "unknown-key",
    "unknown-kind",
    "unknown-source",
    "unknown-status",
    "unreadable-file",
    "unsafe-path",
    "unsafe-policy",
    "withdrawn-passage",
    "wrong-occurrence",
    "wrong-type",
    "yaml-alias",
    "yaml-complex-key",
    "yaml-escape",
    "yaml-merge-key",
    "yaml-second-document",
    "yaml-syntax",
    "yaml-tag",
    "yaml-too-deep",
    "yaml-too-large",
]
WarningCode = Literal[
    "bad-citation",
    "bidi-character",
    "byte-order-mark",
    "carriage-return",
    "changed-address",
    "comment-cut",
    "extra-in-note",
    "front-matter",
    "html-in-text",
    "invisible-character",
    "link-to-draft",
    "lone-carriage-return",
    "lost-address",
    "lost-hedge",
    "markdown-dialect",
    "markup-in-title",
    "missing-extra",
    "missing-locator",
    "missing-words",
    "mojibake",
    "picture-in-prose",
    "placeholder",
    "unknown-word",
    "unused-context",
    "unused-source",
    "wrapped-lines",
]
Code = ErrorCode | WarningCode

CODES: Mapping[Severity, frozenset[str]] = {
    "error": frozenset(get_args(ErrorCode)),
    "warning": frozenset(get_args(WarningCode)),
}

# Said of the difference to what is published, and so no longer true once this is published: who
# keeps what was said of a build leaves them out.
PASSING: frozenset[Code] = frozenset({"changed-address", "lost-address"})

# Of characters that cannot be seen, and of those that change the order of others.
OF_CHARACTERS: Mapping[str, WarningCode] = {
    "invisible": "invisible-character",
    "bidi": "bidi-character",
}


def section(code: str) -> str:
    """The address of what the documentation says of a code; empty where it is not installed."""
    file = paths.DOCS / "diagnostics.md"
    return f"{file.as_uri()}#{code}" if file.is_file() else ""
