"""The single cases of a set: marked, with environment facts, clean."""
import copy
import json
import urllib.parse
import uuid

from . import facts, prose
from .case import Change, labels_of, marked_by_changes, marked_by_value, request_of, text_changes
from .characters import CHARACTERS
from .client import Extra, typed_of
from .conversations import a_date, conversation
from .fields import FIELDS
from .json_text import texts, truth_of
from .members import SPELLINGS, STRUCTURES, restructured
from .typed import TYPED
from .wording import WORDING

POSITIONS = {"system": "system", "reminder": "reminder", "tooldesc": "tooldesc", "typed": "typed", "tool_result": "toolresult",
             "date": "date"}
FIELD_NAMES = {"field_name_case": "header_case", "field_name_capitals": "header_case",
               "field_neighbours_swapped": "header_order", "field_moved_to_end": "header_order",
               "field_twice": "header_duplicate", "field_twice_otherwise": "header_duplicate"}
CARRIED = ("tz=Asia/Kolkata", "proxy=on", "vm=yes", "lang=pt", "os=freebsd", "host=relay", "user=3c", "net=172")


def head_of(case_id, kind, subclass, client, turns, environment):
    return {"id": case_id, "class": kind, "subclass": subclass, "api": client.api, "template": client.name,
            "typed": typed_of(turns), "environment": environment}


def finished(case):
    case["bytes"] = len(case["request"]["body"].encode())
    return case


# --- marked ---

def parts_for(technique, request, date):
    """(pointer, begin, text, position) of the parts of a request where a technique may act."""
    wanted = set(technique.places)
    if technique.anywhere or technique.typed_too:
        wanted |= {"typed", "tool_result"} if technique.anywhere else {"typed"}
    strings = dict(texts(request.value))
    for part in truth_of(request.value):
        text = strings[part["where"]][part["span"][0]:part["span"][1]]
        if "date" in wanted and part["source"] in ("system", "reminder") and date in text:
            yield part["where"], part["span"][0], text, "date"
        elif part["source"] in wanted:
            yield part["where"], part["span"][0], text, part["source"]


def apply_text(rng, technique, request, date):
    """Changes of one place, or [] if the request has none."""
    parts = list(parts_for(technique, request, date))
    rng.shuffle(parts)
    # There are many tools and one system text: the kinds of place take turns, not the strings.
    kinds = rng.sample(sorted(POSITIONS), len(POSITIONS))
    parts.sort(key=lambda part: kinds.index(part[3]))
    for pointer, offset, text, source in parts:
        found = technique.apply(rng, text)
        if not found:
            continue
        label = {"technique": technique.name, "family": technique.family, "position": POSITIONS[source],
                 "needs": technique.needs, "strip": technique.strip, "carries": rng.choice(CARRIED), "group": 0}
        moved = [(b + offset, e + offset, new) for b, e, new in found]
        return text_changes(request.body, request.nodes, pointer, moved, request.style.escape, label)
    return []


def labels_in_place(request, pointer, at, shown, label):
    """The label of text that stands at a place and stays."""
    changes = text_changes(request.body, request.nodes, pointer, [(at, at + len(shown), shown)], request.style.escape, label)
    return labels_of(request.body, changes)[1]


def fits(technique, client):
    return not (client.typeset and technique.plain_only) and not (technique.typeset_only and not client.typeset)


class Maker:
    """Makes the cases of one set. Each has a random stream of its own, so that one more case changes no other."""

    def __init__(self, clients, stream):
        self.clients, self.stream = clients, stream
        self.no_place = []

    def start(self, rng, client, **keywords):
        turns = conversation(rng, **keywords)
        date = a_date(rng)
        return turns, date, client.request(rng, turns, date)

    def attempts(self, rng, fit):
        """Clients in a random order, each a few times with another conversation."""
        chosen = [c for c in self.clients if fit(c)]
        rng.shuffle(chosen)
        return chosen * 12

    def marked_text(self, case_id, techniques, subclass):
        rng = self.stream(case_id)
        for number, client in enumerate(self.attempts(rng, lambda c: all(fits(t, c) for t in techniques))):
            # Some act on other scripts alone.
            turns, date, request = self.start(rng, client, pool=prose.TYPED_ELSEWHERE if number % 4 == 3 else None)
            changes = []
            for group, technique in enumerate(techniques):
                own = apply_text(rng, technique, request, date)
                changes += [Change(c.begin, c.end, c.new, c.pointer, {**c.label, "group": group}, c.original) for c in own]
                if not own:
                    changes = []
                    break
            if changes and apart(changes):
                head = head_of(case_id, "marked", subclass, client, turns, facts.environment(rng))
                return finished({**head, **marked_by_changes(request, changes)})
        self.no_place.append(subclass)
        return None

    def marked_spelling(self, case_id, row):
        name, needs, strip, apply = row
        rng = self.stream(case_id)
        for client in self.attempts(rng, lambda c: True):
            turns, _, request = self.start(rng, client)
            change = apply(rng, client, request.body)
            if change is None:
                continue
            label = {"technique": name, "family": "json", "position": "json", "needs": needs, "strip": strip,
                     "carries": rng.choice(CARRIED), "group": 0}
            placed = Change(change.begin, change.end, change.new, change.pointer, label, change.original)
            head = head_of(case_id, "marked", name, client, turns, facts.environment(rng))
            return finished({**head, **marked_by_changes(request, [placed])})
        self.no_place.append(name)
        return None

    def marked_structure(self, case_id, name, apply):
        rng = self.stream(case_id)
        for client in self.attempts(rng, lambda c: True):
            turns, _, request = self.start(rng, client)
            found = restructured(rng, client, request, apply)
            if found is None:
                continue
            changed, pointer, raw_of = found
            label = {"technique": name, "family": "json", "position": "json", "needs": "baseline", "strip": "reference",
                     "carries": rng.choice(CARRIED), "group": 0}
            head = head_of(case_id, "marked", name, client, turns, facts.environment(rng))
            return finished({**head, **marked_by_value(request, changed, pointer, raw_of, label)})
        self.no_place.append(name)
        return None

    def marked_field(self, case_id, name, apply):
        rng = self.stream(case_id)
        for client in self.attempts(rng, lambda c: True):
            turns, _, request = self.start(rng, client)
            headers = copy.deepcopy(request.headers)
            found = apply(rng, headers)
            if found is None or headers == request.headers:
                continue
            field, span = found
            label = {"technique": field_technique(name), "family": "header", "where": f"header:{field.lower()}", "span": span,
                     "raw_span": None, "position": "header", "needs": "baseline", "strip": "reference",
                     "carries": rng.choice(CARRIED), "group": 0}
            case = {**head_of(case_id, "marked", name, client, turns, facts.environment(rng)),
                    **marked_by_changes(request, [], headers)}
            case["labels"] = [label]
            return finished(case)
        self.no_place.append(name)
        return None

    # --- environment ---

    def facts_in_text(self, case_id, form, position, count, encoding=None):
        rng = self.stream(case_id)
        client, environment = rng.choice(self.clients), facts.environment(rng)
        names = rng.sample(facts.LONG if encoding or position == "tooldesc" else list(facts.FACTS), count)
        if form == "sentence":
            names = rng.sample(list(facts.SENTENCES), count)
        dress = facts.ENCODINGS[encoding] if encoding else str
        shown = [(name, dress(environment[name][0])) for name in names]
        lines = facts.lines_of(form, shown)
        turns = conversation(rng, with_tool=position == "toolresult" or None)
        extra = Extra()
        if position == "toolresult":
            tool = next(t for t in turns if t.kind == "tool")
            head, _, tail = tool.text.partition("\n")
            tool.text = "\n".join([head, *lines, tail])
        elif position == "tooldesc":
            extra = Extra(tool=(rng.randrange(4), lines[0]))
        else:
            extra = Extra(**{position: tuple(lines)})
        request = client.request(rng, turns, a_date(rng), extra)
        labels = [label for name, value in shown
                  for label in self.places_of(request, value if form != "json" else json.dumps(value)[1:-1],
                                              form, name, position, encoding)]
        head = head_of(case_id, "env", f"{position}_{encoding or form}", client, turns, environment)
        return finished({**head, "request": request_of(request, request.body), "labels": labels,
                         "truth": truth_of(request.value)})

    @staticmethod
    def places_of(request, value, form, name, position, encoding):
        """The label of a value: the first place of the body that holds it in a part of that position."""
        shown = urllib.parse.quote(value, safe="") if form == "url" else value
        source = {"toolresult": "tool_result"}.get(position, position)
        strings = dict(texts(request.value))
        for part in truth_of(request.value):
            text = strings[part["where"]]
            lead = {"json": f'"{name}": "', "attributes": f'{name}="', "url": "from=", "table": f"{facts.FACTS[name][0]} | ",
                    "sentence": ""}.get(form, f"{facts.FACTS[name][0]}: ")
            at = text.find(lead + shown, part["span"][0]) if part["source"] == source else -1
            if at < 0:
                continue
            at += len(lead)
            label = {"technique": f"env_{name}" + (f"_{encoding}" if encoding else ""), "family": "env", "position": position,
                     "needs": "environment" if encoding in facts.KNOWN_ONLY else "none", "strip": "absent", "carries": shown,
                     "group": 0, "value": shown}
            return labels_in_place(request, part["where"], at, shown, label)
        raise ValueError(f"{name} is not where it was put")

    def fact_in_field(self, case_id, name, encoding=None):
        rng = self.stream(case_id)
        client, environment = rng.choice(self.clients), facts.environment(rng)
        field, value = facts.HEADERS[name], environment[name][0]
        if name == "locale":
            value = value.replace("_", "-").partition(".")[0] + ",en;q=0.8"
        shown = facts.ENCODINGS[encoding](value) if encoding else value
        turns = conversation(rng)
        request = client.request(rng, turns, a_date(rng))
        request.headers = [h for h in request.headers if h[0].lower() != field] + [[field, shown]]
        label = {"technique": f"env_{name}" + (f"_{encoding}" if encoding else ""), "family": "env", "where": f"header:{field}",
                 "position": "header", "span": [0, len(shown)], "raw_span": None, "needs": "none", "strip": "absent",
                 "carries": shown, "group": 0, "value": shown}
        return finished({**head_of(case_id, "env", f"header_{encoding or 'plain'}", client, turns, environment),
                         "request": request_of(request, request.body), "labels": [label], "truth": truth_of(request.value)})

    def fact_in_metadata(self, case_id, form):
        rng = self.stream(case_id)
        client, environment = rng.choice([c for c in self.clients if c.metadata_form != "none"]), facts.environment(rng)
        name = "device" if form != "json_host" else "host"
        value = environment[name][0]
        session = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        text = {"plain": value, "json": json.dumps({"device_id": value, "session_id": session}),
                "json_host": json.dumps({"session": session, "host": value}),
                "joined": f"user_{value}_session_{session}"}[form]
        turns = conversation(rng)
        request = client.request(rng, turns, a_date(rng), Extra(metadata=text))
        node = next(n for n in request.nodes if n.kind == "string" and json.loads(request.body[n.begin:n.end]) == text)
        label = {"technique": f"env_{name}", "family": "env", "position": "json", "needs": "none", "strip": "absent",
                 "carries": value, "group": 0, "value": value}
        return finished({**head_of(case_id, "env", f"metadata_{form}", client, turns, environment),
                         "request": request_of(request, request.body),
                         "labels": labels_in_place(request, node.pointer, text.index(value), value, label),
                         "truth": truth_of(request.value)})

    # --- clean ---

    def clean(self, case_id, subclass, change, client=None, version=None, environment=None):
        """`change(rng, turns)` may alter the conversation."""
        rng = self.stream(case_id)
        client = client or rng.choice(self.clients)
        turns = conversation(rng)
        turns = change(rng, turns) or turns
        request = client.request(rng, turns, a_date(rng), version=version)
        head = head_of(case_id, "clean", subclass, client, turns, environment or facts.environment(rng))
        return finished({**head, "request": request_of(request, request.body), "labels": [], "truth": truth_of(request.value)})


def field_technique(name):
    """Scorers ask three of them, by name, for no place."""
    return FIELD_NAMES.get(name, name)


def apart(changes):
    ordered = sorted(changes, key=lambda c: (c.begin, c.end))
    return all(a.end < b.begin for a, b in zip(ordered, ordered[1:]))


ALL_TEXT = CHARACTERS + WORDING + TYPED
ALL_SPELLINGS, ALL_STRUCTURES, ALL_FIELDS = SPELLINGS, STRUCTURES, FIELDS
