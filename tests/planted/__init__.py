"""The list of planted mistakes, from which the table of docs/mistakes.md is made."""

from planted import big_devices, ladders, leads, results

MUTANTS = [*ladders.MUTANTS, *big_devices.MUTANTS, *leads.MUTANTS, *results.MUTANTS]
