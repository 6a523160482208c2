"""Differential groups: one prompt sent several times under two environments, with noise between the runs."""
import copy
import dataclasses
import random
import uuid

from .case import marked_by_changes, request_of
from .cases import apply_text, field_technique, fits
from .client import typed_of
from .conversations import a_date, conversation

AXES = ("timezone", "locale", "proxy", "host", "user", "os", "base_url")


def noise_of(rng):
    return {name: rng.random() < 0.5 for name in ("tool_order", "key_order", "clock", "drift", "seedjit")} | {"ids": True}


def disturbed(rng, request, noise):
    """What differs from run to run whatever the environment."""
    value = request.value
    if noise["tool_order"]:
        tools = value["tools"]
        tools = tools[0]["functionDeclarations"] if "functionDeclarations" in tools[0] else tools
        rng.shuffle(tools)
    if noise["seedjit"]:
        value["seed"] = rng.randint(1, 10**6)
    if noise["key_order"]:
        names = list(value)
        rng.shuffle(names)
        request.value = {name: value[name] for name in names}
    if noise["clock"]:
        request.headers.append(["x-sent-at", str(1_790_000_000_000 + rng.randint(0, 10**9))])
    request.headers.append(["x-run-id", str(uuid.UUID(int=rng.getrandbits(128), version=4))])
    return request


def group(maker, case_id, subclass, technique=None, field=None):
    """A case of class pair: `technique` acts on text, `field` on the head, neither makes a null group."""
    rng = maker.stream(case_id)
    if technique is not None and "system" in technique.places:
        # Tools come in any order here: what is hidden in one would wander.
        technique = dataclasses.replace(technique, places=("system", "reminder"), anywhere=False, typed_too=False)
    for client in maker.attempts(rng, lambda c: technique is None or fits(technique, c)):
        case = attempt(rng, client, case_id, subclass, technique, field)
        if case is not None:
            return case
    maker.no_place.append(case_id)
    return None


def attempt(rng, client, case_id, subclass, technique, field):
    noise, turns, date = noise_of(rng), conversation(rng, elsewhere=False), a_date(rng)
    effect = None if subclass == "null" else [0.12, 0.88] if subclass == "noisy" else [0.0, 1.0]
    count, seed = 12 if subclass == "noisy" else 6, rng.random()
    runs, labels, name = [], [], None
    for env in "AB":
        for number in range(count):
            moved = f"{date[:8]}{1 + (int(date[8:]) + number * noise['drift'] * 2) % 28:02}"
            request = disturbed(rng, client.request(rng, turns, moved), noise)
            marked = effect is not None and rng.random() < effect[env == "B"]
            done = one_run(random.Random(seed), request, moved, technique, field, marked)
            if done is None:
                return None
            name = done["labels"][0]["technique"] if done["labels"] else name
            labels += [{**label, "carries": "env=B", "needs": "pair", "run": f"{env}{number}"} for label in done["labels"]]
            runs.append({"env": env, "run": number, "request": done["request"]})
    if effect is not None and not labels:
        return None
    return {"id": case_id, "class": "pair", "subclass": subclass, "api": client.api, "template": client.name,
            "axis": rng.choice(AXES), "noise": noise, "effect": effect, "technique": name, "typed": typed_of(turns),
            "runs": runs, "labels": labels}


def one_run(rng, request, date, technique, field, marked):
    """The request, marked or not; None where the technique finds no place. `rng` is the same for every run of a group."""
    if not marked:
        return {"request": request_of(request, request.body), "labels": []}
    if field is not None:
        headers = copy.deepcopy(request.headers)
        found = field[1](rng, headers)
        if found is None or headers == request.headers:
            return None
        label = {"technique": field_technique(field[0]), "family": "header", "where": f"header:{found[0].lower()}",
                 "span": found[1], "raw_span": None, "position": "header", "strip": "reference", "group": 0}
        return {"request": request_of(request, request.body, headers), "labels": [label]}
    changes = apply_text(rng, technique, request, date)
    return marked_by_changes(request, changes) if changes else None
