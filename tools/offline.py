"""Taking the network away from a program and all that it starts, loopback aside.

The suite drives browsers at pages that try to get out; with this, nothing but this machine can be
reached, whatever a test or a browser does. Linux lets root do it without further programs.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET, linux/sched.h
_SET_FLAGS = 0x8914  # SIOCSIFFLAGS, linux/sockios.h
_UP = 0x1  # IFF_UP, net/if.h


def cut_network() -> str:
    """Leave this process with loopback alone; returns why that did not work, empty if it did."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_NEW_NETWORK) != 0:
            return os.strerror(ctypes.get_errno())
    except (OSError, AttributeError, TypeError) as error:  # no such call on this system
        return str(error)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))
    return ""
