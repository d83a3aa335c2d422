"""A few explainers built again, where nothing else of a site can be another for that.

This is `updating` for the commonest case: it says the same, and looks at nothing that it need not.
"""

from collections.abc import Mapping

from msgspec import Struct, structs

from postil import paths
from postil.building.opening import known_before
from postil.building.results import Gist, Made, Outcome
from postil.building.staleness import Past, is_changed
from postil.building.updating import Asked, opening_of
from postil.diagnostics.model import Report
from postil.output.staging import Staged

MOST_RENEWED = 12  # explainers


class Renewal(Struct, frozen=True):
    """What became of the explainers that were built again.

    `files` are those that are others now, and `before` their hashes until now, both by path;
    neither is of use if the report failed. `results` are the explainers' own, by slug.
    """

    report: Report
    files: dict[str, Staged]
    before: dict[str, str]
    results: dict[str, Outcome]


def renew_explainers(
    asked: Asked, made: Made, gist: Gist, changed: frozenset[str]
) -> Renewal | None:
    """Build explainers again; None if other pages may have to be others, too.

    `made` has the results of the explainers that may have `changed` alone. All that was made is
    published, without a mistake, and nothing else has changed.
    """
    past = Past(made, changed)
    slugs = sorted(made.results)
    basis = known_before(asked.root, past, slugs)
    is_whole = basis and made.statics is not None and made.unused is not None
    is_whole = is_whole and not made.search.of  # what is found on a page is in the site's index
    if basis is None or not is_whole or not all(_is_folder(asked, slug) for slug in slugs):
        return None
    stale = [slug for slug in slugs if is_changed(made.results[slug], asked.root, past)]
    held = {path: digest for slug in stale for path, digest in made.results[slug].files.items()}
    work = opening_of(asked, basis, made.versions, held)()
    results = {slug: work(slug) for slug in stale}
    if not all(_is_alone(made.results[slug], each, made) for slug, each in results.items()):
        return None
    report = _report(made, gist, results)
    files = {} if report.failed else _files(asked, held, results)
    before = {path: held[path] for path in files}
    kept = {slug: structs.replace(each, assets=frozenset()) for slug, each in results.items()}
    return Renewal(report, files, before, kept)


def _is_folder(asked: Asked, slug: str) -> bool:
    folder = asked.root / paths.explainer(slug)
    return folder.is_dir() and not folder.is_symlink()


def _is_alone(before: Outcome, now: Outcome, made: Made) -> bool:
    """Whether nothing but its own files depends on what is another in an explainer.

    Of one with mistakes, nothing does: what was published stays.
    """
    if now.failed:
        return True
    return (
        bool(now.inputs)  # what is not certain is built again each time
        and now.entry == before.entry
        and now.named == before.named
        and now.is_draft == before.is_draft
        and now.left_out == before.left_out
        and now.files.keys() == before.files.keys()
        and {link.slug for link in now.links} <= {link.slug for link in before.links}
        and now.assets <= made.assets
    )


def _report(made: Made, gist: Gist, results: Mapping[str, Outcome]) -> Report:
    """What is said of the whole site."""
    report = Report(list(made.said))
    for told in (gist.told | {slug: each.diagnostics for slug, each in results.items()}).values():
        report.extend(told)
    if not report.failed and made.unused:
        report.extend(made.unused.warnings)
    return report


def _files(
    asked: Asked, held: Mapping[str, str], results: Mapping[str, Outcome]
) -> dict[str, Staged]:
    """The files that are others now, ready in the folder."""
    made = {path: digest for each in results.values() for path, digest in each.files.items()}
    return {
        path: Staged(digest, asked.folder) for path, digest in made.items() if digest != held[path]
    }
