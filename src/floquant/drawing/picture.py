"""What a drawing of a device shows, as a dataset: sites, bonds, leads, and marks where knobs act and drives shake.

Lengths are those of the device's positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from floquant.checks import Array
from floquant.checks.mappings import texts
from floquant.checks.names import name_list, one_of
from floquant.checks.numbers import whole
from floquant.checks.words import brief
from floquant.drawing.loops import WAYS, Pair, Way, outward, side_of, typical_length
from floquant.drawing.marks import marks_of
from floquant.drawing.parts import bond_array
from floquant.errors import BadInput
from floquant.model import Chain, Device, Drive
from floquant.model.knobs.bonds import bond_list

if TYPE_CHECKING:
    import xarray as xr


class PictureOptions(TypedDict, total=False):
    """What a drawing shows besides sites, bonds and leads; see `picture_of`."""

    knobs: Iterable[str] | None
    names: Mapping[str, str] | None
    site_names: Mapping[int, str] | None
    bond_names: Mapping[Pair, str] | None


def picture_of(
    device: Device,
    drive: Drive | None = None,
    *,
    knobs: Iterable[str] | None = None,
    names: Mapping[str, str] | None = None,
    site_names: Mapping[int, str] | None = None,
    bond_names: Mapping[Pair, str] | None = None,
) -> xr.Dataset:
    """The drawing of a device as a dataset over `site`, `bond`, `attachment` (of a lead to a site) and `mark`.

    `knobs`: which are marked; left out, phases, driven knobs and those turned from their neutral value. `names`: what is written at a
    knob, or at a contact, instead of its name; formulas between dollar signs. `site_names`, `bond_names`: what is written at these.
    A device without positions is laid out in a row if its bonds only join neighbours, on a circle otherwise.
    Raises `BadInput` for a knob, site or bond that the device does not have.
    """
    import xarray as xr

    names = texts(names, "names")
    bonds: list[Pair] = [(int(i), int(j)) for i, j in bond_array(device)]
    xy = layout(device, bonds)
    length = typical_length(xy, bonds)
    shown = shown_knobs(device, drive, knobs)
    at_sites = {
        whole(site, "A site with a name", 0): own for site, own in texts(site_names, "site_names", keys=None).items()
    }
    named_bonds = {
        frozenset(bond_list(pair, "The name of a bond")[0]): own
        for pair, own in texts(bond_names, "bond_names", keys=None).items()
    }
    _refuse_unknown(device, bonds, at_sites, named_bonds)
    leads = _contact_sites(device, xy, names, drive.voltages if drive is not None else ())
    busy = [(int(s), (dx, dy)) for s, dx, dy in zip(leads["site"], leads["dx"], leads["dy"], strict=True)]

    def free(site: int) -> Way:
        return outward(site, bonds, xy, [way for other, way in busy if other == site])

    driven = drive.knobs if drive is not None else {}
    marks = [
        mark
        for name in shown
        for mark in marks_of(device, name, names.get(name, name), name in driven, xy, bonds, free)
    ]
    waveforms = [f"harmonic matrices n = {', '.join(map(str, drive.matrices))}"] if drive and drive.matrices else []
    waveforms += [f"voltage of lead {name}: {wave}" for name, wave in (drive.voltages if drive else {}).items()]
    waveforms += [f"{name}: {wave}" for name, wave in driven.items() if name in shown and name not in names]
    return xr.Dataset(
        {
            "site_x": ("site", xy[:, 0]),
            "site_y": ("site", xy[:, 1]),
            "site_name": ("site", [at_sites.get(site, "") for site in range(device.site_count)]),
            "bond_from": ("bond", np.array([i for i, _ in bonds], dtype=np.int64)),
            "bond_to": ("bond", np.array([j for _, j in bonds], dtype=np.int64)),
            "bond_name": ("bond", [named_bonds.get(frozenset(pair), "") for pair in bonds]),
            **{f"lead_{key}": ("attachment", values) for key, values in leads.items()},
            "mark_kind": ("mark", np.array([mark.kind for mark in marks], dtype="U8")),
            "mark_text": ("mark", np.array([mark.text for mark in marks], dtype="U64")),
            "mark_knob": ("mark", np.array([mark.knob for mark in marks], dtype="U64")),
            **_pairs("mark_", "mark", [mark.place for mark in marks]),
            **_pairs("mark_d", "mark", [mark.way for mark in marks]),
            "mark_driven": ("mark", np.array([mark.driven for mark in marks], dtype=np.int8)),
        },
        attrs={"long_name": "drawing of a device", "bond_length": length, "waveforms": "\n".join(waveforms)},
    )


def _pairs(prefix: str, dim: str, points: list[Array]) -> dict[str, tuple[str, Array]]:
    """x and y of points as two variables."""
    columns = np.array(points, dtype=float).reshape(-1, 2).T
    return {f"{prefix}{c}": (dim, column) for c, column in zip("xy", columns, strict=True)}


def layout(device: Device, bonds: list[Pair]) -> Array:
    """Where the sites are drawn, (sites, 2): the first two of their coordinates, or a row, or a circle."""
    count = device.site_count
    if device.positions is not None:
        given = np.asarray(device.positions, dtype=float)[:, :2]
        return np.hstack([given, np.zeros((count, 2 - given.shape[1]))])
    if all(j - i == 1 for i, j in bonds):
        return np.stack([np.arange(count, dtype=float), np.zeros(count)], axis=1)
    angle = np.pi - 2 * np.pi * np.arange(count) / count
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) / (2 * np.sin(np.pi / count))


def shown_knobs(device: Device, drive: Drive | None, knobs: Iterable[str] | None) -> list[str]:
    """The knobs that are marked. Raises `BadInput` for one that the device does not have, or a drive that does not fit."""
    if drive is not None and not isinstance(drive, Drive):
        raise BadInput(f"The drive is {brief(drive)}, but it must be a Drive or None; give one of them.")
    driven = set(drive.knobs) if drive is not None else set()
    if drive is not None:
        drive.check(device, given=device.knobs)
    if knobs is not None:
        chosen = [one_of(name, device.knobs, "knob", "The device") for name in name_list(knobs, "knobs")]
        return [*chosen, *sorted(driven - set(chosen))]
    return [
        name
        for name, knob in device.knobs.items()
        if name in driven or device.element_rules[name].kind == "turn" or device.resting[name] != knob.neutral
    ]


def _refuse_unknown(
    device: Device, bonds: list[Pair], sites: Mapping[int, str], named: Mapping[frozenset[int], str]
) -> None:
    for site in sites:
        device.geometry.site(site, "A name")
    for pair in named:
        if tuple(sorted(pair)) not in bonds:
            raise BadInput(
                f"A name is given to bond {tuple(sorted(pair))}, but H does not join these sites; name a bond."
            )


def _contact_sites(device: Device, xy: Array, names: Mapping[str, str], moved: Iterable[str]) -> dict[str, Any]:
    """A row for every site of every contact: its name, its site, the direction of its lead; whether the lead is a chain, and moves."""
    rows: list[tuple[str, int, float, float, int, int]] = []
    moving = set(moved)
    taken: list[tuple[frozenset[int], Way]] = []
    for name, contact in device.contacts.items():
        touched = frozenset(int(site) for site in contact.sites)
        used = [way for sites, way in taken if touched & sites]
        first = side_of(xy, xy[np.asarray(contact.sites)].mean(axis=0))
        way = next((way for way in (first, *WAYS) if way not in used), first)
        taken.append((touched, way))
        flags = (int(isinstance(contact.lead, Chain)), int(name in moving))
        rows += [(names.get(name, name), int(s), *way, *flags) for s in contact.sites]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    return {
        "name": np.array(columns[0], dtype="U64"),
        "site": np.array(columns[1], dtype=np.int64),
        "dx": np.array(columns[2], dtype=float),
        "dy": np.array(columns[3], dtype=float),
        "chain": np.array(columns[4], dtype=np.int8),
        "driven": np.array(columns[5], dtype=np.int8),
    }
