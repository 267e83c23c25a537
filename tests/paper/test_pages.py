"""The tables of the documentation's pages are what is computed."""

import re
from pathlib import Path

import pytest
from planted import MUTANTS

from floquant.paper.claims.claim import digits
from floquant.paper.summary import claim_notes, claim_table, laboratory_table

ROOT = Path(__file__).parents[2]


def table_of(text):
    """The cells of a Markdown table, but for the numbers that rounding may change."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_the_pages_tables_are_what_is_computed(judged):
    """If this fails, results have changed: .venv/bin/python docs/refresh.py makes the tables again."""
    included = ROOT / "docs" / "included"
    stored, fresh = table_of((included / "claims.md").read_text("utf8")), table_of(claim_table(judged))
    assert [row[:4] + row[5:] for row in stored] == [row[:4] + row[5:] for row in fresh]
    for row, claim in zip(stored, judged.claims, strict=True):
        shown = float(re.split(r" ±|, ", row[4])[0].replace("−", "-"))
        assert shown == pytest.approx(claim.number, abs=2 * claim.error + 1e-5 * abs(claim.number))
    numbers = r"[-−]?\d[\d.]*(e[-−+]?\d+)?"
    notes = (included / "notes.md").read_text("utf8").rstrip()
    assert re.sub(numbers, "#", notes) == re.sub(numbers, "#", claim_notes(judged))
    assert (included / "laboratory.md").read_text("utf8").rstrip() == laboratory_table(judged)


def test_the_page_of_mistakes_names_the_tests_that_catch_them():
    """If this fails, the list of planted mistakes has changed: docs/refresh.py makes the table again."""
    rows = table_of((ROOT / "docs" / "included" / "mutations.md").read_text("utf8"))
    planted = [[each.mistake, each.planted_in, each.file, each.caught_by] for each in MUTANTS]
    assert [
        [mistake, path, *reversed(re.match(r"`(.+)` \((.+)\)", test).groups())] for mistake, path, test in rows
    ] == planted


@pytest.mark.parametrize(
    ("number", "error", "shown"),
    [(0.0530305658, 3e-8, "0.0530306"), (1e-18, 1e-15, "0"), (-2.787143e-3, 1e-9, "−0.00278714"), (3.0, 0.0, "3")],
)
def test_a_number_has_the_digits_that_its_error_leaves_it(number, error, shown):
    assert digits(number, error) == shown
