"""What a run of the paper found, as Markdown for the folder and as tables for a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from floquant.paper.claims.claim import IMPRECISE, RIGHT, WRONG, Claim, digits
from floquant.paper.folder import MARK
from floquant.paper.making import Drawn, Judged

COLOURS = {RIGHT: "green", IMPRECISE: "yellow", WRONG: "red"}
PAPER = "J. P. Ramos, L. E. F. Foa Torres, P. A. Orellana and V. M. Apel, J. Appl. Phys. 115, 124507 (2014)"


@dataclass(frozen=True)
class Report:
    """A run of the paper: what was drawn and judged, where, and how long it took."""

    folder: Path
    drawn: tuple[Drawn, ...]
    judged: Judged | None
    quick: bool
    seconds: float


def with_error(claim: Claim) -> str:
    """The number of a claim and the bound of its error."""
    if claim.error == 0:
        return f"{digits(claim.number, claim.error)}, exactly"
    return f"{digits(claim.number, claim.error)} ± {claim.error:.0e}".replace("e-", "e−")


def markdown(report: Report) -> str:
    """The summary of a folder."""
    import floquant

    kind = "quick: coarser grids, the same accuracy at every point" if report.quick else "full"
    parts = [
        MARK,
        "# The paper, computed",
        f"{PAPER}; floquant {floquant.__version__}, {kind}, {report.seconds:.1f} s.",
    ]
    if report.judged is not None:
        parts += ["## Claim by claim", claim_table(report.judged), claim_notes(report.judged)]
        parts += ["## In a laboratory", laboratory_table(report.judged)]
    if report.drawn:
        parts += ["## Figures", _figure_table(report)]
    return "\n\n".join(parts) + "\n"


def claim_table(judged: Judged) -> str:
    """One line a claim: where it is made, what it says, the number that decides, the verdict."""
    lines = ["| | where | the paper says | number | value | verdict |", "|---|---|---|---|---|---|"]
    for index, claim in enumerate(judged.claims, start=1):
        cells = (str(index), claim.where, claim.sentence, claim.quantity, with_error(claim), f"**{claim.verdict}**")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def claim_notes(judged: Judged) -> str:
    """What was computed for each claim, and what it showed."""
    return "\n".join(f"{index}. *{claim.name}*: {claim.how}" for index, claim in enumerate(judged.claims, start=1))


def laboratory_table(judged: Judged) -> str:
    """The model's numbers in SI units."""
    lines = ["| quantity | model | InGaAs ring, radius 50 nm |", "|---|---|---|"]
    lines += [f"| {row.quantity} | {row.model} | {row.laboratory} |" for row in judged.rows]
    return "\n".join(lines)


def _figure_table(report: Report) -> str:
    lines = [
        "| figure | what it shows | data | largest error bound, of the largest value | points not converged |",
        "|---|---|---|---|---|",
    ]
    for drawn in report.drawn:
        picture, *_ = drawn.files
        data = ", ".join(f"[{name}]({name})" for name in drawn.files[2:])
        lines.append(
            f"| [{drawn.name}]({picture}) | {drawn.title} | {data} | {drawn.error:.0e} | {drawn.unconverged} |"
        )
    return "\n".join(lines)


def show(report: Report) -> None:
    """Print the verdicts, the laboratory's numbers and what was written, as wide as the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if report.judged is not None:
        table = Table(box=box.SIMPLE_HEAD, title="The paper, claim by claim", title_justify="left", pad_edge=False)
        table.add_column("the paper says", ratio=5)
        table.add_column("number", ratio=4)
        table.add_column("value", ratio=3, overflow="fold")
        table.add_column("verdict", no_wrap=True)
        for claim in report.judged.claims:
            verdict = f"[{COLOURS[claim.verdict]}]{claim.verdict}[/]"
            table.add_row(claim.sentence, claim.quantity, with_error(claim), verdict)
        console.print(table)
        rows = Table(box=box.SIMPLE_HEAD, title="InGaAs ring of radius 50 nm", title_justify="left", pad_edge=False)
        for heading in ("quantity", "model", "laboratory"):
            rows.add_column(heading)
        for row in report.judged.rows:
            rows.add_row(row.quantity, row.model, row.laboratory)
        console.print(rows)
    files = sum(len(drawn.files) for drawn in report.drawn)
    console.print(
        f"{files} files of {len(report.drawn)} figures and summary.md in {report.folder}, {report.seconds:.1f} s"
    )
