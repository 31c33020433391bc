"""A DNS server on this machine, over UDP and TCP: it answers what a test tells it to."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset


def _at_one_port(
    udp: type[socketserver.BaseRequestHandler], tcp: type[socketserver.BaseRequestHandler]
) -> tuple[socketserver.ThreadingUDPServer, socketserver.ThreadingTCPServer]:
    """Both servers at one free port: what is free for UDP may be taken for TCP."""
    for _ in range(50):
        over_udp = socketserver.ThreadingUDPServer(("127.0.0.1", 0), udp)
        try:
            return over_udp, socketserver.ThreadingTCPServer(over_udp.server_address, tcp)
        except OSError:
            over_udp.server_close()
    raise OSError("no port is free for both UDP and TCP")


class NameServer:
    """Answers TXT questions from *records*; `asked` lists the names it was asked for.

    *behaviour*: "honest", "silent", "servfail", "garbage", "alias" (the records lie elsewhere),
    "secure" (it says that it checked DNSSEC), "long" (UDP says: ask by TCP), "other name".
    """

    def __init__(self, records: Mapping[str, str], behaviour: str = "honest") -> None:
        self.records = dict(records)
        self.behaviour = behaviour
        self.asked: list[str] = []
        server = self

        class Udp(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                wire, socket = self.request
                if (answer := server.answer(wire, by_tcp=False)) is not None:
                    socket.sendto(answer, self.client_address)

        class Tcp(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                (length,) = struct.unpack("!H", self.rfile.read(2))
                answer = server.answer(self.rfile.read(length), by_tcp=True)
                if answer is not None:
                    self.wfile.write(struct.pack("!H", len(answer)) + answer)

        self._udp, self._tcp = _at_one_port(Udp, Tcp)
        self.port = int(self._udp.server_address[1])
        self._threads = [
            threading.Thread(target=each.serve_forever, args=(0.02,))
            for each in (self._udp, self._tcp)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in (self._udp, self._tcp):
            each.shutdown()
            each.server_close()
        for thread in self._threads:
            thread.join()

    def answer(self, wire: bytes, *, by_tcp: bool) -> bytes | None:
        """The answer to the question in *wire*, or None for silence."""
        question = dns.message.from_wire(wire)
        name = question.question[0].name
        self.asked.append(name.to_text())
        match self.behaviour:
            case "silent":
                return None
            case "garbage":
                return wire[:2] + b"\xff" * 20
        answer = dns.message.make_response(question)
        if self.behaviour == "servfail":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif self.behaviour == "long" and not by_tcp:
            answer.flags |= dns.flags.TC
        else:
            self._fill(answer, name)
        return answer.to_wire()

    def _fill(self, answer: Any, name: dns.name.Name) -> None:
        record = self.records.get(name.to_text())
        if record is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
            return
        if self.behaviour == "secure":
            answer.flags |= dns.flags.AD
        if self.behaviour == "other name":
            name = dns.name.from_text("other.example.")
        if self.behaviour == "alias":
            target = dns.name.from_text("keys.example.")
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", target.to_text()))
            name = target
        pieces = " ".join(f'"{record[at : at + 200]}"' for at in range(0, len(record), 200))
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", pieces))
