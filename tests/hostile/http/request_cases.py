"""Requests: sound ones, and every form known in which two parsers read different messages. Each row is named after its
defect. The same rows go through an intercepted tunnel and, with a whole URL as target, through plain proxying.

Sources: RFC 9112 sections 2.2, 3, 5, 6 and 7; RFC 9110 sections 5, 7.6, 9.3 and 10.1.1."""

HOST = "gateway.example.test"
TE, CL = b"Transfer-Encoding: chunked", b"Content-Length: 5"
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"
LAST = b"0\r\n\r\n"


class Request:
    """Raw bytes, but for where the target's path begins: `raw(origin)` puts a whole URL there."""

    def __init__(self, *lines, body=b"", target=b"/v1/x", method=b"POST", version=b"HTTP/1.1", host=True, end=b"\r\n"):
        own = [b"Host: %s" % HOST.encode()] if host else []
        self.before, self.target = method + b" ", target
        self.after = end.join([b" " + version, *own, *lines, b"", b""]) + body

    def raw(self, origin=b""):
        return self.before + (origin + self.target if self.target.startswith(b"/") else self.target) + self.after


class Bytes:
    """Bytes that are the same however they are sent."""

    def __init__(self, raw):
        self.bytes = raw

    def raw(self, origin=b""):
        return self.bytes


def get(*lines, **keywords):
    return Request(*lines, method=b"GET", **keywords)


def with_length(*lines, **keywords):
    return Request(*lines, CL, body=b"hello", **keywords)


def with_chunks(body, *lines):
    return Request(*lines, TE, body=body)


CONTROL = {
    "GET": get(),
    "HEAD": Request(method=b"HEAD"),
    "length": with_length(),
    "length 0": Request(b"Content-Length: 0"),
    "chunked": with_chunks(CHUNKS),
    "many chunks": with_chunks(b"1\r\nh\r\n" * 500 + LAST),
    "chunk extension": with_chunks(b"5;a=b\r\nhello\r\n" + LAST),
    "several chunk extensions": with_chunks(b'5;a;b=c;d="e;f\\"g"\r\nhello\r\n' + LAST),
    "quoted chunk extension": with_chunks(b'5;a="b c"\r\nhello\r\n' + LAST),
    "chunk size with zeros": with_chunks(b"0005\r\nhello\r\n" + LAST),
    "upper-case chunk size": with_chunks(b"A\r\n0123456789\r\n" + LAST),
    "trailer": with_chunks(b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"),
    "coding in capitals": Request(b"Transfer-Encoding: Chunked", body=CHUNKS),
    "20 KiB header": with_length(b"X-Big: " + b"a" * 20480),
    "1 MiB body": Request(b"Content-Length: 1048576", body=b"x" * 1048576),
    "empty value": with_length(b"X-Empty:"),
    "no blank after the colon": with_length(b"X-Near:1"),
    "blanks round a value": with_length(b"X: \t 1 \t"),
    "name of odd tokens": with_length(b"x!#$%&'*+-.^_`|~: 1"),
    "8-bit value": with_length(b"X: caf\xe9"),
    "100 fields": with_length(*[b"X-%d: 1" % n for n in range(100)]),
    "comma and colon in a path": get(target=b"/a,b:c;d=e/%2e?f=[g]&h=http://i/"),
    "long path": get(target=b"/" + b"a" * 8000),
    "a method of its own": Request(b"Content-Length: 0", method=b"PROPFIND"),
    "expect": with_length(b"Expect: 100-continue"),
    "same name twice": with_length(b"X: 1", b"X: 2"),
    "Host in capitals": Request(b"HOST: " + HOST.upper().encode(), CL, host=False, body=b"hello"),
}

LENGTHS = {
    b"+5": "a sign",
    b"-5": "a minus",
    b"5 ,5": "a list with a blank",
    b"5, 5": "a list",
    b"5,6": "a list of two",
    b"0x5": "hexadecimal",
    b"005": "leading zeros",
    b"5.0": "a fraction",
    b"5e0": "an exponent",
    b"5 5": "two numbers",
    b"": "nothing",
    b"5_0": "an underscore",
    b"99999999999999999999": "20 digits",
    b"18446744073709551621": "2^64+5",
    b"\xb25": "a superscript",
    b"5;x": "a parameter",
    b"5\x0b": "a vertical tab",
    b"\"5\"": "quotes",
    b"5\x00": "a NUL",
    b"0b101": "binary",
    b",5": "a comma first",
    b"5,": "a comma last",
    b"\xc2\xa05": "a no-break space",
    b"five": "a word",
    b"4294967301": "2^32+5",
}
CODINGS = {
    b"gzip": "gzip",
    b"identity": "identity",
    b"chunked, identity": "identity last",
    b"gzip, chunked": "gzip first",
    b"chunked, chunked": "chunked twice",
    b",chunked": "a comma first",
    b"chunked,": "a comma last",
    b"xchunked": "a letter before",
    b"chunked;q=1": "a parameter",
    b'"chunked"': "quotes",
    b"\xa0chunked": "a no-break space",
    b"chunked\x0b": "a vertical tab",
    b"\x0cchunked": "a form feed",
    b"chun\0ked": "a NUL",
    b"": "nothing",
    b"chunked gzip": "two words",
    b"chunke": "a letter less",
    b"chunked-extra": "a letter more",
    b"\xef\xbc\xa3hunked": "a wide letter",
    b"cow": "unknown",
    b"chunked\r\n identity": "a fold",
    b"x, chunked": "an unknown one first",
}
FIELDS = {
    b"Content-Length : 5": "blank before the colon",
    b"Content-Length\t: 5": "tab before the colon",
    b" Content-Length: 5": "a first line folded",
    b"\tX: y": "a first line folded by a tab",
    b"X: a\r\n folded": "fold",
    b"X: a\r\n\tfolded": "fold by a tab",
    b": no name": "no name",
    b"no colon": "no colon",
    b"X\0: 1": "NUL in a name",
    b"X: \0": "NUL in a value",
    b"X: a\rb": "bare CR",
    b"X: a\r\rb": "two CR",
    b"X: a\nContent-Length: 5": "bare LF",
    b"X\xe9: 1": "8-bit name",
    b"X(: 1": "bracket in a name",
    b"X: a\x7f": "DEL",
    b"X: \x01": "control byte",
    b"Con tent: 1": "blank in a name",
    b"Transfer-Encoding\x0b: chunked": "vertical tab in a name",
    b"Transfer\x00-Encoding: chunked": "NUL in the coding's name",
    b"Content_Length: 7": "underscore",
    b"Transfer_Encoding: chunked": "underscore in the coding's name",
    b"X: a\r\n\r": "CR after the empty line",
    b"\x00Content-Length: 5": "NUL before a name",
    b"X: \x1b[2J": "escape sequence",
    b"\"X\": 1": "quoted name",
    b"X;a: 1": "semicolon in a name",
    b"X:\r": "CR alone as value",
    b"\r": "CR alone as a line",
}
CHUNKED = {
    b"5\nhello\r\n" + LAST: "LF after the size",
    b"5\r\nhello\n" + LAST: "LF after the data",
    b"5\r\nhello0\r\n\r\n": "no line end after the data",
    b"5\r\nhelloX\r\n" + LAST: "data longer than its size",
    b"5 \r\nhello\r\n" + LAST: "blank after the size",
    b"5\t;a\r\nhello\r\n" + LAST: "tab before an extension",
    b" 5\r\nhello\r\n" + LAST: "blank before the size",
    b"0x5\r\nhello\r\n" + LAST: "0x",
    b"+5\r\nhello\r\n" + LAST: "a sign",
    b"-1\r\nhello\r\n" + LAST: "a minus",
    b"\r\nhello\r\n" + LAST: "no size",
    b";a\r\nhello\r\n" + LAST: "an extension only",
    b"g\r\nhello\r\n" + LAST: "no hexadecimal digit",
    b"5;a\nb\r\nhello\r\n" + LAST: "LF in an extension",
    b"5;a\rb\r\nhello\r\n" + LAST: "CR in an extension",
    b"5;\x00\r\nhello\r\n" + LAST: "NUL in an extension",
    b"5;\r\nhello\r\n" + LAST: "an extension without a name",
    b"5;a b\r\nhello\r\n" + LAST: "blank in an extension",
    b'5;a="b\r\nhello\r\n' + LAST: "a quote not closed",
    b'5;a="b"c\r\nhello\r\n' + LAST: "bytes behind a quote",
    b"5;a=\r\nhello\r\n" + LAST: "an extension without its value",
    b"5;a/b\r\nhello\r\n" + LAST: "slash in an extension",
    b"10000000000000005\r\nhello\r\n" + LAST: "2^64+5",
    b"00000000000000000000000005\r\nhello\r\n" + LAST: "25 zeros",
    b"100000005\r\nhello\r\n" + LAST: "2^32+5",
    b"5\rhello\r\n" + LAST: "CR for a line end",
    b"5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n": "a length among the trailers",
    b"5\r\nhello\r\n0\r\nTransfer-Encoding: x\r\n\r\n": "a coding among the trailers",
    b"5\r\nhello\r\n0\r\nHost: x\r\n\r\n": "Host among the trailers",
    b"5\r\nhello\r\n0\r\nX : 1\r\n\r\n": "blank before a trailer's colon",
    b"5\r\nhello\r\n0\r\nX: 1\n\r\n": "LF after a trailer",
    b"5\r\nhello\r\n0\r\n\n": "LF as the end",
    b"5\r\nhello\r\n0\r\nX: 1\r\n folded\r\n\r\n": "a trailer folded",
    b"5_\r\nhello\r\n" + LAST: "an underscore",
    b"\xd9\xa5\r\nhello\r\n" + LAST: "an Arabic digit",
    b"5\r\nhello\r\n0\r\nGET / HTTP/1.1\r\n\r\n": "a request as a trailer",
}

# What is refused -> (request, status). Only where it goes both ways; see TUNNEL and HEADLESS.
REQUEST = {
    f"length with {why}": (Request(b"Content-Length: " + value, body=b"hello"), "413" if why == "2^32+5" else "400")
    for value, why in LENGTHS.items()
}
REQUEST |= {f"coding with {why}": (Request(b"Transfer-Encoding: " + value, body=CHUNKS), "400") for value, why in CODINGS.items()}
REQUEST |= {
    f"coding with {why}, and a length": (Request(b"Transfer-Encoding: " + value, CL, body=CHUNKS), "400") for value, why in CODINGS.items()
}
REQUEST |= {f"field: {why}": (Request(line, body=b"hello"), "400") for line, why in FIELDS.items()}
REQUEST |= {f"chunk: {why}": (with_chunks(body), "413" if why == "2^32+5" else "400") for body, why in CHUNKED.items()}
REQUEST |= {
    f"Connection names {name.decode()}": (with_length(b"Connection: close, " + name), "400")
    for name in (b"content-length", b"Host", b"Transfer-Encoding", b"trailer")
}
REQUEST |= {
    f"a version of {version.decode()}": (get(version=version), status)
    for version, status in (
        (b"HTTP/0.9", "505"),
        (b"HTTP/1.2", "505"),
        (b"HTTP/2.0", "505"),
        (b"http/1.1", "400"),
        (b"HTTP/1.10", "400"),
        (b"HTTP/01.1", "400"),
        (b"HTTP/1", "400"),
        (b"HTTP/1,1", "400"),
        (b"HTTP /1.1", "400"),
        (b"HTTP/1.1 ", "400"),
        (b"HTTP/1.1\t", "400"),
        (b"HTTPS/1.1", "400"),
        (b"HTTP/1.1 HTTP/1.1", "400"),
    )
}
REQUEST |= {
    "CL.TE": (Request(CL, TE, body=CHUNKS), "400"),
    "TE.CL": (Request(TE, CL, body=CHUNKS), "400"),
    "CL.TE, length 0": (Request(b"Content-Length: 0", TE, body=CHUNKS), "400"),
    "TE twice": (Request(TE, TE, body=CHUNKS), "400"),
    "TE twice, one identity": (Request(TE, b"Transfer-Encoding: identity", body=CHUNKS), "400"),
    "CL twice, equal": (Request(CL, CL, body=b"hello"), "400"),
    "CL twice": (Request(CL, b"Content-Length: 6", body=b"hello!"), "400"),
    "CL twice, in two cases": (Request(CL, b"content-length: 0", body=b"hello"), "400"),
    "TE in 1.0": (Request(TE, body=CHUNKS, version=b"HTTP/1.0"), "400"),
    "no Host": (get(host=False), "400"),
    "two Hosts": (get(b"Host: " + HOST.encode()), "400"),
    "two Hosts apart": (get(b"X: 1", b"Host: x"), "400"),
    "Host of two words": (get(b"Host: a b", host=False), "400"),
    "Host with user": (get(b"Host: a@b", host=False), "400"),
    "empty Host": (get(b"Host:", host=False), "400"),
    "Host with path": (get(b"Host: a/b", host=False), "400"),
    "Host with a bad port": (get(b"Host: a:1x", host=False), "400"),
    "list of Hosts": (get(b"Host: a, b", host=False), "400"),
    "bare LF": (with_length(end=b"\n"), "400"),
    "LF at the end only": (Bytes(b"GET / HTTP/1.1\r\nHost: x\n\n"), "400"),
    "empty line before": (Bytes(b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"), "400"),
    "two blanks": (Request(target=b" /"), "400"),
    "two blanks after the target": (get(version=b" HTTP/1.1"), "400"),
    "tab for a blank": (Bytes(b"GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"), "400"),
    "no version": (Bytes(b"GET /\r\n\r\n"), "400"),
    "a blank before the method": (Request(method=b" GET"), "400"),
    "no method": (Bytes(b"/ HTTP/1.1\r\nHost: x\r\n\r\n"), "400"),
    "method with odd bytes": (Request(method=b"GE(T"), "400"),
    "method with a NUL": (Request(method=b"GE\0T"), "400"),
    "8-bit method": (Request(method=b"G\xcbT"), "400"),
    "h2 preface": (Bytes(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "400|505"),
    "fragment": (get(target=b"/a#b"), "400"),
    "8-bit target": (get(target=b"/\xff"), "400"),
    "NUL in the target": (get(target=b"/\0"), "400"),
    "CR in the target": (get(target=b"/\r"), "400"),
    "DEL in the target": (get(target=b"/\x7f"), "400"),
    "relative target": (get(target=b"x"), "400"),
    "GET *": (get(target=b"*"), "400"),
    "a backslash first": (get(target=b"\\x"), "400"),
    "query alone": (get(target=b"?x"), "400"),
    "unknown expectation": (with_length(b"Expect: more"), "417"),
    "two expectations": (with_length(b"Expect: 100-continue", b"Expect: 100-continue"), "417"),
    "TRACE with a body": (Request(CL, body=b"hello", method=b"TRACE"), "400"),
    "17 KiB target": (get(target=b"/" + b"a" * 17000), "414"),
    "257 fields": (get(*[b"X: 1"] * 257), "431"),
    "5,000 fields": (get(*[b"X: 1"] * 5000), "431"),
    "70 KiB head": (get(b"X: " + b"a" * 70000), "431"),
    "1 MiB header": (get(b"X: " + b"a" * (1 << 20)), "431"),
    "64 KiB target": (get(target=b"/" + b"a" * 65536), "414|431"),
    "a head without end": (Bytes(b"GET / HTTP/1.1\r\nX: " + b"a" * 200000), "431"),
    "9 KiB of trailers": (with_chunks(b"0\r\nX: " + b"a" * 9000 + b"\r\n\r\n"), "431"),
    "over 64 MiB": (Request(b"Content-Length: 67108865"), "413"),
    "a chunk over 64 MiB": (with_chunks(b"4000001\r\n"), "413"),
    "a chunk line without end": (with_chunks(b"5;" + b"a" * 5000), "400"),
    "extensions without end": (with_chunks((b"1;" + b"a" * 1000 + b"\r\nx\r\n") * 20 + LAST), "400"),
    "noise": (Bytes(bytes(range(256)) + b"\r\n\r\n"), "400"),
    "TLS where HTTP belongs": (Bytes(bytes.fromhex("160301") + b"\n\n"), "400"),
    "TE with a blank before the colon, and a length": (Request(b"Transfer-Encoding : chunked", CL, body=CHUNKS), "400"),
}
# These end in the middle; the client then stops writing.
HALF = {
    "half a body": (Request(b"Content-Length: 9", body=b"hello"), "400"),
    "half a chunk": (with_chunks(b"5\r\nhel"), "400"),
    "no last chunk": (with_chunks(b"5\r\nhello\r\n"), "400"),
    "half a head": (Bytes(b"GET / HTTP/1.1\r\nHost: x\r\n"), ""),
    "half the trailers": (with_chunks(b"5\r\nhello\r\n0\r\nX: 1\r\n"), "400"),
}
# What only an intercepted tunnel can hold.
TUNNEL = {
    "another Host": (get(b"Host: other.example.test", host=False), "421"),
    "whole URL": (Request(target=b"http://other.test/"), "400"),
    "CONNECT": (Request(method=b"CONNECT", target=b"a.test:443"), "400|501"),
    "whole URL of the very host": (get(target=b"https://%s/" % HOST.encode()), "400"),
    "Host with the trailing dot of another": (get(b"Host: other.test.", host=False), "421"),
    "Host as an address": (get(b"Host: 127.0.0.1", host=False), "421"),
}
