"""A real SMTP server for the tests: aiosmtpd with STARTTLS and AUTH.

Prints its port on one line. Every mail it takes is appended to the record file as one JSON line, before
it says so to the client. What it does with a recipient is in the local part of the address:
nobody -> 550 5.1.1, gone -> 550 without a status, policy -> 550 5.7.1, full -> 552 5.2.2,
later -> 451, slow -> answers after a minute, content -> refuses the mail itself.
"""
import argparse
import asyncio
import email
import email.policy
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

parser = argparse.ArgumentParser()
parser.add_argument("--record", required=True)
parser.add_argument("--identity")
parser.add_argument("--implicit", action="store_true")
parser.add_argument("--user")
parser.add_argument("--password")
parser.add_argument("--auth-in-clear", action="store_true")
parser.add_argument("--without", action="append", default=[])
options = parser.parse_args()

REFUSALS = {
    "nobody": "550 5.1.1 no such mailbox; see https://mail.example/help",
    "gone": "550 no such user here",
    "policy": "550 5.7.1 relaying denied",
    "full": "552 5.2.2 mailbox full",
    "later": "451 4.7.1 greylisted, come back",
}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        local = address.split("@")[0]
        if local == "slow":
            await asyncio.sleep(60)
        if local in REFUSALS:
            return REFUSALS[local]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("content"):
            return "554 5.6.0 content refused"
        raw = envelope.content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        parts = {p.get_content_type(): p.get_content() for p in message.walk() if not p.is_multipart()}
        entry = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "user": getattr(session, "login_name", None),
            "secure": session.ssl is not None or options.implicit,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "headerNames": [name for name, _ in message.items()],
            "text": parts.get("text/plain"),
            "html": parts.get("text/html"),
            "defects": [repr(d) for part in message.walk() for d in part.defects],
            "lineBytesMax": max(len(line) for line in raw.split(b"\r\n")),
            "bareLineBreaks": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
            "isSevenBit": all(byte < 128 for byte in raw),
            "raw": raw.decode("latin-1"),
        }
        with open(options.record, "a") as file:
            file.write(json.dumps(entry) + "\n")
        return "250 2.0.0 Ok: queued as 4F1A2B"


def authenticate(server, session, envelope, mechanism, data):
    given = (data.login, data.password) if isinstance(data, LoginPassword) else None
    session.login_name = data.login.decode()
    expected = (options.user.encode(), options.password.encode())
    return AuthResult(success=given == expected, handled=False)


async def main():
    context = None
    if options.identity:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.identity)

    def factory():
        return SMTP(
            Handler(),
            hostname="mail.test",
            enable_SMTPUTF8=False,
            tls_context=None if options.implicit else context,
            authenticator=authenticate if options.user else None,
            auth_required=options.user is not None,
            auth_require_tls=not (options.auth_in_clear or options.implicit),
            auth_exclude_mechanism=options.without,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        factory, "127.0.0.1", 0, ssl=context if options.implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
