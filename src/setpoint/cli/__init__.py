"""The ``setpoint`` command: the library, spoken in a terminal.

``main`` finds the command and turns every outcome into an exit code; ``commands`` is the table of commands, one
module each; ``options`` holds what all of them accept; ``output`` and ``visible`` decide how text reaches a stream;
``reporters/`` turn findings into text, JSON, SARIF or GitHub annotations.
"""

from __future__ import annotations

import sys

# No room imports the package's root. It is always loaded by now, so its version can be looked up.
__version__: str = sys.modules[__name__.rpartition(".")[0]].__version__
