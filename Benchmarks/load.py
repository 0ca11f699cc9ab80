"""The load client: plain sockets with keep-alive, one epoll loop per process, requests made beforehand where
possible. Each client sends its next request when the last one is answered (a closed loop)."""
import array
import multiprocessing
import os
import resource
import select
import socket
import time

PROCESSES = 2
WARM_UP_SECONDS = 0.5
ANSWER_SECONDS_MAX = 10


class Result:
    """What one run of the load client saw. `kinds` counts answers by what the judge called them."""

    def __init__(self, clients, seconds, latencies, kinds, cpu_seconds):
        self.clients, self.seconds, self.kinds, self.cpu_seconds = clients, seconds, kinds, cpu_seconds
        self.latencies = sorted(latencies)

    def rate(self):
        return len(self.latencies) / self.seconds if self.seconds else 0

    def percentile_ms(self, share):
        return percentile(self.latencies, share, 1000)

    def figures(self):
        return {"per_second": round(self.rate(), 1), "p50_ms": self.percentile_ms(0.50),
                "p99_ms": self.percentile_ms(0.99), "answers": self.kinds,
                "client_cpu_percent": round(100 * self.cpu_seconds / self.seconds) if self.seconds else 0}


def percentile(ordered, share, factor):
    """The value below which this share of an ordered list lies; None of nothing."""
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * factor, 3)


class Client:
    """One client. With several ports it sends each request to all of them and waits for all the answers, as a
    Prometheus does with the nodes of an Alertmanager."""

    def __init__(self, ports, epoll, table):
        self.began, self.pending, self.kind = 0.0, 0, ""
        self.sockets = []
        for port in ports:
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets.append(connection)
            epoll.register(connection.fileno(), select.EPOLLIN)
            table[connection.fileno()] = (self, connection, bytearray())

    def send(self, request):
        self.began, self.pending, self.kind = time.perf_counter(), len(self.sockets), ""
        for connection in self.sockets:
            connection.sendall(request)

    def answered(self, kind, good):
        """Notes one answer; whether it was the last. The worst of several counts."""
        self.pending -= 1
        if self.kind in ("", good):
            self.kind = kind
        return self.pending == 0

    def close(self):
        for connection in self.sockets:
            connection.close()


def split_answer(buffer):
    """(status, body, whole length) of the first answer in a buffer, or None while it is not complete."""
    head_end = buffer.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head = bytes(buffer[:head_end]).lower()
    status = int(head[9:12])
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        end = head_end + 4 + int(head[at + 17:].split(b"\r\n", 1)[0])
    elif b"chunked" in head:
        last = buffer.find(b"0\r\n\r\n", head_end + 4)
        if last < 0:
            return None
        end = last + 5
    else:
        end = head_end + 4
    return (status, bytes(buffer[head_end + 4:end]), end) if len(buffer) >= end else None


class Loop:
    """The clients of one process."""

    def __init__(self, job, share, offset):
        self.job, self.offset, self.sent, self.left = job, offset, 0, share["count"]
        self.epoll, self.table = select.epoll(), {}
        self.clients = [Client(job["ports"], self.epoll, self.table) for _ in range(share["clients"])]
        self.latencies, self.kinds, self.busy = array.array("d"), {}, 0

    def next(self, client):
        if self.left is not None:
            if self.left == 0:
                return
            self.left -= 1
        client.send(self.job["request"](f"{self.offset}-{self.sent}"))
        self.sent += 1
        self.busy += 1

    def run(self, start, end):
        time.sleep(max(0, start - WARM_UP_SECONDS - time.perf_counter()))
        for client in self.clients:
            self.next(client)
        while self.busy and time.perf_counter() < end + ANSWER_SECONDS_MAX:
            for number, _ in self.epoll.poll(0.2):
                self.read(number, start, end)
        self.count("no answer", self.busy)
        for client in self.clients:
            client.close()

    def read(self, number, start, end):
        client, connection, buffer = self.table[number]
        got = connection.recv(65536)
        if not got:
            self.epoll.unregister(number)
            self.count("closed", 1)
            self.busy -= 1
            return
        buffer += got
        found = split_answer(buffer)
        if found is None:
            return
        del buffer[:found[2]]
        if not client.answered(self.job["judge"](found[0], found[1]), self.job["good"]):
            return
        now = time.perf_counter()
        self.busy -= 1
        if start <= now <= end:
            self.count(client.kind, 1)
            if client.kind == self.job["good"]:
                self.latencies.append(now - client.began)
        if now < end:
            self.next(client)

    def count(self, kind, number):
        if number:
            self.kinds[kind] = self.kinds.get(kind, 0) + number


class NullServer:
    """Answers everything at once with the same few bytes, from a process of its own."""

    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"

    def __enter__(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = listener.getsockname()[1]
        self.process = multiprocessing.get_context("fork").Process(
            target=self.serve, args=(listener,), daemon=True)
        self.process.start()
        listener.close()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.join(5)

    def serve(self, listener):
        epoll, open_now = select.epoll(), {}
        epoll.register(listener.fileno(), select.EPOLLIN)
        end = time.monotonic() + 600
        while time.monotonic() < end:
            for number, _ in epoll.poll(1):
                if number == listener.fileno():
                    connection = listener.accept()[0]
                    open_now[connection.fileno()] = connection
                    epoll.register(connection.fileno(), select.EPOLLIN)
                elif open_now[number].recv(65536):
                    open_now[number].sendall(self.ANSWER)
                else:
                    epoll.unregister(number)
                    open_now.pop(number).close()


def work(pipe, job, share, offset, start, end):
    loop = Loop(job, share, offset)
    loop.run(start, end)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    pipe.send((loop.latencies.tobytes(), loop.kinds, usage.ru_utime + usage.ru_stime,
               time.perf_counter()))
    pipe.close()


def shares(clients, count):
    """Clients and requests of each process."""
    processes = min(PROCESSES, clients)

    def part(whole, i):
        return whole // processes + (1 if i < whole % processes else 0)

    return [{"clients": part(clients, i), "count": None if count is None else part(count, i)}
            for i in range(processes)]


def drive(ports, request, judge, good, clients, seconds, count=None):
    """Runs the load for so many seconds after a warm-up; with `count`, until that many were sent (then `seconds`
    only bounds it, and everything counts). `request(unique)` makes the bytes, `judge(status, body)` names an
    answer; answers named `good` count."""
    context = multiprocessing.get_context("fork")
    job = {"ports": ports, "request": request, "judge": judge, "good": good}
    begun = time.perf_counter()
    start = begun if count is not None else begun + 0.3 + WARM_UP_SECONDS
    end = start + seconds
    running = []
    for i, share in enumerate(shares(clients, count)):
        mine, theirs = context.Pipe(duplex=False)
        offset = f"{os.getpid():x}-{time.time_ns():x}-{i}"
        process = context.Process(target=work, args=(theirs, job, share, offset, start, end))
        process.start()
        theirs.close()
        running.append((process, mine))
    latencies, kinds, cpu, ended = array.array("d"), {}, 0.0, begun
    for process, pipe in running:
        try:
            if pipe.poll(seconds + ANSWER_SECONDS_MAX + 10):
                part, counted, used, at = pipe.recv()
                latencies.frombytes(part)
                cpu, ended = cpu + used, max(ended, at)
                for kind, number in counted.items():
                    kinds[kind] = kinds.get(kind, 0) + number
        except EOFError:
            kinds["client failed"] = kinds.get("client failed", 0) + 1
        process.join(5)
        if process.is_alive():
            process.kill()
    return Result(clients, ended - begun if count is not None else seconds, latencies, kinds, cpu)


def post(path, body, port=80):
    """The bytes of one POST over a connection that stays open."""
    return (b"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % (path.encode(), port, len(body))) + body


def get(path, port=80):
    """The bytes of one GET."""
    return b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (path.encode(), port)
