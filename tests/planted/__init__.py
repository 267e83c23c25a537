"""The list of planted mistakes, from which the table of docs/mistakes.md is made."""

from planted import big_devices, bounds, ladders, leads, observables, results

MUTANTS = [
    *ladders.MUTANTS,
    *bounds.MUTANTS,
    *big_devices.MUTANTS,
    *leads.MUTANTS,
    *observables.MUTANTS,
    *results.MUTANTS,
]
