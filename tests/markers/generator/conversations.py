"""Conversations: ordinary ones, and those of clean cases that look odd."""
from . import honest, prose
from .client import Turn


def a_date(rng):
    return f"20{rng.randint(25, 27)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def tool_output(rng):
    lines = []
    for number in range(rng.randint(4, 30)):
        what = rng.choice(("compiled src/plum.c", "checked the header of fig.h", "skipped, up to date", "linked the library",
                           "warning: unused variable in caf\u00e9.c", "copied two files"))
        lines.append(f"[{number:03}] {what} in {rng.randint(2, 900)} ms")
    return "\n".join(lines) + "\n"


def conversation(rng, length=None, with_tool=None, elsewhere=True, pool=None):
    """One to four exchanges; a tool runs in some. `pool` are other texts to type than the usual ones."""
    count = length or rng.randint(1, 4)
    pool = list(pool or prose.TYPED) + (rng.sample(prose.TYPED_ELSEWHERE, 3) if elsewhere else [])
    chosen = [rng.choice(pool) for _ in range(count)] if count > len(pool) else rng.sample(pool, count)
    turns = []
    for index, text in enumerate(chosen):
        if index:
            turns.append(Turn("assistant", rng.choice(prose.ASSISTANT)))
        turns.append(Turn("user", text))
    if rng.random() < 0.5 if with_tool is None else with_tool:
        turns.insert(1, Turn("tool", tool_output(rng), tool=rng.randrange(4)))
        turns.insert(2, Turn("assistant", rng.choice(prose.ASSISTANT)))
        if turns[-1].kind == "assistant":
            turns.append(Turn("user", rng.choice(pool)))
    return turns


# --- what clean cases change of a conversation: functions of a random stream and its turns ---

def typed_last(text):
    def change(rng, turns):
        last = max(i for i, t in enumerate(turns) if t.kind == "user")
        turns[last] = Turn("user", text)
    return change


def sent_as(text, sent):
    """The client trims typed text, or turns its line ends, before it sends it."""
    def change(rng, turns):
        turns[-1] = Turn("user", text, sent=sent)
    return change


def tool_said(text):
    def change(rng, turns):
        return [Turn("user", rng.choice(prose.TYPED)), Turn("tool", text), Turn("assistant", rng.choice(prose.ASSISTANT)),
                Turn("user", rng.choice(prose.TYPED))]
    return change


def echoed(rng, turns):
    """An answer that says typed text again, and one in another script."""
    return [Turn("user", honest.FRENCH), Turn("assistant", f"Vous demandez\u00a0: {honest.FRENCH}"),
            Turn("user", rng.choice(prose.TYPED)), Turn("assistant", "\u2018Done\u2019 \u2014 see \u201cplum\u201d\u2026"),
            Turn("user", rng.choice(prose.TYPED_ELSEWHERE))]


def attached(rng, turns):
    text = "why does @notes/plan.md list three steps?"
    return [Turn("user", text, attachment="Contents of notes/plan.md:\n\n1. read\n2. cut\n3. sew\n\n\u201cas agreed\u201d\n")]


def long_history(rng, turns):
    return conversation(rng, length=30, with_tool=False)


def repeated_prompt(rng, turns):
    text = rng.choice(prose.TYPED)
    return [Turn("user", text), Turn("assistant", rng.choice(prose.ASSISTANT)), Turn("user", text)]
