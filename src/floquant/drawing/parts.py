"""Which sites and bonds a knob touches, as arrays, and where the sites of a large device are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array
from floquant.checks.matrices import pattern

if TYPE_CHECKING:
    from floquant.model import Device, Drive


# A knob that touches more of the sites or bonds than this is everywhere.
MOST = 0.6


@dataclass(frozen=True)
class DrawnPart:
    """A knob in a drawing: its sites (s,) and bonds (b, 2), and what is written; `everywhere` in words if it touches most of the device."""

    text: str
    driven: bool
    sites: Array
    bonds: Array
    everywhere: str


def bond_array(device: Device) -> Array:
    """Pairs of sites i < j that H joins, by its elements and by the knobs that may add to them, (bonds, 2)."""
    lists = [pattern(device.h)]
    lists += [
        (a.rows, a.columns) for a in device.element_rules.values() if a.contact is None and a.kind in ("add", "set")
    ]
    return pairs_of(device, lists)[1]


def pairs_of(device: Device, lists: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """The sites and the pairs of sites i < j of some elements (rows, columns) of H; elements of contacts are left out."""
    rows = np.concatenate([np.asarray(rows) for rows, _ in lists] or [np.zeros(0, int)]).astype(int)
    columns = np.concatenate([np.asarray(columns) for _, columns in lists] or [np.zeros(0, int)]).astype(int)
    inside = np.maximum(rows, columns) < device.orbital_count
    offsets = device.geometry.offsets
    i, j = (np.searchsorted(offsets, x[inside], side="right") - 1 for x in (rows, columns))
    sites = np.unique(i[i == j])
    low, high = np.minimum(i, j)[i != j].astype(np.int64), np.maximum(i, j)[i != j]
    keys = np.unique(low * device.site_count + high)
    return sites, np.stack(np.divmod(keys, device.site_count), axis=1).reshape(-1, 2)


def parts_of(device: Device, drive: Drive | None, knobs: list[str]) -> list[DrawnPart]:
    """The knobs `knobs` and those that the drive turns, driven ones first."""
    driven = dict(drive.knobs) if drive is not None else {}
    found = []
    if drive is not None and drive.matrices:
        words = f"harmonic matrices n = {', '.join(map(str, drive.matrices))}"
        found.append(_part(device, words, True, [pattern(matrix) for n, matrix in drive.matrices.items() if n]))
    for name in [*driven, *(name for name in knobs if name not in driven)]:
        rule = device.element_rules[name]
        text = f"{name}: {driven[name]}" if name in driven else name
        if rule.contact is not None:
            none = np.zeros((0, 2), int)
            found.append(DrawnPart(text, name in driven, none[:, 0], none, f"the coupling of lead {rule.contact}"))
        else:
            found.append(_part(device, text, name in driven, [(rule.rows, rule.columns)]))
    return found


def _part(device: Device, text: str, driven: bool, lists: list[tuple[Array, Array]]) -> DrawnPart:
    sites, bonds = pairs_of(device, lists)
    words = ""
    if len(sites) > MOST * device.site_count:
        words = "on all sites" if len(sites) == device.site_count else "on most sites"
    elif len(bonds) > MOST * len(bond_array(device)):
        words = "on all bonds" if len(bonds) == len(bond_array(device)) else "on most bonds"
    return DrawnPart(text, driven, sites, bonds, words)


def spread_out(device: Device, bonds: Array) -> Array:
    """Where the sites are drawn, (sites, 2): the first two of their coordinates, or in layers by their distance from the first contact."""
    count = device.site_count
    if device.positions is not None:
        given = np.asarray(device.positions, dtype=float)[:, :2]
        return np.hstack([given, np.zeros((count, 2 - given.shape[1]))])
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    start = [int(site) for site in next(iter(device.contacts.values())).sites] if device.contacts else [0]
    graph = coo_array((np.ones(len(bonds)), (bonds[:, 0], bonds[:, 1])), shape=(count, count)).tocsr()
    distance = dijkstra(graph, directed=False, unweighted=True, indices=start, min_only=True)
    reached = np.isfinite(distance)
    layer = np.where(reached, distance, distance[reached].max() + 2).astype(int)
    order = np.argsort(layer, kind="stable")
    first = np.searchsorted(layer[order], layer[order])
    place = np.empty(count)
    place[order] = np.arange(count) - first
    place -= 0.5 * (np.bincount(layer)[layer] - 1)
    return np.stack([layer.astype(float), place], axis=1)
