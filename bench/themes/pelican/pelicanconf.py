"""Pelican's settings: one page an explainer and an index."""

import json
from pathlib import Path

SITENAME = "Bench"
SITEURL = "https://example.org/bench"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
PATH = "content"
THEME = "theme"
THEME_STATIC_PATHS: list[str] = []
STATIC_PATHS = [""]
PAGE_PATHS: list[str] = []
ARTICLE_PATHS = [""]
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
DIRECT_TEMPLATES = ["index"]
DEFAULT_PAGINATION = False
SUMMARY_MAX_LENGTH = 0
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.meta": {},
        "markdown.extensions.footnotes": {},
    },
    "output_format": "html5",
}
JINJA_FILTERS = {"fromjson": json.loads}
SOURCES = json.loads(Path("sources.json").read_text(encoding="utf-8"))
