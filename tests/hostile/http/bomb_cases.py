"""Bodies that are small on the wire and large, deep or odd inside. Content codings: RFC 1950 to 1952, 7932, 8878; JSON:
RFC 8259. Each coding has its maker here, so that no row depends on what the proxy's own encoder would write."""

import base64
import json
import shutil
import subprocess
import zlib

MIB = 1 << 20


def flushed(window, size, piece=MIB):
    """`size` zeros by repeating one compressed piece; nobody reads as far as the checksum that is not there."""
    coder = zlib.compressobj(9, zlib.DEFLATED, window)
    first = coder.compress(bytes(piece)) + coder.flush(zlib.Z_FULL_FLUSH)
    again = coder.compress(bytes(piece)) + coder.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // piece - 1)


def gzip_of(data):
    coder = zlib.compressobj(9, zlib.DEFLATED, 31)
    return coder.compress(data) + coder.flush()


def zstd_head(window_log=17):
    return b"\x28\xb5\x2f\xfd\x00" + bytes([(window_log - 10) << 3])


def zstd_zeros(size, last=True):
    """Blocks of one repeated byte, 128 KiB from four."""
    block = (131072 << 3 | 2).to_bytes(3, "little") + b"\0"
    end = (1 | 2 | 0 << 3).to_bytes(3, "little") + b"\0" if last else b""
    return zstd_head() + block * (size // 131072) + end


def zstd_of(data):
    """Stored blocks."""
    blocks = [data[at : at + 131072] for at in range(0, len(data), 131072)] or [b""]
    out = zstd_head()
    for number, block in enumerate(blocks):
        out += (len(block) << 3 | (number == len(blocks) - 1)).to_bytes(3, "little") + block
    return out


def brotli_of(data):
    """By node or the brotli command; nothing where neither is."""
    if shutil.which("node"):
        script = "const z=require('zlib');process.stdout.write(z.brotliCompressSync(require('fs').readFileSync(0)))"
        return subprocess.run(["node", "-e", script], input=data, capture_output=True, check=True).stdout
    if shutil.which("brotli"):
        return subprocess.run(["brotli", "-c"], input=data, capture_output=True, check=True).stdout
    return None


def coded_bombs():
    """name -> (Content-Encoding, body)"""
    zeros = bytes(96 * MIB)
    brotli = brotli_of(zeros)
    once = gzip_of(zeros)
    rows = {
        "gzip, 10 GiB of zeros": ("gzip", flushed(31, 10240 * MIB)),
        "gzip, 1 MiB of empty members": ("gzip", gzip_of(b"") * (MIB // 20)),
        "gzip three times": ("gzip, gzip, gzip", gzip_of(gzip_of(once))),
        "deflate, 10 GiB of zeros": ("deflate", flushed(15, 10240 * MIB)),
        "deflate without its header, 10 GiB of zeros": ("deflate", flushed(-15, 10240 * MIB)),
        "deflate three times": ("deflate, deflate, deflate", zlib.compress(zlib.compress(zlib.compress(zeros)))),
        "zstd, 10 GiB of zeros": ("zstd", zstd_zeros(10240 * MIB)),
        "zstd, 1 MiB of empty frames": ("zstd", (zstd_head() + b"\1\0\0") * (MIB // 9)),
        "zstd three times": ("zstd, zstd, zstd", zstd_of(zstd_of(zstd_zeros(1024 * MIB)))),
        "zstd in gzip": ("zstd, gzip", gzip_of(zstd_zeros(10240 * MIB))),
        "gzip in zstd": ("gzip, zstd", zstd_of(once)),
        "zstd window of 2^31": ("zstd", zstd_head(31) + b"\1\0\0"),
        "zstd window of 2^41": ("zstd", zstd_head(41) + b"\1\0\0"),
    }
    if brotli:
        rows["br, 96 MiB of zeros"] = ("br", brotli)
        rows["br three times"] = ("br, br, br", brotli_of(brotli_of(brotli)))
        rows["br in gzip"] = ("br, gzip", gzip_of(brotli))
    return rows


def damaged():
    """Bodies that cannot be decoded to their end. name -> (Content-Encoding, body)"""
    text = json.dumps({"messages": [{"role": "user", "content": "hello " * 400}]}).encode()
    coded = {"gzip": gzip_of(text), "deflate": zlib.compress(text), "zstd": zstd_of(text), "br": brotli_of(text)}
    rows = {}
    for name, body in coded.items():
        if body is None:
            continue
        rows[f"{name} cut short"] = (name, body[:-5])
        rows[f"{name} with bytes behind"] = (name, body + b"trailing bytes")
    rows["unknown coding"] = ("compress", text)
    rows["four codings"] = ("gzip, gzip, gzip, gzip", gzip_of(gzip_of(gzip_of(coded["gzip"]))))
    rows["not what it says"] = ("gzip", text)
    return rows


def message(content):
    return b'{"model":"m","max_tokens":1,"messages":[{"role":"user","content":' + content + b"}]}"


def json_bombs():
    """Uncompressed bodies. name -> (size in units, body of that many units): one shape, of any size."""
    return {
        "arrays in arrays": (MIB, lambda n: message(b"[" * (n // 2) + b"]" * (n // 2))),
        "objects in objects": (200_000, lambda n: message(b'{"a":' * n + b"1" + b"}" * n)),
        "brackets that never close": (MIB, lambda n: message(b"[" * n)),
        "a million keys": (
            1_000_000,
            lambda n: message(b'"x"')[:-1] + b',"metadata":{' + b",".join(b'"k%d":1' % i for i in range(n)) + b"}}",
        ),
        "the same key again and again": (1_000_000, lambda n: message(b'"x"')[:-1] + b',"metadata":{' + b'"k":1,' * n + b'"k":2}}'),
        "a key of 16 MiB": (16 * MIB, lambda n: message(b'"x"')[:-1] + b',"' + b"k" * n + b'":1}'),
        "a string of 16 MiB": (16 * MIB, lambda n: message(b'"' + b"a" * n + b'"')),
        "a string of escapes": (16 * MIB, lambda n: message(b'"' + b"\\u0061" * (n // 6) + b'"')),
        "a number of a million digits": (1_000_000, lambda n: message(b'"x"')[:-1] + b',"temperature":' + b"9" * n + b"}"),
        "a million empty strings": (1_000_000, lambda n: message(b"[" + b'"",' * n + b'""]')),
        "a million backslashes": (MIB, lambda n: message(b'"' + b"\\\\" * (n // 2) + b'"')),
        "documents one after the other": (500_000, lambda n: b"{}" * n),
        "blanks": (16 * MIB, lambda n: message(b'"x"') + b" " * n),
        "a string without its end": (16 * MIB, lambda n: message(b'"' + b"a" * n)[:-3]),
        "base64 in JSON, five deep": (MIB, lambda n: message(json.dumps(nested(5, n)).encode())),
        "apostrophes": (4 * MIB, lambda n: message(b'"' + b"it's " * (n // 5) + b'"')),
        "quotation marks that never close": (4 * MIB, lambda n: message(b'"' + b'\\" a ' * (n // 5) + b'"')),
        "dates": (4 * MIB, lambda n: message(b'"' + b"2026/01/02 " * (n // 11) + b'"')),
        "invisible characters": (MIB, lambda n: message(b'"' + "a\u200b".encode() * (n // 4) + b'"')),
    }


def nested(depth, size):
    text = "a" * (size // 4)
    for _ in range(depth):
        text = base64.b64encode(json.dumps({"inner": text}).encode()).decode()
    return text


# Documents whose reading is disputed: they pass byte for byte.
ODD = {
    "duplicate keys": b'{"model":"a","model":"b","messages":[]}',
    "duplicate keys by an escape": b'{"model":"a","mod\\u0065l":"b","messages":[]}',
    "lone surrogate": message(b'"\\ud800"'),
    "surrogates reversed": message(b'"\\udc00\\ud800"'),
    "invalid UTF-8": message(b'"\xff\xfe"'),
    "overlong UTF-8": message(b'"\xc0\xaf"'),
    "surrogate in UTF-8": message(b'"\xed\xa0\x80"'),
    "byte order mark": b"\xef\xbb\xbf" + message(b'"x"'),
    "NUL in a string": message(b'"a\x00b"'),
    "NUL escaped": message(b'"a\\u0000b"'),
    "1E400": message(b'"x"')[:-1] + b',"temperature":1E400}',
    "minus zero": message(b'"x"')[:-1] + b',"temperature":-0}',
    "number with a leading zero": message(b'"x"')[:-1] + b',"temperature":007}',
    "bytes behind the document": message(b'"x"') + b"xyz",
    "UTF-16": message(b'"x"').decode().encode("utf-16"),
    "comment": b"/* x */" + message(b'"x"'),
    "trailing comma": message(b'"x"')[:-1] + b",}",
    "single quotes": b"{'messages':[]}",
    "slash escaped": message(b'"<\\/b>"'),
    "empty": b"",
}
