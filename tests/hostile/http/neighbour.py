"""The rest of the internet, in a network namespace of its own: every address is here, and every connection is told on
stdout as "address port". Started by egress_test.py, which moves an interface in and then says "go"."""

import socket
import subprocess
import sys
import threading

PORTS = (22, 25, 80, 443, 6667, 8080)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nreached"


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def serve(connection):
    """Answers once a connection, and keeps it until the next request, which it leaves without an answer."""
    with connection:
        if connection.recv(65536):
            connection.sendall(ANSWER)
            connection.recv(65536)


def accept(listener):
    while True:
        connection, _ = listener.accept()
        address, port = connection.getsockname()[:2]
        print(address, port, flush=True)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def listen():
    for port in PORTS:
        listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
        threading.Thread(target=accept, args=(listener,), daemon=True).start()


def main():
    print("waiting", flush=True)
    sys.stdin.readline()
    ip("link", "set", "lo", "up")
    ip("addr", "add", "198.18.0.2/30", "dev", "far")
    ip("addr", "add", "2001:db8::2/64", "dev", "far", "nodad")
    ip("link", "set", "far", "up")
    # In the table of the links, so that the way back is longer matched.
    ip("route", "add", "local", "0.0.0.0/0", "dev", "lo", "table", "main")
    ip("-6", "route", "add", "local", "::/0", "dev", "lo", "table", "main")
    listen()
    print("up", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
