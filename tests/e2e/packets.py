"""A packet capture (pcapng) of TCP connections over loopback, without a network: what each side sent, in order."""
import socket
import struct


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Capture:
    """Raw IPv4 packets; `secrets` is the text of an SSLKEYLOGFILE, kept in a decryption secrets block."""

    def __init__(self, secrets=b""):
        self.blocks = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
                       block(1, struct.pack("<HHI", 101, 0, 0))]  # LINKTYPE_RAW
        if secrets:
            self.blocks.append(block(0x0A, struct.pack("<II", 0x544C534B, len(secrets)) + secrets))
        self.microseconds = 1_795_228_867_000_000

    def packet(self, source, target, sequence, acknowledged, flags, data=b""):
        addresses = socket.inet_aton(source[0]) + socket.inet_aton(target[0])
        tcp = struct.pack("!HHIIBBHHH", source[1], target[1], sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, 5 << 4, flags,
                          65535, 0, 0) + data
        tcp = tcp[:16] + struct.pack("!H", checksum(addresses + struct.pack("!BBH", 0, 6, len(tcp)) + tcp)) + tcp[18:]
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0) + addresses
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        self.microseconds += 1000
        packet = ip + tcp
        self.blocks.append(block(6, struct.pack("<IIIII", 0, self.microseconds >> 32, self.microseconds & 0xFFFFFFFF,
                                                len(packet), len(packet)) + packet))

    def connection(self, client, server, turns):
        """`turns` are (from_client, bytes) in order."""
        place = {True: 1000, False: 5000}
        ends = {True: (client, server), False: (server, client)}
        self.packet(client, server, place[True] - 1, 0, 0x02)
        self.packet(server, client, place[False] - 1, place[True], 0x12)
        self.packet(client, server, place[True], place[False], 0x10)
        for from_client, data in turns:
            for start in range(0, len(data), 1400):
                part = data[start:start + 1400]
                self.packet(*ends[from_client], place[from_client], place[not from_client], 0x18, part)
                place[from_client] += len(part)
                self.packet(*ends[not from_client], place[not from_client], place[from_client], 0x10)
        for from_client in (True, False):
            self.packet(*ends[from_client], place[from_client], place[not from_client], 0x11)
            place[from_client] += 1

    def bytes(self):
        return b"".join(self.blocks)
