"""Requests that carry a secret, one carrier each, and a client that sends them through the proxy of its variables: as a
module for the tests, as a program for `telltale run`. The secrets are opaque: no shape gives them away."""
import base64
import hashlib
import http.client
import json
import os
import ssl
import sys
import urllib.parse


def secret_of(name):
    return "c" + hashlib.sha256(("canary " + name).encode()).hexdigest()[:31]


class Carrier:
    def __init__(self, name, headers=(), query="", members=None, body=None, kind="application/json"):
        self.name, self.secret = name, secret_of(name)
        fill = lambda text: text.replace("SECRET", self.secret)  # noqa: E731
        self.headers = [(key, fill(value)) for key, value in headers]
        self.path = "/v1/messages" + fill(query)
        if callable(body):
            body = body(self.secret)
        if body is None:
            # An invisible character beside the secret makes a finding whose surroundings are shown.
            # One that only an answer sets is told by nothing in the request, and so not said in it.
            said = "nothing" if name == "set-cookie" else self.secret
            text = f"Say hello\u200b {said} and then\u200b go"
            document = {"model": "claude-test", "max_tokens": 8, "canary_tag": "tag-" + name.replace(" ", "-"),
                        "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}
            document.update({key: fill(value) for key, value in (members or {}).items()})
            body = json.dumps(document, ensure_ascii=False).encode()
        self.body = body
        self.headers += [("Content-Type", kind), ("X-Tag", "tag-" + name.replace(" ", "-"))]


def basic(secret):
    return "Basic " + base64.b64encode(b"user:" + secret.encode()).decode()


def multipart(secret):
    return (f'--b\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n{secret}\r\n'
            f'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nsay\u200b {secret}\r\n--b--\r\n').encode()


def carriers():
    aws = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=SECRET"
    rows = [
        Carrier("authorization", [("Authorization", "Bearer SECRET")]),
        Carrier("proxy authorization", [("Proxy-Authorization", basic(secret_of("proxy authorization")))]),
        Carrier("x-api-key", [("x-api-key", "SECRET")]),
        Carrier("api-key", [("api-key", "SECRET")]),
        Carrier("x-goog-api-key", [("x-goog-api-key", "SECRET")]),
        Carrier("cookie", [("Cookie", "theme=dark; session=SECRET")]),
        Carrier("set-cookie", query="?set-cookie"),
        Carrier("aws header", [("Authorization", aws)]),
        Carrier("aws query", query="?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=SECRET"),
        Carrier("query", query="?alt=sse&key=SECRET"),
        Carrier("json", members={"api_key": "SECRET"}),
        Carrier("multipart", body=multipart, kind="multipart/form-data; boundary=b"),
        Carrier("subprotocol", [("Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.SECRET")]),
        Carrier("page before", [("Referer", "https://console.example.test/x?access_token=SECRET")]),
        Carrier("json password", members={"db_password": "SECRET"}),
        Carrier("json token", members={"token": "SECRET"}),
        Carrier("json in json", members={"metadata": '{"client_secret":"SECRET"}'}),
        Carrier("form", body=lambda s: f"grant_type=x&refresh_token={s}&text=say%E2%80%8B".encode(),
                kind="application/x-www-form-urlencoded"),
    ]
    return {row.name: row for row in rows}


# --- how a secret can be written ---

def forms(secret):
    """Every spelling that is searched for, by name."""
    data = secret.encode()
    out = {"raw": data, "hex": data.hex().encode(), "HEX": data.hex().upper().encode(),
           "percent": "".join(f"%{b:02x}" for b in data).encode(), "PERCENT": "".join(f"%{b:02X}" for b in data).encode()}
    for shift in range(3):  # base64 of a text that holds it, wherever it begins; the ends depend on the neighbours
        coded = base64.b64encode(b"\0" * shift + data)
        out[f"base64 at {shift}"] = coded[4 if shift else 0:len(coded) - 4]
    return out


def found_in(blob, secret):
    return [name for name, text in forms(secret).items() if text in blob]


# --- the client ---

def send(proxy_port, host, port, trust, carrier, coded=False):
    """Status and answer of one request through the tunnel; a carrier for the proxy itself is on the CONNECT too."""
    connection = http.client.HTTPSConnection("127.0.0.1", proxy_port, context=ssl.create_default_context(cafile=trust), timeout=30)
    connection.set_tunnel(host, port, {k: v for k, v in carrier.headers if k == "Proxy-Authorization"})
    body, extra = carrier.body, []
    if coded:
        import gzip
        body, extra = gzip.compress(body), [("Content-Encoding", "gzip")]
    try:
        connection.putrequest("POST", carrier.path)
        for key, value in [*carrier.headers, *extra, ("Content-Length", str(len(body)))]:
            connection.putheader(key, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, str(answer.headers).encode() + answer.read()
    finally:
        connection.close()


def main():
    proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
    for carrier in carriers().values():
        send(proxy.port, sys.argv[1], 443, os.environ["SSL_CERT_FILE"], carrier)


if __name__ == "__main__":
    main()
