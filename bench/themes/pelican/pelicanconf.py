"""Pelican's settings: one page an explainer, one a source, and an index."""

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
DIRECT_TEMPLATES = ["index", "tags"]
TAG_URL = "sources/{slug}/"
TAG_SAVE_AS = "sources/{slug}/index.html"
TAGS_SAVE_AS = "sources/index.html"
DEFAULT_PAGINATION = 50
PAGINATED_TEMPLATES = {"index": 50, "tag": 100}
PAGINATION_PATTERNS = (
    (1, "{base_name}/", "{base_name}/index.html"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)
SUMMARY_MAX_LENGTH = 0
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = ""
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
