"""Pictures and tables of these pages, made again by `floquant paper`: run `.venv/bin/python docs/refresh.py` after results have changed.

A test compares the tables with what is computed, so a page cannot go stale unnoticed.
"""

import shutil
import tempfile
from pathlib import Path

from floquant.paper import run
from floquant.paper.summary import claim_notes, claim_table, laboratory_table

HERE = Path(__file__).parent


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder) / "paper")
        for picture in report.folder.glob("*.png"):
            shutil.copy(picture, HERE / "images" / picture.name)
    assert report.judged is not None
    for name, table in {"claims": claim_table, "notes": claim_notes, "laboratory": laboratory_table}.items():
        (HERE / "included" / f"{name}.md").write_text(table(report.judged) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
