"""From a clean request and changes to it to a labelled case: places, twin and truth are computed, never written by hand."""
import dataclasses
import hashlib
import json

from .json_text import code_points, scan, truth_of


@dataclasses.dataclass(frozen=True)
class Change:
    """Raw characters [begin, end) of the clean body become `new`; the label says where and what that is."""
    begin: int
    end: int
    new: str
    pointer: str
    label: dict
    original: str | None = None  # set for a change inside a string, whose span is then given in code points


def bytes_before(text, at):
    return len(text[:at].encode())


def spliced(body, changes):
    out, at = [], 0
    for change in changes:
        out += [body[at:change.begin], change.new]
        at = change.end
    return "".join(out) + body[at:]


def text_changes(body, nodes, pointer, replacements, escape, label):
    """Changes for replacements in code points of the string at `pointer`."""
    node = next(n for n in nodes if n.pointer == pointer)
    at = code_points(body, node)
    decoded = [body[at[i]:at[i + 1]] for i in range(len(at) - 1)]
    return [Change(at[b], at[e], escape(new), pointer, label, decode("".join(decoded[b:e]))) for b, e, new in replacements]


def decode(raw):
    return json.loads(f'"{raw}"')


def string_span(marked, node, begin, end):
    """Code points that [begin, end) of the body covers; of a deletion the two either side."""
    at = code_points(marked, node)
    first = next(i for i, x in enumerate(at) if x >= begin)
    last = next(i for i, x in enumerate(at) if x >= end)
    if first == last:
        first, last = max(first - 1, 0), min(last + 1, len(at) - 1)
    return [first, last], [at[first], at[last]]


def labels_of(body, changes):
    """The marked body and its labels."""
    marked, out, shift = spliced(body, changes), [], 0
    nodes = {n.pointer: n for n in scan(marked)}
    for change in changes:
        begin, end = change.begin + shift, change.begin + shift + len(change.new)
        shift += len(change.new) - (change.end - change.begin)
        label = {**change.label, "where": f"body:{change.pointer}", "span": None, "zero_width": not change.new}
        if change.original is not None:
            node = nodes[change.pointer]
            label["span"], (begin, end) = string_span(marked, node, begin, end)
            text = decode(marked[node.begin + 1:node.end - 1])
            label["span_bytes"] = [len(text[:x].encode()) for x in label["span"]]
            label["original"] = change.original
        label["raw_span"] = [bytes_before(marked, begin), bytes_before(marked, end)]
        out.append(label)
    return marked, out


def edits_back(body, changes, marked):
    """Byte ranges of the marked body and what stood there."""
    out, shift = [], 0
    for change in changes:
        begin = change.begin + shift
        end = begin + len(change.new)
        shift += len(change.new) - (change.end - change.begin)
        out.append([bytes_before(marked, begin), bytes_before(marked, end), body[change.begin:change.end]])
    return out


def shifted_truth(truth, body, changes, marked):
    """The truth of the clean body, moved to the marked one. A change at the end of a part belongs to it."""
    before, after = {n.pointer: n for n in scan(body)}, {n.pointer: n for n in scan(marked)}

    def moved(raw, is_end):
        inside = (c for c in changes if c.begin < raw or (is_end and c.begin == raw == c.end))
        return raw + sum(len(c.new) - (c.end - c.begin) for c in inside)

    out = []
    for part in truth:
        clean, now = code_points(body, before[part["where"]]), code_points(marked, after[part["where"]])
        ends = [moved(clean[part["span"][0]], False), moved(clean[part["span"][1]], True)]
        out.append({**part, "span": [next(i for i, x in enumerate(now) if x >= raw) for raw in ends]})
    return out


def twin_of(body, edits, headers):
    return {"edits": edits, "headers": headers, "sha256": hashlib.sha256(body.encode()).hexdigest()}


def one_edit(marked, body):
    """The least single edit that leads from one text to the other."""
    head = 0
    while head < min(len(marked), len(body)) and marked[head] == body[head]:
        head += 1
    tail = 0
    while tail < min(len(marked), len(body)) - head and marked[-1 - tail] == body[-1 - tail]:
        tail += 1
    return [bytes_before(marked, head), bytes_before(marked, len(marked) - tail), body[head:len(body) - tail]]


def request_of(request, body, headers=None):
    return {"method": "POST", "url": request.url, "headers": headers or request.headers, "body": body}


def marked_by_changes(request, changes, headers=None):
    """Members of a case whose body was spliced (and whose header fields were changed, if `headers` are given)."""
    body = request.body
    changes = sorted(changes, key=lambda c: (c.begin, c.end))
    marked, labels = labels_of(body, changes)
    return {"request": request_of(request, marked, headers), "labels": labels,
            "twin": twin_of(body, edits_back(body, changes, marked), request.headers if headers else None),
            "truth": shifted_truth(truth_of(request.value), body, changes, marked)}


def marked_by_value(request, changed, pointer, raw_of, label):
    """Members of a case whose body was built another way: order, members, values. `raw_of` picks the label's bytes."""
    body, marked = request.body, request.style.dump(changed)
    begin, end = raw_of(marked, {n.pointer: n for n in scan(marked)})
    placed = {**label, "where": f"body:{pointer}", "span": None,
              "raw_span": [bytes_before(marked, begin), bytes_before(marked, end)]}
    return {"request": request_of(request, marked), "labels": [placed],
            "twin": twin_of(body, [one_edit(marked, body)], None), "truth": truth_of(changed)}
