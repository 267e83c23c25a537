"""A script as a user writes it: `mypy --strict` reads it in test_types.py, and it runs."""

from pathlib import Path

import numpy as np
import xarray as xr

import floquant as fq


def wire(length: int = 3, coupling: float = 0.4) -> fq.Device:
    h = -np.diag(np.ones(length - 1), 1)
    lead = fq.Chain(hopping=1.0)
    contacts = {"L": fq.Contact(lead, 0, coupling), "R": fq.Contact(lead, [length - 1], coupling)}
    knobs: dict[str, fq.Knob] = {"first": fq.Onsite(0), "last": fq.Onsite(length - 1), "link": fq.Strength(bond=(0, 1))}
    return fq.Device(h + h.T, contacts, knobs, positions=np.arange(length), energy_unit="meV")


def pumped(solution: fq.Solution, bias: xr.DataArray) -> float:
    try:
        current = fq.dc_current(solution, fq.Reservoirs(mu={"L": bias / 2, "R": -bias / 2}, temperature=0.01))
    except fq.NotConverged as unmet:
        current = unmet.best
    return float(current.sel(lead="R").max())


def main(folder: Path) -> None:
    device = wire().at(first=0.1)
    waves = {"first": fq.Cosine(0.2), "last": 0.5 * fq.Cosine("amplitude", phase=np.pi / 2) + 0.1}
    drive = fq.Drive(waves, photon_energy=0.3)
    solution = fq.solve(device, drive, window=(-2.5, 2.5), rtol=1e-4, amplitude=0.4)
    print(solution, pumped(solution, xr.DataArray(np.linspace(0, 0.1, 3), dims="bias")))
    transmission = fq.scatter(device, drive, np.linspace(-1, 1, 5), amplitude=[0.2, 0.4]).transmission("R", "L")
    print(transmission.sum("sideband").values, device.contacts["L"].lead.modes(0.5).velocities_out)
    levels = np.linspace(-0.5, 0.5, 3)
    study = fq.Study(
        wire, drive, axes={"length": [2, 3], "fermi_energy": levels}, observe=["dc_current"], amplitude=0.4, rtol=1e-4
    )
    data = study.run()
    fq.save(data, folder / "wire.nc")
    print(fq.open(folder / "wire.nc")["dc_current"].dims)
    solved = fq.open(fq.save(solution, folder / "wire.solution"), fq.Solution)
    print(fq.dc_current(solved, fq.Reservoirs()).dims)
    device.plot(drive, names={"first": "$V_1$"}).savefig(folder / "wire.png")
    data["dc_current"].sel(lead="R").plot.line(x="fermi_energy", hue="length")


if __name__ == "__main__":
    main(Path("."))
