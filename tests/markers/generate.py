#!/usr/bin/env python3
"""Writes a labelled set: generate.py DIR [--seed N] [--every N]. The same seed gives the same bytes.

The clients, what they say, what is typed and what is hidden are all invented (generator/). README.md has the format.
"""
import argparse
import json
import pathlib
import random
import sys

from generator import cases, conversations, facts, groups, honest
from generator.client import APIS, Client

STRANGERS = 24  # cases of a client, or a version, of which there is no baseline
COMBINED = 16  # cases with two techniques at once
CLIENTS = 8    # two an API; every third typeset


def commonly_placed():
    """Techniques that nearly every request has a place for."""
    return [t for t in cases.ALL_TEXT if t.needs != "typed"]


class Set:
    def __init__(self, folder, seed, every=1):
        self.folder, self.seed, self.every, self.offered = folder, seed, every, 0
        first = random.Random(f"{seed}/clients").randrange(100)
        self.clients = [Client(random.Random(f"{seed}/client/{n}"), f"g{seed}c{n}", first + n, APIS[n % 4], n % 3 == 2)
                        for n in range(CLIENTS)]
        # One client was never seen before: no baseline of it is written.
        self.unknown = Client(random.Random(f"{seed}/unknown"), f"g{seed}x", first + CLIENTS, APIS[seed % 4], False)
        self.maker = cases.Maker(self.clients, lambda name: random.Random(f"{seed}/{name}"))
        self.count = self.bytes = 0
        self.classes, self.techniques = {}, {}

    def write(self, make, *arguments, **keywords):
        """Makes a case and writes it, if there was a place for what it is about."""
        self.offered += 1
        case = None if self.offered % self.every else make(*arguments, **keywords)
        if case is None:
            return
        self.count += 1
        self.bytes += case.get("bytes", 0)
        self.classes[case["class"]] = self.classes.get(case["class"], 0) + 1
        for label in case["labels"]:
            if case["class"] == "marked":
                self.techniques[label["technique"]] = {name: label[name] for name in ("family", "needs", "strip")}
        write_json(self.folder / f"{case['id']}.json", case)

    def write_baselines(self):
        for client in self.clients:
            for number in range(3):
                rng = random.Random(f"{self.seed}/baseline/{client.name}/{number}")
                turns = conversations.conversation(rng, elsewhere=False)
                request = client.request(rng, turns, conversations.a_date(rng))
                write_json(self.folder / "baselines" / f"{client.name}-{number}.json", {
                    "template": client.name, "api": client.api, "request": cases.request_of(request, request.body),
                    "typed": cases.typed_of(turns), "truth": cases.truth_of(request.value)})

    def write_marked(self):
        make = self.maker
        for technique in cases.ALL_TEXT:
            self.write(make.marked_text, f"marked-{technique.name}", [technique], technique.name)
        for row in cases.ALL_SPELLINGS:
            self.write(make.marked_spelling, f"marked-{row[0]}", row)
        for name, apply in cases.ALL_STRUCTURES:
            self.write(make.marked_structure, f"marked-{name}", name, apply)
        for name, apply in cases.ALL_FIELDS:
            self.write(make.marked_field, f"marked-{name}", name, apply)
        rng = random.Random(f"{self.seed}/combined")
        for number in range(COMBINED):
            pair = rng.sample(commonly_placed(), 2)
            self.write(make.marked_text, f"marked-combined-{number:02}", pair, "combination")

    def write_strangers(self):
        """What needs no reference has to be found at first contact, and in a version that was not seen yet."""
        rng = random.Random(f"{self.seed}/strangers")
        alone = [t for t in cases.ALL_TEXT if t.needs == "none"]
        makers = [cases.Maker([client], self.maker.stream) for client in (self.unknown, *self.updated())]
        for number in range(STRANGERS):
            technique = rng.choice(alone)
            self.write(makers[number % len(makers)].marked_text, f"marked-stranger-{number:02}", [technique], "stranger")

    def write_environment(self):
        make = self.maker
        for number, (form, position, count) in enumerate(facts.PLACES * 2):
            self.write(make.facts_in_text, f"env-{number:02}-{position}-{form}", form, position, count)
        for number, encoding in enumerate(facts.ENCODINGS):
            position = ("system", "reminder", "toolresult")[number % 3]
            self.write(make.facts_in_text, f"env-{position}-{encoding}", "line", position, 1, encoding)
        for name in facts.HEADERS:
            self.write(make.fact_in_field, f"env-header-{name}", name)
        for encoding in ("base64", "hex", "percent"):
            self.write(make.fact_in_field, f"env-header-host-{encoding}", "host", encoding)
        for form in ("plain", "json", "json_host", "joined"):
            self.write(make.fact_in_metadata, f"env-metadata-{form}", form)

    def write_clean(self):
        def clean(name, change=lambda rng, turns: None, **keywords):
            self.write(self.maker.clean, f"clean-{name}", name, change, **keywords)

        for name, text in honest.TYPED:
            clean(name, conversations.typed_last(text))
        for name, text in honest.TOOL_OUTPUT:
            clean(name, conversations.tool_said(text))
        clean("assistant_echo", conversations.echoed)
        clean("file_mention", conversations.attached)
        clean("long_history", conversations.long_history)
        clean("repeated_prompt", conversations.repeated_prompt)
        clean("trimmed", conversations.sent_as("  \nfix the test, please  \n\n", "fix the test, please"))
        clean("line_ends_turned", conversations.sent_as("one\r\ntwo\r\nthree", "one\ntwo\nthree"))
        clean("first_contact", client=self.unknown)
        for number, client in enumerate(self.clients):
            clean(f"plain_{number}", client=client)
        for number, client in enumerate(self.updated()):
            clean(f"new_version_{number}", client=client)
        environment = facts.environment(random.Random(f"{self.seed}/mentioned"))
        for name in ("host", "tz_name", "cwd", "user"):
            text = f"Our {name} is {environment[name][0]} - is that written anywhere in the repository?"
            clean(f"typed_{name}", conversations.typed_last(text), environment=environment)

    def updated(self):
        """The same clients in a later version, which says some things differently."""
        for client in self.clients[:3]:
            later = Client(random.Random(f"{self.seed}/client/{self.clients.index(client)}"), client.name,
                           0, client.api, client.typeset)
            later.__dict__.update({**client.__dict__, "version": f"{int(client.version.split('.')[0]) + 1}.0.0"})
            later.sections = [s.replace("the", "any", 2) for s in reversed(client.sections)]
            yield later

    def write_groups(self):
        rng = random.Random(f"{self.seed}/groups")
        texts = commonly_placed()
        for number in range(6):
            self.write(groups.group, self.maker, f"pair-text-{number}", "text", rng.choice(texts))
        for number in range(4):
            self.write(groups.group, self.maker, f"pair-noisy-{number}", "noisy", rng.choice(texts))
        for number in range(4):
            self.write(groups.group, self.maker, f"pair-struct-{number}", "struct", field=rng.choice(cases.ALL_FIELDS))
        for number in range(6):
            self.write(groups.group, self.maker, f"pair-null-{number}", "null")

    def write_all(self):
        (self.folder / "baselines").mkdir(parents=True, exist_ok=True)
        self.write_baselines()
        self.write_marked()
        self.write_strangers()
        self.write_environment()
        self.write_clean()
        self.write_groups()
        write_json(self.folder / "index.json", {
            "seed": self.seed, "cases": self.classes, "bytes": self.bytes, "no_place": self.maker.no_place,
            "techniques": dict(sorted(self.techniques.items()))})


def write_json(path, value):
    with open(path, "w", encoding="ascii", newline="\n") as out:
        json.dump(value, out)
        out.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, metavar="DIR", help="empty or new")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="write one case of N, for a quick look")
    options = parser.parse_args()
    if options.folder.exists() and any(options.folder.iterdir()):
        sys.exit(f"generate.py: {options.folder} is not empty")
    made = Set(options.folder, options.seed, options.every)
    made.write_all()
    print(f"{made.count} cases {made.classes}, {len(made.techniques)} techniques, {made.bytes / 1e6:.1f} MB; "
          f"no place for {made.maker.no_place}")


if __name__ == "__main__":
    main()
