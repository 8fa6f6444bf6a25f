"""ProCoder's kernel: runs a learner's cells, gathers facts about them, explains them, and verifies claims.

Pure standard library; the same in CPython (3.11 or newer) and in Pyodide. The browser and the server talk to it
through `procoder.bridge` only, in JSON text.
"""

from __future__ import annotations

__version__ = "0.1.0"
