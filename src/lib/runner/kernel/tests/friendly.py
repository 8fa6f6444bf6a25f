"""Where friendly-traceback comes from in a test: installed, or unpacked from the wheels of `vendor/python`."""

from __future__ import annotations

import atexit
import importlib.util
import json
import sys
import tempfile
import zipfile
from pathlib import Path

from procoder.causes_friendly import friendly

MISSING = "friendly-traceback is neither installed nor in vendor/python"
_kept: list[tempfile.TemporaryDirectory] = []


def is_there() -> bool:
    """Makes it importable where that can be done."""
    if importlib.util.find_spec("friendly_traceback") is None:
        vendor = Path(__file__).resolve().parents[5] / "vendor" / "python" if len(Path(__file__).parents) > 5 else None
        if vendor is None or not (vendor / "packages.json").is_file():
            return False
        _kept.append(tempfile.TemporaryDirectory())
        atexit.register(_kept[0].cleanup)
        for package in json.loads((vendor / "packages.json").read_text(encoding="utf-8")):
            if package["load"] == "snapshot":
                zipfile.ZipFile(vendor / package["file"]).extractall(_kept[0].name)
        sys.path.append(_kept[0].name)
        importlib.invalidate_caches()
        friendly._tried = False
    return friendly.load() is not None
