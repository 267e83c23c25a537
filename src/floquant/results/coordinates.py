"""The coordinates of an array that has an error: the error stands among them, and no operation of xarray takes it along.

xarray copies coordinates from operand to result whatever happens to the values. So the error is not stored as one: it is shown as one.
What xarray itself reads of coordinates (`variables`) does not hold it, what a user reads (items, names, a repr) does.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

from xarray.core.coordinates import DataArrayCoordinates

if TYPE_CHECKING:
    import xarray as xr


class CoordinatesWithError(DataArrayCoordinates[Any]):
    """A view: reading, setting and deleting `<name>_error` reaches the error of the array."""

    __slots__ = ()

    @property
    def _shown(self) -> tuple[Hashable, ...]:
        return () if self._data._error is None else (self._data.error_name,)

    def __iter__(self) -> Iterator[Hashable]:
        yield from super().__iter__()
        yield from self._shown

    def __len__(self) -> int:
        return super().__len__() + len(self._shown)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._shown or super().__contains__(key)

    def __getitem__(self, key: Hashable) -> xr.DataArray:
        if key in self._shown:
            return self._data.plain_error()
        return super().__getitem__(key).plain()

    def __delitem__(self, key: Hashable) -> None:
        if key in self._shown:
            self._data.set_error(None)
        else:
            super().__delitem__(key)

    def _update_coords(self, coords: dict[Hashable, Any], indexes: dict[Hashable, Any]) -> None:
        given = coords.pop(self._data.error_name, None)
        super()._update_coords(coords, indexes)
        if given is not None:
            self._data.set_error(given)
