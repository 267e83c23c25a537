"""study.json of a run's folder: what is computed there, as digests of its parts and as parameters to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from floquant.errors import BadInput
from floquant.study.description.description import Description
from floquant.study.result.files import replacing
from floquant.study.result.provenance import FORMAT, parameters, software


def write_manifest(path: Path, description: Description, identity: Mapping[str, str], blocks: int) -> None:
    """Say what is computed in this folder, in so many blocks."""
    about = {
        "floquant_format": FORMAT,
        "software": software(),
        "identity": identity,
        "parameters": parameters(description),
        "blocks": blocks,
    }
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(about, indent=2, ensure_ascii=False), encoding="utf-8")


def check_manifest(path: Path, identity: Mapping[str, str]) -> None:
    """Raises `BadInput` if a folder's manifest is damaged, of another format, or of another study."""
    folder, (version, parts) = path.parent, _read(path)
    if version != FORMAT:
        raise BadInput(
            f'"{folder}" holds a run in format {version}, but this floquant writes format {FORMAT}; give another folder, or go on with '
            f"the floquant that began the run. Nothing was overwritten."
        )
    other = [part for part in identity if parts.get(part) != identity[part]]
    if other:
        raise BadInput(
            f'"{folder}" holds a run of another study: {", ".join(other)} differ{"s" if len(other) == 1 else ""}; give another '
            f"folder. Nothing was overwritten."
        )


def _read(path: Path) -> tuple[Any, dict[str, str]]:
    """Format and identity."""
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
        return there["floquant_format"], dict(there["identity"])
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(
            f'"{path}" cannot be read as what a run wrote, so that the folder cannot be continued; give another folder. '
            f"Nothing was overwritten."
        ) from None
