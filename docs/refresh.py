"""Pictures and tables of these pages, made again by `floquant paper`: run `.venv/bin/python docs/refresh.py` after results have changed.

A test compares the tables with what is computed, so a page cannot go stale unnoticed.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from floquant.paper import run
from floquant.paper.summary import claim_notes, claim_table, laboratory_table

HERE = Path(__file__).parent


def mutation_table() -> str:
    """Which test notices which planted mistake: the list of tests/planted."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from planted import MUTANTS

    lines = ["| mistake | planted in | caught by |", "|---|---|---|"]
    for mutant in MUTANTS:
        lines.append(f"| {mutant.mistake} | {mutant.planted_in} | `{mutant.caught_by}` ({mutant.file}) |")
    return "\n".join(lines)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder) / "paper")
        for picture in report.folder.glob("*.png"):
            shutil.copy(picture, HERE / "images" / picture.name)
    assert report.judged is not None
    for name, table in {"claims": claim_table, "notes": claim_notes, "laboratory": laboratory_table}.items():
        include(name, table(report.judged))
    include("mutations", mutation_table())


def include(name: str, text: str) -> None:
    (HERE / "included" / f"{name}.md").write_text(text + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
