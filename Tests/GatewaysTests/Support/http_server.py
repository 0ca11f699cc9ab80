"""A provider for the tests: answers as its path says and records every request as one JSON line.

Prints its port on one line. /status/<n> answers n; /slow answers after a minute; /trickle sends a head
and never ends its body; /wait answers 429 with Retry-After; /redirect leads to /status/200; /drop closes
without an answer; /2010-04-01/Accounts/... behaves like Twilio: the last five digits of To are an error
code where they start with 21 or 30.
"""
import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

record, secret = sys.argv[1], sys.argv[2].encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", headers=()):
        if status == 204:
            body = b""  # It has none (RFC 9110, 15.3.5): what follows would be read as another answer.
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def signature_is_right(self, body):
        header = self.headers.get("Meridian-Signature")
        if header is None:
            return None
        fields = dict(part.split("=", 1) for part in header.split(","))
        expected = hmac.new(secret, fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, fields["v1"])

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        entry = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(),
            "signatureIsRight": self.signature_is_right(body),
        }
        with open(record, "a") as file:
            file.write(json.dumps(entry) + "\n")
        path = self.path
        if path.startswith("/2010-04-01/"):
            return self.twilio(body)
        if path.startswith("/status/"):
            return self.answer(int(path.split("/")[2]), b"ok")
        if path == "/wait":
            return self.answer(429, b"rate_limited", [("Retry-After", "30")])
        if path == "/redirect":
            return self.answer(302, b"", [("Location", "/status/200")])
        if path == "/echo":
            return self.answer(500, body)
        if path == "/drop":
            self.close_connection = True
            return self.connection.close()
        if path == "/slow":
            time.sleep(60)
        if path == "/trickle":
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"ok")
            self.wfile.flush()
            time.sleep(60)
        return self.answer(404)

    def twilio(self, body):
        given = base64.b64decode(self.headers.get("Authorization", "Basic ").split(" ")[1]).decode()
        if given != "AC0123:token-of-the-account":
            error = {"code": 20003, "message": "Authenticate token-of-the-account", "status": 401}
            return self.answer(401, json.dumps(error).encode())
        to = urllib.parse.parse_qs(body.decode())["To"][0]
        if to.endswith("99999"):
            return self.answer(200, b"<html>welcome to the proxy</html>")
        if to[-5:-3] in ("21", "30"):
            error = {"code": int(to[-5:]), "message": "The number is wrong", "status": 400}
            return self.answer(400, json.dumps(error).encode())
        kind = "SM" if "Messages" in self.path else "CA"
        created = {"sid": kind + "0" * 32, "status": "queued", "error_code": None, "code": None}
        return self.answer(201, json.dumps(created).encode())

    do_POST = handle_any
    do_GET = handle_any


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
