"""Invented AI clients: each has a text, a wrapper for its notes, an order of fields and a JSON style of its own."""
import dataclasses
import functools
import json
import re
import uuid

from . import apis, prose
from .json_text import Style, Text, scan

APIS = ("anthropic", "responses", "chat", "gemini")
STYLES = (Style(), Style(spaced=True), Style(indent=2), Style(), Style(spaced=True, ascii=True), Style(), Style(indent=4),
          Style(ascii=True))
# How a client sets its notes apart from what the user typed.
WRAPPERS = (
    ("<session-info>\n", "\n</session-info>"), ("[context]\n", "\n[/context]"), ("## Session notes\n\n", "\n"),
    ("<!-- note from the client\n", "\n-->"), ("", ""), ("<runtime_notes>\n", "\n</runtime_notes>"),
    ("=== notes ===\n", "\n=== end ==="), ("<system-reminder>\n", "\n</system-reminder>"),
)
# What stands around typed text in the same string.
FRAMES = (("", ""), ("<query>\n", "\n</query>"), ("", ""), ('"', '"'), ("", ""), ("User request:\n", ""), ("", ""), ("", "\n"))
URLS = {"anthropic": ("api.anthropic.com", "/v1/messages"), "responses": ("api.openai.com", "/v1/responses"),
        "chat": ("api.openai.com", "/v1/chat/completions"),
        "gemini": ("generativelanguage.googleapis.com", "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse")}
MODELS = {"anthropic": "claude-opus-4-1", "responses": "gpt-5-mini", "chat": "gpt-4.1", "gemini": "gemini-2.5-flash"}


def typographic(text):
    """The same text as a typesetter would have it."""
    text = re.sub(r"(?<=\w)'(?=\w)", "\u2019", text)
    text = re.sub(r'"([^"\n]*)"', "\u201c\\1\u201d", text)
    return text.replace(" - ", " \u2014 ").replace("...", "\u2026")


@dataclasses.dataclass
class Extra:
    """What a case adds to the client's own text."""
    system: tuple = ()      # lines behind the first one
    reminder: tuple = ()    # lines at the top of the notes
    headers: tuple = ()     # (name, value)
    metadata: str | None = None
    tool: tuple | None = None  # (index, sentence) behind a tool's description


@dataclasses.dataclass
class Request:
    url: str
    headers: list
    value: dict
    style: Style

    @functools.cached_property
    def body(self):
        """The text; from its first use on, `value` stays as it is."""
        return self.style.dump(self.value)

    @functools.cached_property
    def nodes(self):
        return scan(self.body)


class Client:
    def __init__(self, rng, name, number, api, is_typographic):
        self.name, self.api, self.typeset = name, api, is_typographic
        self.product, what = prose.PRODUCTS[number % len(prose.PRODUCTS)]
        self.version = f"{rng.randint(1, 6)}.{rng.randint(0, 30)}.{rng.randint(0, 9)}"
        self.style = STYLES[number % len(STYLES)]
        self.wrapper = WRAPPERS[number % len(WRAPPERS)]
        self.in_blocks = api != "chat" and rng.random() < 0.7
        self.frame = FRAMES[number % len(FRAMES)]
        self.two_system_blocks = rng.random() < 0.5
        self.developer = rng.random() < 0.3
        self.notes_in = rng.choice(("first", "last", "first"))
        self.date_line = rng.choice(prose.DATE_LINES)
        self.date_place = rng.choice(("system", "reminder"))
        self.first_line = f"You are {self.product}, {what}."
        self.sections = self.make_sections(rng)
        self.notes = rng.sample(prose.REMINDERS, 4)
        self.tools = rng.sample(prose.TOOLS, rng.randint(4, 6))
        self.headers = self.make_headers(rng)
        self.root_seed = rng.random()
        self.limit = rng.choice((4096, 8000, 8192, 16000, 32000))
        self.temperature = rng.choice((0.2, 0.5, 0.7, 1))
        self.metadata_form = rng.choice(("none", "uuid", "json"))
        self.request_id = rng.random() < 0.5

    def make_sections(self, rng):
        sentences = rng.sample(prose.SENTENCES, 24)
        material = list(prose.MATERIAL)
        rng.shuffle(material)
        headings = rng.sample(prose.HEADINGS, 3)
        out = []
        for index, heading in enumerate(headings):
            mixed = sentences[index * 8:index * 8 + 8] + material[index * 4:index * 4 + 4]
            rng.shuffle(mixed)
            paragraphs = [" ".join(mixed[start:start + 4]) for start in range(0, len(mixed), 4)]
            listed = rng.sample(prose.BULLETS, 4)
            items = [f"{n}. {b}" if index == 1 else f"- {b}" for n, b in enumerate(listed, 1)]
            out.append(f"## {heading}\n\n" + "\n\n".join(paragraphs) + "\n\n" + "\n".join(items))
        out.append("Example of a call:\n\n    open_file(path)\n    run_tests(filter)\n\nNothing else is needed.")
        return out

    def make_headers(self, rng):
        host, _ = URLS[self.api]
        agent = rng.choice((f"{self.product.lower()}/{{}}", f"{self.product}/{{}}", f"{self.product.lower()}-cli/{{}}"))
        secret = {"anthropic": ("X-Api-Key", "test-key-0001"), "gemini": ("X-Goog-Api-Key", "test-key-0002")}.get(
            self.api, ("Authorization", "Bearer test-key-0003"))
        fields = [("Content-Type", "application/json"), ("Accept", "application/json"), ("User-Agent", agent), secret,
                  ("Accept-Encoding", "gzip, deflate, br"), ("Accept-Language", "*"), ("Connection", "keep-alive"),
                  ("X-App", "cli")]
        if self.api == "anthropic":
            fields.append(("Anthropic-Version", "2023-06-01"))
        rng.shuffle(fields)
        fields.insert(0, ("Host", host))
        lower = rng.random() < 0.5
        return [(n.lower() if lower else n, v) for n, v in fields]

    # --- one request ---

    def text(self, plain):
        return typographic(plain) if self.typeset else plain

    def system_text(self, date, extra):
        lines = [self.text(self.first_line), *extra.system]
        if self.date_place == "system":
            lines.append(self.text(self.date_line.format(date)))
        return Text.of(("system", "\n".join(lines) + "\n\n" + self.text("\n\n".join(self.sections))))

    def reminder_text(self, date, extra):
        before, after = self.wrapper
        lines = [*extra.reminder, *(self.text(note) for note in self.notes)]
        if self.date_place == "reminder":
            lines.insert(len(extra.reminder) + 1, self.text(self.date_line.format(date)))
        return before + "\n".join(lines) + after

    def user_texts(self, turn, reminder):
        """The strings of a user turn: the notes apart, or in front of what was typed."""
        typed = turn.sent if turn.sent is not None else turn.text
        parts = [("typed", typed)]
        if turn.attachment:
            parts += [(None, "\n\n"), ("attachment", turn.attachment)]
        before, after = self.frame
        parts = [part for part in ((None, before), *parts, (None, after)) if part[1]]
        if reminder is None:
            return [Text.of(*parts)]
        if self.in_blocks:
            return [Text.of(("reminder", reminder)), Text.of(*parts)]
        return [Text.of(("reminder", reminder), (None, "\n\n"), *parts)]

    def request(self, rng, turns, date, extra=Extra(), version=None):
        users = [i for i, turn in enumerate(turns) if turn.kind == "user"]
        noted = users[0] if self.notes_in == "first" else users[-1]
        reminder = self.reminder_text(date, extra)
        said = [self.user_texts(t, reminder if i == noted else None) if t.kind == "user" else t
                for i, t in enumerate(turns)]
        value = apis.BUILD[self.api](self, rng, turns, said, self.system_text(date, extra), extra)
        headers = [[n, v.format(version or self.version)] for n, v in self.headers]
        if self.request_id:
            headers.append(["x-client-request-id", str(uuid.UUID(int=rng.getrandbits(128), version=4))])
        headers += [list(field) for field in extra.headers]
        host, path = URLS[self.api]
        return Request(f"https://{host}{path}", headers, value, self.style)

    def tool_list(self, extra):
        """(name, description, schema) in the client's order."""
        out = []
        for index, (name, description, parameters) in enumerate(self.tools):
            description = self.text(description)
            if extra.tool and extra.tool[0] % len(self.tools) == index:
                description += " " + extra.tool[1]
            properties = {p: {"type": "string", "description": f"The {p.replace('_', ' ')} of the call."} for p in parameters}
            schema = {"type": "object", "properties": properties, "required": list(parameters[:1]),
                      "additionalProperties": False}
            out.append((name, Text.of(("tooldesc", description)), schema))
        return out

    def metadata(self, rng, extra):
        """What the client says of itself with each request: nothing, an id, or JSON in a string."""
        if extra.metadata is not None:
            return extra.metadata
        session = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        return {"none": None, "uuid": session, "json": json.dumps({"session": session, "turn": rng.randint(1, 9)})}[
            self.metadata_form]


@dataclasses.dataclass
class Turn:
    """A step of a conversation: what a user typed (and what was sent of it), an answer, a tool's call and output."""
    kind: str               # user, assistant, tool
    text: str = ""
    sent: str | None = None  # where the client changes typed text for honest reasons
    attachment: str = ""
    tool: int = 0


def typed_of(turns):
    return [turn.text for turn in turns if turn.kind == "user"]
