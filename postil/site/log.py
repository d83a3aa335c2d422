"""What has changed since: on a page, in its article, and which annotations lost their words."""

from typing import Annotated

from postil.site.fields import Date, Fields, ProseText
from postil.site.fields import described as _meta


class Correction(Fields, frozen=True):
    """What an annotation said wrongly, and what it says now."""

    date: Annotated[Date, _meta("When it was corrected.")]
    annotation: Annotated[str, _meta("The id of the annotation that was corrected.")]
    was: Annotated[ProseText, _meta("What it said, in Markdown.")]
    now: Annotated[ProseText, _meta("What it says now, in Markdown.")]


class Update(Fields, frozen=True):
    """A change that corrects nothing: what was added, or looked at again."""

    date: Annotated[Date, _meta("When the page was changed.")]
    text: Annotated[ProseText, _meta("What was changed, in Markdown.")]


class ArticleChange(Fields, frozen=True):
    """A change that the article's publisher made in it."""

    date: Annotated[Date, _meta("When it was changed, or found to be.")]
    text: Annotated[ProseText, _meta("What was changed, in Markdown.")] = ""


class Withdrawal(Fields, frozen=True):
    """Since when the article has not had the words of an annotation, and why that is so."""

    date: Annotated[Date, _meta("Since when the article has not had the words.")]
    reason: Annotated[ProseText, _meta("What became of them, in Markdown.")] = ""
