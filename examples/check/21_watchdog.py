# SPDX-License-Identifier: MIT
"""Plays systemd for the watchdog example: receives its datagrams, on a file and on an abstract socket.

21_watchdog.py PROGRAM
"""
import os
import socket
import subprocess
import sys
import tempfile


def states_sent(program, bound, name):
    """The datagrams that the program sends, which ends by itself."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(bound)
        environment = {**os.environ, "NOTIFY_SOCKET": name, "WATCHDOG_USEC": "2000000"}
        subprocess.run([program], env=environment, check=True, stdout=subprocess.DEVNULL, timeout=60)
        manager.setblocking(False)
        states = []
        try:
            while True:
                states.append(manager.recv(1000).decode())
        except BlockingIOError:
            return states


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "notify")
        abstract = f"tasks-{os.getpid()}"
        for bound, name in ((path, path), ("\0" + abstract, "@" + abstract)):
            states = states_sent(program, bound, name)
            print(states)
            well, overdue = "WATCHDOG=1", "STATUS=overdue: mail"
            if states[0] != "READY=1" or states[1] != well or states[-1] != overdue:
                sys.exit("wanted READY=1, then WATCHDOG=1 while all is well, then the job that is overdue")
            if well in states[states.index(overdue) :]:
                sys.exit("the watchdog was told that all is well while a job was overdue")


main()
