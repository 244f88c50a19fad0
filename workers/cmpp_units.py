"""The units of CMPP 2.0 and 3.0 as frozen models: bodies to bytes and back.

`wide` is version 3.0: telephones of 32 bytes with a type, results of four bytes, 20 bytes for a LinkID at the end.
What is read is never trusted: a body that ends too soon is a BadFrame. The unused fields at the end are not asked for.
"""

import struct
from dataclasses import dataclass

from workers.cmpp_frame import UCS2, Fields, fixed

WIDE_REPORT_BYTES = 71


@dataclass(frozen=True, kw_only=True)
class Connect:
    """The log-in; its form is the same in both versions."""

    account: str
    authenticator: bytes
    version: int
    timestamp: int

    def encode(self) -> bytes:
        """Return the body."""
        return fixed(self.account, 6) + struct.pack(">16sBI", self.authenticator, self.version, self.timestamp)

    @classmethod
    def decode(cls, body: bytes) -> "Connect":
        """Read the body."""
        fields = Fields(body)
        account, authenticator = fields.text(6), fields.octets(16)
        return cls(account=account, authenticator=authenticator, version=fields.number(1), timestamp=fields.number(4))


@dataclass(frozen=True, kw_only=True)
class ConnectAnswer:
    """Whether the log-in was accepted (0), and the gateway's own proof."""

    status: int
    authenticator: bytes
    version: int

    def encode(self, *, wide: bool) -> bytes:
        """Return the body."""
        return self.status.to_bytes(4 if wide else 1) + self.authenticator + bytes([self.version])

    @classmethod
    def decode(cls, body: bytes, *, wide: bool) -> "ConnectAnswer":
        """Read the body."""
        fields = Fields(body)
        status, authenticator = fields.number(4 if wide else 1), fields.octets(16)
        return cls(status=status, authenticator=authenticator, version=fields.number(1))


@dataclass(frozen=True, kw_only=True)
class Submit:
    """One part of a text to one telephone (or, read from others, to several)."""

    account: str
    source: str
    destinations: tuple[str, ...]
    content: bytes
    service_id: str = ""
    total: int = 1
    number: int = 1
    has_header: bool = False
    data_coding: int = UCS2
    report_wanted: int = 1
    level: int = 1
    fee_user_type: int = 2  # the sender pays
    fee_terminal: str = ""
    fee_type: str = "01"  # free of charge for who receives it
    fee_code: str = "000000"
    valid_until: str = ""
    at: str = ""

    def encode(self, *, wide: bool) -> bytes:
        """Return the body; ValueError for what does not fit."""
        telephone, of_type, rest = (32, b"\0", 20) if wide else (21, b"", 8)
        return b"".join(
            (
                struct.pack(">8xBBBB", self.total, self.number, self.report_wanted, self.level),
                fixed(self.service_id, 10) + bytes([self.fee_user_type]),
                fixed(self.fee_terminal, telephone) + of_type,
                struct.pack(">BBB", 0, self.has_header, self.data_coding),
                fixed(self.account, 6) + fixed(self.fee_type, 2) + fixed(self.fee_code, 6),
                fixed(self.valid_until, 17) + fixed(self.at, 17) + fixed(self.source, 21),
                bytes([len(self.destinations)]),
                *(fixed(destination, telephone) for destination in self.destinations),
                of_type + bytes([len(self.content)]) + self.content + bytes(rest),
            )
        )

    @classmethod
    def decode(cls, body: bytes, *, wide: bool) -> "Submit":
        """Read the body."""
        fields, telephone = Fields(body), 32 if wide else 21
        fields.octets(8)
        values: dict[str, object] = {name: fields.number(1) for name in ("total", "number", "report_wanted", "level")}
        values |= {"service_id": fields.text(10), "fee_user_type": fields.number(1)}
        values["fee_terminal"] = fields.text(telephone)
        fields.octets(2 if wide else 1)  # the telephone's type, and TP_pid
        values |= {"has_header": bool(fields.number(1)), "data_coding": fields.number(1)}
        sizes = {"account": 6, "fee_type": 2, "fee_code": 6, "valid_until": 17, "at": 17, "source": 21}
        values |= {name: fields.text(size) for name, size in sizes.items()}
        values["destinations"] = tuple(fields.text(telephone) for _ in range(fields.number(1)))
        fields.octets(1 if wide else 0)
        values["content"] = fields.octets(fields.number(1))
        return cls(**values)  # type: ignore[arg-type]  # the names and sizes above are the fields


@dataclass(frozen=True)
class Answered:
    """The answer to a submit or a deliver: the message's id, and 0 when it was taken."""

    msg_id: int
    result: int

    def encode(self, *, wide: bool) -> bytes:
        """Return the body."""
        return struct.pack(">QI" if wide else ">QB", self.msg_id, self.result)

    @classmethod
    def decode(cls, body: bytes, *, wide: bool) -> "Answered":
        """Read the body."""
        fields = Fields(body)
        return cls(fields.number(8), fields.number(4 if wide else 1))


@dataclass(frozen=True, kw_only=True)
class Deliver:
    """What the gateway brings: a status report, or a text that somebody wrote."""

    msg_id: int
    destination: str
    source: str
    is_report: bool
    content: bytes
    service_id: str = ""
    has_header: bool = False
    data_coding: int = 0

    def encode(self, *, wide: bool) -> bytes:
        """Return the body; ValueError for what does not fit."""
        head = struct.pack(">Q", self.msg_id) + fixed(self.destination, 21) + fixed(self.service_id, 10)
        head += struct.pack(">BBB", 0, self.has_header, self.data_coding)
        head += fixed(self.source, 32) + b"\0" if wide else fixed(self.source, 21)
        return head + bytes([self.is_report, len(self.content)]) + self.content + bytes(20 if wide else 8)

    @classmethod
    def decode(cls, body: bytes, *, wide: bool) -> "Deliver":
        """Read the body."""
        fields = Fields(body)
        msg_id, destination, service_id = fields.number(8), fields.text(21), fields.text(10)
        _, has_header, data_coding = fields.number(1), bool(fields.number(1)), fields.number(1)
        source = fields.text(32 if wide else 21)
        fields.octets(1 if wide else 0)
        is_report, content = fields.number(1) == 1, fields.octets(fields.number(1))
        return cls(
            msg_id=msg_id,
            destination=destination,
            source=source,
            is_report=is_report,
            content=content,
            service_id=service_id,
            has_header=has_header,
            data_coding=data_coding,
        )


@dataclass(frozen=True, kw_only=True)
class Report:
    """The content of a deliver that reports what became of a message."""

    msg_id: int
    status: str
    submitted: str
    done: str
    destination: str
    sequence: int

    def encode(self, *, wide: bool) -> bytes:
        """Return the content; ValueError for what does not fit."""
        times = fixed(self.submitted, 10) + fixed(self.done, 10)
        told = struct.pack(">Q", self.msg_id) + fixed(self.status, 7) + times
        return told + fixed(self.destination, 32 if wide else 21) + struct.pack(">I", self.sequence)

    @classmethod
    def decode(cls, content: bytes) -> "Report":
        """Read the content; its length tells its form, for some gateways of 3.0 report in the form of 2.0."""
        fields = Fields(content)
        return cls(
            msg_id=fields.number(8),
            status=fields.text(7).strip(),
            submitted=fields.text(10),
            done=fields.text(10),
            destination=fields.text(32 if len(content) >= WIDE_REPORT_BYTES else 21),
            sequence=fields.number(4),
        )
