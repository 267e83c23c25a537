"""The output folder: made if it is not there, refused if it holds something else. No foreign file is overwritten."""

from __future__ import annotations

import os
from collections.abc import Iterable
from errno import EACCES
from pathlib import Path
from shutil import rmtree

from floquant.errors import BadInput

SUMMARY = "summary.md"
SUMMARY_DRAFT = f".{SUMMARY}.part"
# Folders in which files are made before they are moved into place; one that an interrupted run left is removed.
DRAFT = ".unfinished-"
# The first line of our summary: a folder whose summary begins so is one that an earlier run made.
MARK = "<!-- written by floquant paper -->"
UNFINISHED = f"{MARK}\n\n# The paper, computed\n\nThe run that writes this folder has not finished.\n"


def claim_folder(out: str | Path, names: Iterable[str]) -> Path:
    """The folder, ready to be written into. `names` are the files that a run may write, beside the summary.

    Raises `BadInput` if it is no folder, cannot be written, or holds anything that an earlier run did not write.
    """
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = sorted(entry.name for entry in folder.iterdir())
    except (FileExistsError, NotADirectoryError):
        raise BadInput(
            f'The output folder "{folder}" is a file, or lies below one; give a folder that is empty or new.'
        ) from None
    except OSError as failure:
        raise BadInput(
            f'The output folder "{folder}" cannot be made or read ({failure.strerror}); give another one.'
        ) from None
    ours = _ours(folder / SUMMARY)
    leftovers = [name for name in found if name.startswith(DRAFT) and ours]
    strange = [name for name in found if name not in {*names, SUMMARY, SUMMARY_DRAFT, *leftovers}]
    if strange:
        more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
        raise BadInput(
            f'The output folder "{folder}" holds "{strange[0]}"{more}, which is not ours; give a folder that is empty or new.'
        )
    if found and not ours:
        raise BadInput(
            f'The output folder "{folder}" holds "{found[0]}", but no {SUMMARY} that an earlier run wrote; '
            "give a folder that is empty or new."
        )
    try:
        if not found:
            write_summary(folder, UNFINISHED)
        elif not os.access(folder, os.W_OK):
            raise PermissionError(EACCES, "Permission denied")
        for name in leftovers:
            rmtree(folder / name)
    except OSError as failure:
        raise BadInput(
            f'The output folder "{folder}" cannot be written ({failure.strerror}); give another one.'
        ) from None
    return folder


def write_summary(folder: Path, text: str) -> Path:
    """Write the summary, whole or not at all."""
    path = folder / SUMMARY
    draft = folder / SUMMARY_DRAFT
    draft.write_text(text, encoding="utf8")
    draft.replace(path)
    return path


def _ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf8") as text:
            return text.readline().rstrip() == MARK
    except (OSError, UnicodeDecodeError):
        return False
