"""Sends, through the proxy its environment names, what claude-code 2.1.196 sent for the same zone and base URL.

Only as far as the date line: the states are the measured ones. For tests of README.md that must run without a network;
scripts/test-clients runs the real client.
"""

import datetime
import http.client
import json
import os
import ssl
import sys
import urllib.parse

VENDOR = "https://api.anthropic.com"


def date_line(host, zone, vendor):
    quote, dash = "'", "-"
    if not vendor:
        known, china = "deepseek" in host.lower(), host.lower().endswith(".cn")
        quote = {(False, False): "'", (False, True): "\u2019", (True, False): "\u02bc", (True, True): "\u02b9"}[known, china]
        dash = "/" if zone in ("Asia/Shanghai", "Asia/Urumqi") else "-"
    return f"Today{quote}s date is {datetime.date(2026, 6, 30).strftime(f'%Y{dash}%m{dash}%d')}."


def main():
    base = os.environ.get("ANTHROPIC_BASE_URL", VENDOR)
    url, proxy = urllib.parse.urlsplit(base), urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
    reminder = f"<system-reminder>\n# currentDate\n{date_line(url.hostname, os.environ.get('TZ', ''), base == VENDOR)}\n</system-reminder>\n"
    body = json.dumps({"model": "claude-sonnet-4-5", "max_tokens": 32000, "stream": False,
                       "system": [{"type": "text", "text": "You are Claude Code, Anthropic's official CLI for Claude."}],
                       "messages": [{"role": "user", "content": [{"type": "text", "text": reminder},
                                                                 {"type": "text", "text": sys.argv[-1]}]}]},
                      ensure_ascii=False, separators=(",", ":")).encode()
    trust = ssl.create_default_context(cafile=os.environ["NODE_EXTRA_CA_CERTS"])
    connection = http.client.HTTPSConnection(proxy.hostname, proxy.port, context=trust, timeout=30)
    connection.set_tunnel(url.hostname, url.port or 443)
    connection.request("POST", "/v1/messages?beta=true", body,
                       {"Content-Type": "application/json", "User-Agent": "claude-cli/2.1.196 (external, sdk-cli)",
                        "x-api-key": os.environ.get("ANTHROPIC_API_KEY", "sk-ant-made-up"), "anthropic-version": "2023-06-01"})
    answer = connection.getresponse()
    print(json.loads(answer.read())["content"][0]["text"])
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
