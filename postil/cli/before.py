"""What is kept of the last run of a kind, and what has changed since.

Nothing heavy is imported before it is certain that it is needed: most runs change nothing.
"""

import time
from itertools import chain

from postil import paths
from postil.record import inputs, keeping

TYPE_CHECKING = False  # typing takes longer to load than all else that most runs need
if TYPE_CHECKING:
    from postil.building.results import Made
    from postil.record.contents import Digests
    from postil.record.states import States


class Before:
    """What is kept of the last run of this kind, and what has changed since."""

    def __init__(self, way: keeping.Way) -> None:
        self.way = way
        self.taken = time.time_ns()
        self.record = keeping.recall(way)
        self._held_at_first: Digests = {}
        self._looks_changed = self.record.changed_inputs() if self.record else {}
        self.changed = self._find_changed() if self._looks_changed else {}
        self.changed_outputs = self.record.changed_outputs() if self.record else set()

    def _find_changed(self) -> "States":
        """Those of the inputs that are not what they were, whatever their times are."""
        from postil.record import contents

        assert self.record
        held = contents.contents_from_parts(self.record.made)
        return contents.find_changed(self._looks_changed, self.record.inputs, held)

    @property
    def said(self) -> str | None:
        """What was said, if the next run would do the same; otherwise None."""
        is_same = self.record and not self.changed and not self.changed_outputs
        return self.record.said if self.record and is_same else None

    def look(self) -> "States":
        """The states of the inputs, as they are now."""
        from postil.record import contents

        if self.record is None:
            found = inputs.look(self.way.root)
        else:
            found = inputs.look_again(self.way.root, self.record.inputs, self._looks_changed)
        shared = inputs.of_no_explainer(self.way.root, found)
        self._held_at_first = contents.contents_of_young(shared, self.taken)
        return found

    def unchanged_outputs(self) -> frozenset[str]:
        """What is in output/ as it was published, by path from there."""
        if self.record is None:
            return frozenset()
        top = len(str(self.way.output)) + 1
        return frozenset(
            path[top:].replace("\\", "/") if "\\" in path else path[top:]
            for path in self.record.outputs
            if path not in self.changed_outputs
        )

    def made(self) -> "Made | None":
        """What was made, if that can be read."""
        from postil.building.results import made_from_parts

        return made_from_parts(self.record.made) if self.record else None

    def changed_names(self) -> frozenset[str]:
        """What of the inputs has changed: files that explainers share, folders for all others."""
        names = inputs.input_names(self.way.root, self.changed)
        return frozenset(map(paths.area_of, names.values()))

    def keep(
        self,
        made: "Made | None",
        said: str | None,
        seen: "States",
        outputs: "States | None" = None,
        *,
        lasts: bool = False,
    ) -> None:
        """Keep what was made and said. Of `outputs`, None: what was there before is there still.

        `lasts`: whether the same will be said of it next time.
        """
        from postil.building.results import made_to_parts
        from postil.record import contents

        if made is None:
            return  # what was kept is true still
        if outputs is None:
            outputs = self.record.outputs if self.record else {}
        held = contents.contents_to_part(self._contents(made, seen))
        kept = keeping.keep_parts(self.way, chain(made_to_parts(made, lasts=lasts), held.items()))
        if kept:
            record = keeping.Record(said, seen, outputs, kept)
            keeping.keep(self.way, record, self.taken, self._inputs)

    @property
    def _inputs(self) -> "States":
        """The states of the inputs that were kept last."""
        return self.record.inputs if self.record else {}

    def _contents(self, made: "Made", seen: "States") -> "Digests":
        """What the inputs held from which all was made, as far as that is certain.

        What has not changed was not read again, and held what it had held, even if it was saved
        after that was found out.
        """
        from postil.building.results import contents_of
        from postil.record import contents

        old = contents.contents_from_parts(self.record.made) if self.record else {}
        shared = inputs.of_no_explainer(self.way.root, seen)
        read = shared.keys() & self.changed.keys() if self.record else shared
        held = {path: old[path] for path in old.keys() & shared.keys() - read}
        held |= contents.contents_now(read, shared, self._held_at_first)
        return held | contents_of(made, self.way.root)

    def keep_times(self) -> None:
        """Keep that inputs have other times, if nothing else about them has changed."""
        if self.record and self._looks_changed:
            record = keeping.Record(
                self.record.said, self.look(), self.record.outputs, self.record.made
            )
            keeping.keep(self.way, record, self.taken, self._inputs)
