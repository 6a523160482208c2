"""What a machine tells of itself, and the places and spellings in which clients send it."""
import base64
import codecs
import hashlib
import json
import urllib.parse

# name -> (words in front of it, values)
FACTS = {
    "tz_name": ("Timezone", ("America/Sao_Paulo", "Asia/Kolkata", "Australia/Perth", "Europe/Lisbon", "Africa/Nairobi",
                             "Asia/Urumqi", "Pacific/Auckland")),
    "tz_offset": ("UTC offset", ("UTC-03:00", "UTC+05:30", "+0800", "GMT+12:00", "-0500")),
    "tz_abbrev": ("Zone", ("IST", "BRT", "AWST", "NZST", "EAT")),
    "locale": ("Language settings", ("pt_BR.UTF-8", "en_IN", "fr-CA", "ru_RU.UTF-8", "sv-SE")),
    "proxy": ("HTTP proxy", ("http://proxy.intern.example:3128", "socks5://127.0.0.1:9050", "http://172.16.4.9:8080")),
    "base_url": ("API base", ("https://relay.intern.example/anthropic", "http://127.0.0.1:4000/v1", "https://llm.example.org")),
    "platform": ("Running on", ("freebsd", "linux", "darwin", "win32")),
    "os": ("Operating system", ("Debian GNU/Linux 12 (bookworm)", "macOS 15.3.1 (24D70)", "Linux 6.8.0-45-generic",
                                "FreeBSD 14.1-RELEASE")),
    "arch": ("CPU", ("riscv64", "aarch64", "x86_64")),
    "shell": ("Login shell", ("/usr/bin/fish", "/bin/zsh", "pwsh", "/usr/local/bin/nu")),
    "host": ("Machine", ("quince.lan", "WS-88213", "ci-runner-14", "maria-thinkpad")),
    "user": ("Account", ("mlindqvist", "root2", "jkapoor", "buildbot7")),
    "cwd": ("Current folder", ("/srv/work/telemetry-lab", "/home/mlindqvist/code/plum", "D:\\repos\\ledger")),
    "ip": ("Local address", ("172.16.4.23", "192.168.178.41", "fd00:12ab::17", "100.64.3.9")),
    "mac": ("Adapter", ("02:42:ac:11:00:05", "f0:18:98:5a:7c:2e")),
    "git_remote": ("Repository", ("ssh://git@git.intern.example/plum/core.git", "https://code.example.org/jk/ledger.git")),
    "git_email": ("Committer", ("m.lindqvist@intern.example", "Jaya Kapoor <jk@code.example.org>")),
    "device": ("Installation", ()),
}

SENTENCES = {
    "tz_name": "The user's clock runs in {}.", "locale": "Answer in the language of {} unless told otherwise.",
    "host": "This session runs on {}.", "user": "You are talking to {}.", "cwd": "All relative paths start at {}.",
    "os": "The commands have to work on {}.", "shell": "Write commands for {}.", "git_remote": "The code comes from {}.",
    "platform": "Binaries are built for {}.", "ip": "The preview is served from {}.",
}

HEADERS = {  # field, what it holds
    "tz_name": "x-tz", "locale": "accept-language", "platform": "x-client-platform", "arch": "x-client-arch", "os": "x-os-release",
    "host": "x-hostname", "device": "x-device-id", "user": "x-user", "ip": "x-real-ip", "git_remote": "x-repository",
}


def environment(rng):
    out = {name: [rng.choice(values)] for name, (_, values) in FACTS.items() if values}
    out["device"] = [f"{rng.getrandbits(256):064x}"]
    return out


def encoded_json(name, value):
    return json.dumps({name: value})


# How a value is dressed. Digests need the value itself to be known: no decoding leads back to it.
ENCODINGS = {
    "base64": lambda v: base64.b64encode(v.encode()).decode(),
    "base64url": lambda v: base64.urlsafe_b64encode(v.encode()).decode().rstrip("="),
    "hex": lambda v: v.encode().hex(),
    "hex_upper": lambda v: v.encode().hex().upper(),
    "percent": lambda v: "".join(f"%{b:02X}" for b in v.encode()),
    "percent_some": lambda v: urllib.parse.quote(v, safe=""),
    "base64_json": lambda v: base64.b64encode(encoded_json("v", v).encode()).decode(),
    "base64_twice": lambda v: base64.b64encode(base64.b64encode(v.encode())).decode(),
    "json_escapes": lambda v: "".join(f"\\u{ord(c):04x}" for c in v),
    "base32": lambda v: base64.b32encode(v.encode()).decode(),
    "decimal_bytes": lambda v: " ".join(str(b) for b in v.encode()),
    "json_in_json": lambda v: json.dumps(encoded_json("v", encoded_json("w", v))),
    "html_entities": lambda v: "".join(f"&#{ord(c)};" for c in v),
    "rot13": lambda v: codecs.encode(v, "rot13"),
    "reversed": lambda v: v[::-1],
    "upper": str.upper,
    "xor_base64": lambda v: base64.b64encode(bytes(b ^ 91 for b in v.encode())).decode(),
    "sha256_short": lambda v: hashlib.sha256(v.encode()).hexdigest()[:12],
    "sha256": lambda v: hashlib.sha256(v.encode()).hexdigest(),
    "md5": lambda v: hashlib.md5(v.encode(), usedforsecurity=False).hexdigest(),
    "sha1_short": lambda v: hashlib.sha1(v.encode(), usedforsecurity=False).hexdigest()[:10],
}
KNOWN_ONLY = ("reversed", "rot13", "decimal_bytes", "xor_base64", "sha256_short", "sha256", "md5", "sha1_short")
LONG = ("tz_name", "host", "cwd", "git_remote", "os", "base_url", "proxy", "user", "git_email")

# (subclass, position, how many facts)
PLACES = (("line", "system", 1), ("block", "system", 6), ("table", "system", 4), ("sentence", "system", 1), ("list", "system", 3),
          ("line", "reminder", 1), ("block", "reminder", 3), ("json", "reminder", 3), ("attributes", "reminder", 2),
          ("url", "reminder", 1), ("line", "toolresult", 1), ("sentence", "tooldesc", 1))


def lines_of(form, facts):
    """The lines that hold the facts (pairs of name and value)."""
    shown = [f"{FACTS[name][0]}: {value}" for name, value in facts]
    if form == "block":
        return ["<environment>", *shown, "</environment>"]
    if form == "table":
        return ["| what | value |", "|---|---|", *(f"| {FACTS[name][0]} | {value} |" for name, value in facts)]
    if form == "sentence":
        return [SENTENCES.get(name, "Known so far: {}.").format(value) for name, value in facts]
    if form == "list":
        return [f"- {line}" for line in shown]
    if form == "json":
        return [json.dumps(dict(facts))]
    if form == "attributes":
        return ["<host " + " ".join(f'{name}="{value}"' for name, value in facts) + "/>"]
    if form == "url":
        return [f"Report problems at https://help.example/new?from={urllib.parse.quote(facts[0][1], safe='')}&kind=cli"]
    return shown
