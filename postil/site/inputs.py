"""What all explainers of a site share, read: site.yaml, the sources, the shared context boxes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from postil import paths
from postil.diagnostics.model import Report
from postil.site import model, settings
from postil.site.loading import Loaded, names_meant_as, read_yaml
from postil.yaml.reading import Located


class Inputs(Struct, frozen=True):
    """What all explainers of a site share."""

    site: Loaded[settings.Site]
    sources: Loaded[model.Sources]
    contexts: Loaded[model.Contexts]


def read_inputs(root: Path, report: Report) -> Inputs | None:
    """site.yaml, all sources and content/context.yaml; None if one of the files cannot be used.

    An entry with mistakes, which are in the report, has a stand-in: the rest can be checked.
    """
    site = read_yaml(root, paths.SITE, "site", report)
    sources = read_sources(root, report)
    contexts = read_yaml(root, paths.CONTEXTS, "context", report, optional=True)
    if site is None or sources is None or contexts is None:
        return None
    return Inputs(site, sources, contexts)


def read_sources(root: Path, report: Report) -> Loaded[model.Sources] | None:
    """content/sources.yaml and the files of content/sources/, in the order of their names.

    None if one of them cannot be used. An id that two of them have is reported.
    """
    every = [read_yaml(root, paths.SOURCES, "sources", report, optional=True)]
    every += (read_yaml(root, name, "sources", report) for name in _further_files(root))
    found = [each for each in every if each]
    if len(found) < len(every):
        return None
    if len(found) == 1:
        return found[0]
    _report_taken([each.located for each in found], report)
    located = Located.of_several([each.located for each in found])
    assert isinstance(located.data, dict)
    first = dict(pair for each in reversed(found) for pair in each.value.items())
    return Loaded({id: first[id] for id in located.data}, located)


def places_of_sources(root: Path) -> Located:
    """Where the sources stand that have been accepted before."""
    loaded = read_sources(root, Report())
    return loaded.located if loaded else Located.empty(paths.SOURCES)


def _further_files(root: Path) -> Iterator[str]:
    """The names of the files in content/sources/; of one that is misnamed, that which was meant.

    Of a folder that is a link, which is reported as one that may be an explainer's, nothing.
    """
    folder = root / paths.MORE_SOURCES
    is_ours = folder.is_dir() and not folder.is_symlink()
    found = sorted(path.name for path in folder.iterdir()) if is_ours else []
    names = (f"{paths.MORE_SOURCES}/{_meant(name)}" for name in found)
    yield from filter(paths.is_of_sources, dict.fromkeys(names))


def _meant(name: str) -> str:
    """The name that a file has if it is one of sources, or should have."""
    for suffix in names_meant_as(".yaml"):
        if name.lower().endswith(suffix) and not name.endswith(".yaml"):
            return name[: -len(suffix)].lower() + ".yaml"
    return name


def _report_taken(documents: Sequence[Located], report: Report) -> None:
    """Report the ids that an earlier one of the documents has."""
    owners: dict[object, Located] = {}
    for document in documents:
        assert isinstance(document.data, dict)
        for id in document.data:
            owner = owners.setdefault(id, document)
            if owner is not document:
                report.error(
                    "duplicate-key",
                    f"`{id}` is taken already, at {owner.key_span((id,)).address}",
                    document.key_span((id,)),
                    help="keep one of them, or give each an id of its own",
                )
