"""The numbers of an article by value and by nearness, for each number of a summary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from summbench.metrics.support.numeric import Number

_STRICT = frozenset({"ordinal", "time", "decade", "percent", "point"})
_ROUNDING = 1e-9
"""So near distances may be in another order as floats than as decimals."""

_MASKS = tuple(product((True, False), repeat=3))
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class NumberIndex:
    """Numbers in their order."""

    numbers: Sequence[Number]

    @cached_property
    def _dates(self) -> Mapping[tuple[int | None, ...], int]:
        """The first place of each date, and of dates of which only some fields are looked at."""
        places: dict[tuple[int | None, ...], int] = {}
        for place, number in enumerate(self.numbers):
            for mask in _MASKS if number.date else ():
                fields = zip(number.date or (), mask, strict=True)
                places.setdefault(tuple(f if is_read else None for f, is_read in fields), place)
        return places

    def find_year(self, year: Decimal) -> Number | None:
        """Return the first date of the year."""
        place = self._dates.get((None, None, int(year)))
        return None if place is None else self.numbers[place]

    def find_date(self, date: tuple[int, int, int]) -> tuple[int, Number | None]:
        """Return the first of the dates with the fewest other fields, and how many these are.

        A field that is 0 in either is not compared; of dates with none, an equal one is the best.
        """
        if (place := self._dates.get(date)) is not None:
            return 0, self.numbers[place]
        for n_wrong in range(len(date) + 1):
            places = [
                place
                for wrong in combinations(range(len(date)), n_wrong)
                for fields in product(*_list_fields(date, wrong))
                if (place := self._dates.get(fields)) is not None
            ]
            if places:
                return n_wrong, self.numbers[min(places)]
        return 0, None

    @cached_property
    def undated(self) -> Sequence[Number]:
        """Those that are no dates, one of each kind: the first of its values and unit."""
        kinds: dict[object, Number] = {}
        for number in self.numbers:
            if not number.date:
                kinds.setdefault((number.values, number.unit), number)
        return list(kinds.values())

    @cached_property
    def _by_value(self) -> Mapping[Decimal, Sequence[int]]:
        places: dict[Decimal, list[int]] = defaultdict(list)
        for place, number in enumerate(self.undated):
            for value in number.values:
                places[value].append(place)
        return places

    @cached_property
    def _values(self) -> tuple[Floats, NDArray[np.int64]]:
        """All values of those without a date as floats, and the places of their numbers."""
        pairs = [(float(v), place) for place, n in enumerate(self.undated) for v in n.values]
        values, places = zip(*pairs, strict=True) if pairs else ((), ())
        return np.array(values, np.float64), np.array(places, np.int64)

    @cached_property
    def _by_unit(self) -> Mapping[str, Sequence[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for place, number in enumerate(self.undated):
            places[number.unit].append(place)
        return places

    def find_equal(self, number: Number) -> Number | None:
        """Return the first number with an equal value and a unit like its own."""
        places = {place for value in number.values for place in self._by_value.get(value, ())}
        alike = (place for place in sorted(places) if has_unit_like(number, self.undated[place]))
        place = next(alike, None)
        return None if place is None else self.undated[place]

    def find_compatible(self, number: Number) -> list[int]:
        """Return the places of the undated ones with a unit like its own."""
        return [
            place
            for unit, places in self._by_unit.items()
            if is_unit_like(number.unit, unit)
            for place in places
        ]

    def select_within(self, number: Number, places: Sequence[int], error: float) -> list[int]:
        """Keep what is at most this share of itself, or one of the number's last digits, away."""
        step = float(number.step) * (1 + _ROUNDING)

        def is_near(ours: float, theirs: Floats) -> Mask:
            difference = np.abs(theirs - ours)
            is_beyond = (difference > (error + _ROUNDING) * theirs) & (difference > step)
            is_within: Mask = ~is_beyond
            return is_within

        return self._select(number, places, is_near)

    def select_scaled(self, number: Number, places: Sequence[int]) -> list[int]:
        """Keep what may be a power of ten larger or smaller."""

        def is_scaled(ours: float, theirs: Floats) -> Mask:
            power = np.log10(theirs / ours)
            is_off: Mask = np.abs(power - np.rint(power)) > _ROUNDING
            return ~is_off

        return self._select(number, places, is_scaled)

    def find_nearest(self, number: Number, places: Sequence[int]) -> list[int]:
        """Return those of the places, the nearest first, that may be the nearest."""
        values, owners = self._values
        distances = np.full(len(values), np.inf)
        for ours in map(float, number.values):
            larger = np.maximum(values, ours)
            with np.errstate(invalid="ignore"):
                shares = np.abs(values - ours) / np.where(larger > 0, larger, 1)
            distances = np.minimum(distances, np.nan_to_num(shares))  # of numbers beyond floats
        is_meant = self._mark(places)[owners]
        least = distances[is_meant].min(initial=np.inf)
        nearest = owners[is_meant & (distances <= least + _ROUNDING)]
        return self.sort_by_distance(number, set(nearest.tolist()))

    def sort_by_distance(self, number: Number, places: Iterable[int]) -> list[int]:
        """Return the places, the nearest number first, the earlier of equally near ones."""
        return sorted(places, key=lambda p: (measure_distance(number, self.undated[p]), p))

    def _mark(self, places: Sequence[int]) -> Mask:
        mask = np.zeros(len(self.undated), bool)
        mask[list(places)] = True
        return mask

    def _select(
        self, number: Number, places: Sequence[int], is_selected: Callable[[float, Floats], Mask]
    ) -> list[int]:
        values, owners = self._values
        mask = np.zeros(len(values), bool)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            for ours in map(float, number.values):
                mask |= is_selected(ours, values)
        selected = np.unique(owners[mask & self._mark(places)[owners]])
        return [int(place) for place in selected]


def _list_fields(
    date: tuple[int, int, int], wrong: Sequence[int]
) -> Iterator[tuple[int | None, ...]]:
    """What each field of a date may be that differs from this one in the wrong ones at most."""
    for i, value in enumerate(date):
        yield (None,) if i in wrong or not value else (value, 0)


def measure_distance(number: Number, other: Number) -> Decimal:
    """Return the difference of their nearest values over the larger of the two."""
    return min(
        abs(a - b) / max(a, b) if a != b else Decimal(0)
        for a in number.values
        for b in other.values
    )


def has_unit_like(number: Number, other: Number) -> bool:
    """Money may come without its unit; a share, a point or a place may not."""
    return is_unit_like(number.unit, other.unit)


def is_unit_like(a: str, b: str) -> bool:
    """Tell whether numbers of the two units may be compared."""
    return a == b or ((not a or not b) and a not in _STRICT and b not in _STRICT)
