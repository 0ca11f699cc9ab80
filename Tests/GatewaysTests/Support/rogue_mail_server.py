"""A mail server that behaves badly in one way, named by its argument. Prints its port on one line."""
import socket
import sys
import threading
import time

ways = sys.argv[1]


def lines(connection):
    buffer = b""
    while True:
        data = connection.recv(4096)
        if not data:
            return
        buffer += data
        while b"\r\n" in buffer:
            line, buffer = buffer.split(b"\r\n", 1)
            yield line


def serve(connection):
    say = lambda text: connection.sendall(text.encode() + b"\r\n")
    if ways == "silent":
        time.sleep(60)
    if ways == "chatter":
        say("HTTP/1.1 400 Bad Request")
        time.sleep(60)
    if ways == "busy":
        say("421 4.3.2 too many connections")
        return
    if ways == "endless":
        say("220 hello")
        connection.recv(4096)
        for _ in range(100_000):
            say("250-and more")
    say("220-a greeting")
    say("220 of two lines")
    in_mail = False
    for line in lines(connection):
        verb = line.split(b" ")[0].upper()
        if in_mail:
            if line != b".":
                continue
            if ways == "drops":
                return
            if ways == "mute":
                time.sleep(60)
            in_mail = False
            say("250 ok")
        elif verb == b"EHLO":
            say("250-rogue")
            if ways in ("injects", "agrees"):
                say("250-STARTTLS")
            if ways == "echoes":
                say("250-AUTH PLAIN")
            say("250 SIZE 1000000")
        elif verb == b"STARTTLS":
            if ways == "injects":
                connection.sendall(b"220 go ahead\r\n250-rogue\r\n250 AUTH PLAIN\r\n")
                time.sleep(60)
            say("220 go ahead")
            connection.sendall(b"this is no TLS record\r\n")
            time.sleep(60)
        elif verb == b"AUTH":
            say("500 5.5.2 not understood: " + line.decode())
        elif verb == b"DATA":
            say("354 go on")
            in_mail = True
        elif verb == b"QUIT":
            if ways == "clings":
                time.sleep(60)
            say("221 bye")
            return
        else:
            say("250 ok")


def guarded(connection):
    try:
        with connection:
            serve(connection)
    except OSError:
        pass


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    peer, _ = listener.accept()
    threading.Thread(target=guarded, args=(peer,), daemon=True).start()
