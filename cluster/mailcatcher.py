#!/usr/bin/python3
"""A mail server for demonstrations and tests: takes every mail and writes it down.

usage: mailcatcher.py PORT DIRECTORY [ADDRESS]

Each mail becomes one line of DIRECTORY/mails.jsonl: when it came, to whom, its headers, its text. PORT 0 lets
the system choose; the port is written to DIRECTORY/port. It listens at 127.0.0.1 unless an ADDRESS is given. Needs
python3-aiosmtpd.
"""
import asyncio
import email
import email.policy
import json
import os
import signal
import sys
import time

from aiosmtpd.smtp import SMTP


class Catcher:
    """Appends one line per mail."""

    def __init__(self, path):
        self.file = open(path, "a", buffering=1, encoding="utf-8")

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(preferencelist=("plain", "html"))
        self.file.write(
            json.dumps(
                {
                    "at": time.time(),
                    "from": envelope.mail_from,
                    "to": envelope.rcpt_tos,
                    "subject": str(message["Subject"]),
                    "headers": {k: str(v) for k, v in message.items()},
                    "text": body.get_content() if body else "",
                }
            )
            + "\n"
        )
        return "250 2.0.0 OK: written down"


async def main(port, directory, address="127.0.0.1"):
    os.makedirs(directory, exist_ok=True)
    catcher = Catcher(os.path.join(directory, "mails.jsonl"))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(catcher, enable_SMTPUTF8=True, loop=loop), address, port
    )
    bound = server.sockets[0].getsockname()[1]
    with open(os.path.join(directory, "port.tmp"), "w") as file:
        file.write(str(bound))
    os.rename(os.path.join(directory, "port.tmp"), os.path.join(directory, "port"))
    print(f"mailcatcher: {address}:{bound}", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    asyncio.run(main(int(sys.argv[1]), *sys.argv[2:]))
