"""moto's server on loopback, at a free port that it tells; it ends when its standard input does."""

import os
import sys
import threading

from moto.server import main


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
main(["--host", "127.0.0.1", "--port", "0"])
