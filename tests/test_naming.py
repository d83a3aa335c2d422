"""A site's own kinds and statuses read like the built-in ones."""

import pytest

from postil import building


def page(root, language: str, label: str, description: str) -> str:
    explainer = root / "content" / "x"
    explainer.mkdir(parents=True)
    (root / "site.yaml").write_text(
        f"title: T\nlanguage: {language}\n"
        f"kinds: {{own: {{label: {label}}}}}\n"
        f"statuses: {{own: {{label: {label}, description: {description}}}}}\n"
    )
    (root / "content" / "sources.yaml").write_text("a: {kind: own, name: A}\n")
    (explainer / "article.txt").write_text("Words that are quoted.\n")
    (explainer / "annotations.yaml").write_text(
        "title: T\nannotations:\n  - {quote: quoted, attributed_to: a, status: own}\n"
    )
    site = building.build_site(root, jobs=1)
    assert not site.report.failed
    return site.files["x/index.html"].decode()


@pytest.mark.parametrize(
    "language, label, inside, first",
    [
        ("en", "Simplified", "simplified", "Simplified"),
        ("en", "think tank", "think tank", "Think tank"),
        ("en", "UN body", "UN body", "UN body"),
        ("de", "Vereinfacht", "Vereinfacht", "Vereinfacht"),
    ],
)
def test_a_label_is_small_in_running_text_and_capital_where_a_sentence_begins(
    tmp_path, language, label, inside, first
):
    html = page(tmp_path, language, label, "the words are fewer")

    assert f'data-sign="{inside}"><span class="plain"> {inside}</span>' in html
    assert "<dd>The words are fewer.</dd>" in html
    assert f">{first}</h3>" in html
    assert f'<bdi class="kind">{inside}: </bdi>A' in html


@pytest.mark.parametrize("description", ["The words are fewer.", "Are they fewer?"])
def test_a_whole_sentence_stays_as_it_is(tmp_path, description):
    assert f"<dd>{description}</dd>" in page(tmp_path, "en", "own", f'"{description}"')
