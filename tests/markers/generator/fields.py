"""Techniques in the head of a request."""
import re


def index_of(headers, *names):
    return next((i for i, (name, _) in enumerate(headers) if name.lower() in names), None)


def other_case(name):
    return name.lower() if name != name.lower() else name.title()


def case_changed(rng, headers):
    place = rng.randrange(1, len(headers))
    name = headers[place][0]
    headers[place][0] = other_case(name)
    return name, None


def all_capitals(rng, headers):
    place = index_of(headers, "user-agent", "connection")
    headers[place][0] = headers[place][0].upper()
    return headers[place][0], None


def moved(rng, headers):
    place = rng.randrange(1, len(headers) - 1)
    headers[place], headers[place + 1] = headers[place + 1], headers[place]
    return headers[place][0], None


def moved_to_end(rng, headers):
    headers.append(headers.pop(rng.randrange(1, len(headers) - 2)))
    return headers[-1][0], None


def added(rng, headers):
    name = rng.choice(("x-trace", "x-session-tag", "x-cohort", "x-b"))
    value = f"{rng.getrandbits(28):07x}"
    headers.insert(rng.randrange(1, len(headers)), [name, value])
    return name, [0, len(value)]


def added_standard(rng, headers):
    name, value = rng.choice((("pragma", "no-cache"), ("cache-control", "no-cache"), ("dnt", "1"), ("te", "trailers")))
    headers.append([name, value])
    return name, [0, len(value)]


def doubled(rng, headers):
    place = index_of(headers, "accept", "accept-language", "x-app")
    headers.insert(place + 1, list(headers[place]))
    return headers[place][0], None


def value_changed(names, change):
    def apply(rng, headers):
        place = index_of(headers, *names)
        if place is None:
            return None
        old = headers[place][1]
        new, span = change(rng, old)
        if new == old:
            return None
        headers[place][1] = new
        return headers[place][0], span
    return apply


def suffixed(rng, old):
    tail = rng.choice((f" (b{rng.randint(1, 99)})", f"+{rng.getrandbits(12):03x}", " node"))
    return old + tail, [len(old), len(old) + len(tail)]


def lengthened(tail):
    return lambda rng, old: (old + tail, [len(old), len(old) + len(tail)])


def whole(make):
    def change(rng, old):
        new = make(rng, old)
        return new, [0, len(new)]
    return change


def doubled_otherwise(rng, headers):
    place = index_of(headers, "accept", "accept-language", "x-app")
    headers.insert(place + 1, [headers[place][0], "*/*"])
    return headers[place][0], None


FIELDS = (  # name, how
    ("field_name_case", case_changed),
    ("field_name_capitals", all_capitals),
    ("field_neighbours_swapped", moved),
    ("field_moved_to_end", moved_to_end),
    ("field_added", added),
    ("field_added_standard", added_standard),
    ("field_twice", doubled),
    ("field_twice_otherwise", doubled_otherwise),
    ("agent_suffix", value_changed(("user-agent",), suffixed)),
    ("agent_case", value_changed(("user-agent",), whole(lambda rng, old: old.swapcase()))),
    ("language_quality", value_changed(("accept-language",), whole(lambda rng, old: f"*;q=0.{rng.randint(1, 9)}"))),
    ("coding_order", value_changed(("accept-encoding",), whole(lambda rng, old: "br, gzip, deflate"))),
    ("coding_spacing", value_changed(("accept-encoding",), whole(lambda rng, old: old.replace(", ", ",")))),
    ("coding_added", value_changed(("accept-encoding",), lengthened(", zstd"))),
    ("coding_blanks", value_changed(("accept-encoding",), whole(lambda rng, old: old.replace(", ", ",  ", 1)))),
    ("accept_list", value_changed(("accept",), lengthened(", */*"))),
    ("connection_case", value_changed(("connection",), whole(lambda rng, old: re.sub("k", "K", old, count=1)))),
    ("type_parameter", value_changed(("content-type",), lengthened("; charset=utf-8"))),
    ("type_parameter_case", value_changed(("content-type",), lengthened(";charset=UTF-8"))),
    ("app_value", value_changed(("x-app",), whole(lambda rng, old: rng.choice(("cli-2", "CLI", "tui"))))),
)
