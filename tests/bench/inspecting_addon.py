"""A small mitmproxy addon that does what people write: parse the JSON body, run 50 patterns over its strings."""

import json
import re

WORDS = """api[_-]?key secret passw(?:or)?d token bearer private[_-]key BEGIN\\sRSA ssh-rsa aws_access aws_secret
sk-[A-Za-z0-9]{20} ghp_[A-Za-z0-9]{30} xox[bp]- AKIA[0-9A-Z]{16} AIza[0-9A-Za-z_-]{30} eyJ[A-Za-z0-9_-]{20}
[A-Za-z0-9._]+@[A-Za-z0-9.]+\\.[a-z]{2,} \\b\\d{3}-\\d{2}-\\d{4}\\b \\b\\d{4}[\\s-]\\d{4}[\\s-]\\d{4}[\\s-]\\d{4}\\b
\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b (?:[0-9a-f]{2}:){5}[0-9a-f]{2} [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}
\\b[0-9a-f]{40}\\b \\b[0-9a-f]{64}\\b https?://[^\\s]+:[^\\s]+@ /home/[a-z]+ /Users/[A-Za-z]+ C:\\\\Users [\\u200b-\\u200d]
[\\u2060-\\u2064] \\ufeff [\\u202a-\\u202e] [\\ufe00-\\ufe0f] \\u02bc \\u2019 \\u02b9 Today.s\\sdate\\sis
\\d{4}/\\d{2}/\\d{2} Asia/[A-Z][a-z]+ Europe/[A-Z][a-z]+ UTC[+-]\\d{1,2} zh_CN en_US LC_[A-Z]+ HOSTNAME= USER= SHELL=
HTTPS?_PROXY= timezone device_id session_id account_uuid""".split()
PATTERNS = [re.compile(word) for word in WORDS[:50]]
assert len(PATTERNS) == 50


def strings(value):
    stack = [value]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            yield top
        elif isinstance(top, dict):
            stack.extend(top.values())
        elif isinstance(top, list):
            stack.extend(top)


class Inspecting:
    def __init__(self):
        self.hits = 0

    def request(self, flow):
        if not flow.request.raw_content:
            return
        for text in strings(json.loads(flow.request.raw_content)):
            for pattern in PATTERNS:
                if pattern.search(text):
                    self.hits += 1

    def responseheaders(self, flow):
        flow.response.stream = True


addons = [Inspecting()]
