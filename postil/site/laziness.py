"""Values that are made when somebody asks for them: of thousands, a run needs few."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

_MOST = 1024  # that are kept


class MadeWhenAsked(Mapping[str, Value], Generic[Value]):
    """By name, a value that is made of it, and made again if so many others were asked for since.

    It can be pickled if `make` can be.
    """

    def __init__(self, names: Collection[str], make: Callable[[str], Value]) -> None:
        self._names, self._make = names, make
        self._made: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        made = self._made
        if name not in made:
            if name not in self._names:
                raise KeyError(name)
            if len(made) >= _MOST:
                made.clear()
            made[name] = self._make(name)
        return made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __reduce__(self) -> tuple[Any, ...]:
        return MadeWhenAsked, (self._names, self._make)


class OfEach(Mapping[tuple[Any, ...], Value], Generic[Value]):
    """The values of several mappings, each of whose keys begin with the name that it is under."""

    def __init__(self, mappings: Mapping[str, Mapping[tuple[Any, ...], Value]]) -> None:
        self._mappings = mappings

    def __getitem__(self, key: tuple[Any, ...]) -> Value:
        return self._mappings[key[0]][key]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return (key for mapping in self._mappings.values() for key in mapping)

    def __len__(self) -> int:
        return sum(map(len, self._mappings.values()))
