"""Start another program that ends when whoever started it ends, even when that one is killed.

Run as a script, so that it costs little: ``python -I -S leash.py PARENT PROGRAM ARGUMENT…``. On Linux the kernel
sends the program SIGTERM when the parent is gone; elsewhere the program just starts.
"""

import contextlib
import os
import signal
import sys

SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)


def main() -> None:
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != int(parent):
            sys.exit(0)  # the parent was gone before the kernel knew of our wish
    os.execv(command[0], command)  # noqa: S606 - our own supervisor names the program, no shell in between


if __name__ == "__main__":
    main()
