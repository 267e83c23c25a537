"""The whole driven device at all settings, before it falls into sectors.

Elements that no knob turns stay in one matrix. Elements that are turned or driven are a list, each with its change of the
mean and its harmonics at every setting. Where a knob acts on a contact, the lead's cell 0 is taken in:

    ⟨device|H|lead⟩ = τ · strength · exp(2πi flux) becomes a bond, and Σ' = h01 g'(E) h01† sits on the cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.errors import BadInput
from floquant.model import checks
from floquant.model.checks import Array
from floquant.model.composition import gather
from floquant.model.device import Device
from floquant.model.drive import Drive
from floquant.model.fourier import coefficients
from floquant.model.lead import Lead
from floquant.model.matrix import elements, is_sparse, pattern, replaced


@dataclass(frozen=True, eq=False)
class Joint:
    """A contact: its lead, the orbitals it touches (m,), τ (m, c), and which channels the lead connects (c, c)."""

    name: str
    lead: Lead
    orbitals: Array
    coupling: Array
    connected: Array
    spin: bool


@dataclass(frozen=True, eq=False)
class System:
    """H where the device rests, what the settings change, and the contacts.

    `rows`, `columns`: every element that is not zero at some setting. `turned_*` (e,), row ≤ column: elements that change,
    by `static` (P, e) in the mean and with harmonics `plus`, `minus` (P, M, e), c_k and c_{−k} of H[row, column].
    """

    hamiltonian: Any
    device_orbitals: int
    rows: Array
    columns: Array
    settings: int
    turned_rows: Array
    turned_columns: Array
    static: Array
    plus: Array
    minus: Array
    joints: tuple[Joint, ...]

    @property
    def orbital_count(self) -> int:
        """Orbitals, absorbed cells included."""
        return int(self.hamiltonian.shape[0])


def system(device: Device, drive: Drive | None, settings: Mapping[str, Any]) -> System:
    """The driven device at these settings. Raises `BadInput` as `sectors` says."""
    given, drive = _given(device, drive, settings)
    waves = {name: wave.harmonics() for name, wave in drive.knobs.items()} if drive else {}
    raw = drive.matrices if drive else {}
    count = _common_length(given, waves)
    values = dict(device.resting)
    turned = []
    for name, value in given.items():
        if device.resting[name] is None or np.any(value != device.resting[name]):
            turned.append(name)
            values[name] = value
    for name, wave in waves.items():
        if 0 in wave:
            values[name] = values[name] + np.real(wave[0])
    moving = {name: {k: x for k, x in wave.items() if k > 0 and np.any(x)} for name, wave in waves.items()}
    moving = {name: wave for name, wave in moving.items() if wave}
    active = list(dict.fromkeys([*turned, *waves]))

    touched = gather(device.actions, active, device.base, _raw_pattern(raw))
    rest = touched.values(device.resting)[0]
    mean, plus, minus = coefficients(touched, values, moving)
    static = touched.values(values) + mean - rest
    raw_mean, raw_plus, raw_minus = _raw_coefficients(raw, touched.rows, touched.columns, device.orbital_count)
    static = static + raw_mean
    plus, minus = _added(plus, raw_plus), _added(minus, raw_minus)

    # an element that is zero at every setting connects nothing, whatever it is where the device rests
    changes = np.any(plus, axis=(0, 1)) | np.any(minus, axis=(0, 1))
    gone = ~changes & ~np.any(static + rest, axis=0)
    keep = (changes | np.any(static, axis=0)) & ~gone
    absorbed = {device.actions[name].contact for name in active} - {None}
    return _assembled(
        device,
        absorbed,
        (touched.rows, touched.columns, np.where(gone, 0, rest)),
        keep,
        count,
        tuple(np.broadcast_to(x, (count, *x.shape[1:]))[..., keep] for x in (static, plus, minus)),
    )


def _given(device: Device, drive: Drive | None, settings: Mapping[str, Any]) -> tuple[dict[str, Any], Drive | None]:
    """Checked values of knobs, and the drive with its parameters filled in."""
    parameters = drive.parameters if drive else ()
    knobs: dict[str, Any] = {}
    for name, value in settings.items():
        if name in device.knobs:
            knobs[name] = device.knob_value(name, value)
        elif name not in parameters:
            known = [*device.knobs, *parameters]
            raise checks.unknown("knob or drive parameter", name, known, "The problem")
    if drive is not None:
        drive.check(device, given=knobs)
        drive = drive.at(**{name: value for name, value in settings.items() if name in parameters})
    return knobs, drive


def _common_length(given: Mapping[str, Any], waves: Mapping[str, Mapping[int, Any]]) -> int:
    """P: the one length of all arrays, 1 without any."""
    lengths = {name: np.size(value) for name, value in given.items() if np.ndim(value)}
    for name, wave in waves.items():
        lengths.update({f"{name} (drive, k = {k})": np.size(x) for k, x in wave.items() if np.ndim(x)})
    longer = {name: size for name, size in lengths.items() if size != 1}
    if len(set(longer.values())) > 1:
        told = ", ".join(f"{name}: {size}" for name, size in longer.items())
        raise BadInput(
            f"The settings have different lengths ({told}), but all must have one; give arrays of equal length."
        )
    return next(iter(longer.values()), 1)


def _raw_pattern(raw: Mapping[int, Any]) -> tuple[Array, Array] | None:
    """Rows and columns, row ≤ column, of all raw harmonic matrices."""
    if not raw:
        return None
    found = [pattern(matrix) for matrix in raw.values()]
    rows, columns = np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])
    return np.minimum(rows, columns), np.maximum(rows, columns)


def _raw_coefficients(raw: Mapping[int, Any], rows: Array, columns: Array, size: int) -> tuple[Array, Array, Array]:
    """As `fourier.coefficients`, of the raw harmonic matrices."""
    most = max(raw, default=0)
    mean = np.zeros((1, len(rows)), complex)
    plus, minus = np.zeros((2, 1, most, len(rows)), complex)
    inside = np.flatnonzero(columns < size)
    for n, matrix in raw.items():
        above = elements(matrix, rows[inside], columns[inside])
        if n == 0:
            mean[0, inside] = above
        else:
            plus[0, n - 1, inside] = above
            minus[0, n - 1, inside] = np.conj(elements(matrix, columns[inside], rows[inside]))
    return mean, plus, minus


def _added(a: Array, b: Array) -> Array:
    """The sum of two lists of harmonics of different length."""
    most = max(a.shape[1], b.shape[1])
    result = np.zeros((max(a.shape[0], b.shape[0]), most, a.shape[2]), complex)
    result[:, : a.shape[1]] += a
    result[:, : b.shape[1]] += b
    return result


def _assembled(
    device: Device,
    absorbed: set[str | None],
    touched: tuple[Array, Array, Array],
    keep: Array,
    count: int,
    changes: tuple[Array, ...],
) -> System:
    """Everything in one numbering: the device's orbitals first, then the absorbed cells, contact after contact."""
    n = device.orbital_count
    number = np.arange(n + sum(len(bond.columns) for bond in device.geometry.contacts.values()))
    size = n
    joints: list[Joint] = []
    cells: list[tuple[Array, Array]] = []
    for name, bond in device.geometry.contacts.items():
        lead, tau = device.contacts[name].lead, _resting_coupling(device, name)
        double = np.eye(2) if device.spin and lead.spinless else np.eye(1)
        orbitals = bond.rows
        if name in absorbed:
            opened = lead.absorbed()
            if opened is None:
                raise BadInput(
                    f'A knob turns the coupling of contact "{name}", but its lead {lead} cannot give up a cell; turn a bond '
                    f"inside the device instead."
                )
            h00, h01, lead = opened
            orbitals = size + np.arange(len(bond.columns))
            number[bond.columns] = orbitals
            size += len(orbitals)
            cells.append((orbitals, np.kron(h00, double)))
            tau = np.kron(h01, double)
        connected = np.kron(lead.connections(), double) != 0
        joints.append(Joint(name, lead, orbitals, tau, connected, device.spin))
    rows, columns = number[touched[0]], number[touched[1]]
    h = replaced(_grown(device.hamiltonian(), size, cells), rows, columns, touched[2])
    fixed_rows, fixed_columns = pattern(h)
    static, plus, minus = changes
    return System(
        h, n, np.concatenate([fixed_rows, rows[keep]]), np.concatenate([fixed_columns, columns[keep]]), count,
        rows[keep], columns[keep], static, plus, minus, tuple(joints),
    )  # fmt: skip


def _resting_coupling(device: Device, name: str) -> Array:
    """τ of a contact where the device rests."""
    tau = device.geometry.contacts[name].coupling
    bond = device.geometry.contacts[name]
    mine = [knob for knob, action in device.actions.items() if action.contact == name]
    if all(device.resting[knob] == device.knobs[knob].neutral for knob in mine):
        return tau
    touched = gather(device.actions, mine, device.base)
    result = np.array(tau)
    order = np.argsort(bond.rows)
    row = order[np.searchsorted(bond.rows[order], touched.rows)]
    result[row, touched.columns - bond.columns[0]] = touched.values(device.resting)[0]
    return result


def _grown(h: Any, size: int, cells: list[tuple[Array, Array]]) -> Any:
    """H with room for the absorbed cells, and their own matrices in it."""
    n = h.shape[0]
    if size == n:
        return h
    if is_sparse(h):
        from scipy.sparse import block_diag, csc_array

        return csc_array(block_diag([h, *(block for _, block in cells)], format="csc"))
    result = np.zeros((size, size), complex)
    result[:n, :n] = h
    for orbitals, block in cells:
        result[np.ix_(orbitals, orbitals)] = block
    return result
