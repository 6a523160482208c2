"""Who may include whom. A room sees the rooms to its left; the pure half sees no I/O, no clock and no environment."""

import re

import tree

# The whole law, as docs/how-it-works.md draws it.
MAY_SEE = {
    "core": {"core"},
    "http": {"core", "http"},
    "codec": {"core", "http", "codec"},
    "inspect": {"core", "http", "codec", "inspect"},
    "record": {"core", "http", "codec", "inspect", "record"},
    "compare": {"core", "http", "codec", "inspect", "record", "compare"},
    "diff": {"core", "http", "codec", "inspect", "record", "compare", "diff"},
    "certs": {"core", "certs"},
    "net": {"core", "http", "codec", "inspect", "certs", "net"},
    "app": {"core", "http", "codec", "inspect", "record", "compare", "diff", "certs", "net", "app"},
}
PURE = {"core", "http", "codec", "inspect", "record", "compare", "diff"}
# Beast's push parser does the framing of HTTP/1 and nothing else of it comes in.
PARSER_FILES = {"proxy/http/reader.cpp", "proxy/http/body_reader.cpp"}
PARSER_HEADERS = re.compile(r"boost/beast/http/(basic_parser|error|verb|field)\.hpp|boost/asio/buffer\.hpp")
IMPURE_HEADERS = re.compile(
    r"boost/(asio|beast)\b|openssl/|sys/|unistd\.h|fcntl\.h|netdb\.h"
    r"|(filesystem|fstream|iostream|thread|mutex|shared_mutex|condition_variable|future|ctime|time\.h)$")
# Unicode's properties come from ICU; all else asks inspect/unicode.
ICU_FILES = re.compile(r"proxy/inspect/unicode/[^/]*\.cpp$")
# A failed assertion says where before the process ends; nothing else of the pure half speaks.
MAY_PRINT = {"proxy/core/assert.cpp"}
IMPURE_WORDS = [
    (re.compile(r"\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday)\b|\bstd::time\s*\("),
     "uses a clock; take the time as an argument"),
    (re.compile(r"\b(secure_)?getenv\s*\("), "reads the environment; take what it needs as an argument"),
    (re.compile(r"\bstd::c(out|err|log|in)\b|\bf?printf\s*\(|\bfmt::print\s*\("), "prints; return what is to be said"),
    (re.compile(r"\bstd::regex\b"), "std::regex on wire bytes recurses and is slow; use RE2 or a scanner"),
]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.M)


def room_of(path):
    parts = path.split("/")
    if parts[0] == "certs":
        return "certs"
    return parts[1] if parts[0] == "proxy" and len(parts) > 2 else None


def room_faults(room, header):
    other = header.split("/")[0]
    if "/" not in header or other not in MAY_SEE:
        return f'"{header}" is not named from its room, as in "core/result.hpp"'
    if other not in MAY_SEE[room]:
        return f'{room} may not include {other} ("{header}"); it may include: {", ".join(sorted(MAY_SEE[room]))}'
    return None


def system_faults(room, path, header):
    if room in PURE and IMPURE_HEADERS.match(header):
        if path in PARSER_FILES and PARSER_HEADERS.match(header):
            return None
        return f"{room} is pure: no <{header}>"
    if header.startswith("unicode/") and not ICU_FILES.match(path):
        return f"<{header}> is ICU's: ask inspect/unicode"
    if room == "certs" and re.match(r"boost/(asio|beast)\b", header):
        return f"certs knows no sockets: no <{header}>"
    if room in PURE and path.endswith(".hpp") and header.startswith(("nlohmann/", "re2/", "zlib.h", "zstd.h", "brotli/")):
        return f"<{header}> belongs in a .cpp: a header of the pure half shows std and fmt only"
    return None


def check_source(root, path, room, faults):
    code = tree.code_of(tree.read(root, path))
    for match in INCLUDE.finditer(code):
        ours, system = match.groups()
        rule = room_faults(room, ours) if ours else system_faults(room, path, system)
        if rule:
            faults.append((path, tree.line_of(code, match.start()), rule))
    if room not in PURE:
        return
    for pattern, rule in IMPURE_WORDS:
        if path in MAY_PRINT and rule.startswith("prints"):
            continue
        for match in pattern.finditer(code):
            faults.append((path, tree.line_of(code, match.start()), f"{room} is pure: {rule}"))


def check_links(root, path, room, faults):
    text = re.sub(r"#[^\n]*", "", tree.read(root, path))
    for match in re.finditer(r"\btelltale_([a-z]+)\b", text):
        other = match.group(1)
        if other in MAY_SEE and other not in MAY_SEE[room]:
            faults.append((path, tree.line_of(text, match.start()), f"{room} may not link {other}"))


def main():
    root = tree.arguments()
    faults, checked = [], 0
    for path in tree.files(root):
        room = room_of(path)
        if room is None:
            continue
        if room not in MAY_SEE:
            faults.append((path, 1, f"{room} is no room: add it to scripts/checks/includes.py and docs/how-it-works.md"))
        elif path.endswith(tree.CPP):
            check_source(root, path, room, faults)
            checked += 1
        elif path.endswith("CMakeLists.txt"):
            check_links(root, path, room, faults)
    tree.finish(faults, checked, "includes")


if __name__ == "__main__":
    main()
