"""Techniques in the JSON around the text: how a value is written, and which members there are in which order."""
import copy
import random
import re

from .case import Change, decode
from .json_text import scan

# --- spellings: changes of raw characters ---


def string_nodes(body, at_least=80):
    return [n for n in scan(body) if n.kind == "string" and n.end - n.begin > at_least]


def respell(pattern, spelling, is_ascii=None):
    """One match inside a long string is written another way."""
    def apply(rng, client, body):
        if is_ascii is not None and client.style.ascii != is_ascii:
            return None
        found = [(n, m) for n in string_nodes(body) for m in re.finditer(pattern, body[n.begin + 1:n.end - 1])]
        if not found:
            return None
        node, match = rng.choice(found)
        begin = node.begin + 1 + match.start()
        return Change(begin, begin + len(match[0]), spelling(match[0]), node.pointer, {}, decode(match[0]))
    return apply


def numbers(body):
    return [n for n in scan(body) if n.kind == "plain" and body[n.begin].isdigit() and n.pointer.count("/") <= 2]


def renumber(spelling, only=r"\d+$"):
    def apply(rng, client, body):
        found = [n for n in numbers(body) if re.match(only, body[n.begin:n.end]) and n.end - n.begin > 2]
        if not found:
            return None
        node = rng.choice(found)
        return Change(node.begin, node.end, spelling(body[node.begin:node.end]), node.pointer, {})
    return apply


def root_members(body):
    """Short plain members of the root, or of the settings where the root has none."""
    found = [n for n in scan(body) if n.kind in ("plain", "string") and n.end - n.begin < 60]
    return [n for n in found if n.pointer.count("/") == 1 or n.pointer.startswith("/generationConfig/")]


def doubled(value):
    """The member once more, behind itself; `value` is what it then holds."""
    def apply(rng, client, body):
        node = rng.choice(root_members(body))
        comma = ", " if client.style.spaced else ","
        again = comma + body[node.member:node.begin] + value(body[node.begin:node.end])
        return Change(node.end, node.end, again, node.pointer, {})
    return apply


def other_value(raw):
    if raw[0] == '"':
        return raw[:-1] + '-2"'
    return {"true": "false", "false": "true"}.get(raw, "1")


def escaped_key(rng, client, body):
    node = rng.choice(root_members(body))
    at = node.member + 2
    return Change(at, at + 1, f"\\u{ord(body[at]):04x}", node.pointer, {})


def blank(where, what):
    """White space beside a colon or a comma of a compact body, or beside the whole."""
    def apply(rng, client, body):
        if where == "after":
            return Change(len(body), len(body), what, "", {})
        if where == "before":
            return Change(0, 0, what, "", {})
        if client.style.spaced or client.style.indent is not None:
            return None
        node = rng.choice(root_members(body))
        at = {"colon": node.begin, "key": node.begin - 1, "value": node.end}[where]
        return Change(at, at, what, node.pointer, {})
    return apply


# Not a hexadecimal digit of an escape.
LETTER = r"(?<!\\u[0-9a-f]{3})(?<!\\u[0-9a-f]{2})(?<=[a-z])[a-z](?=[a-z])"

SPELLINGS = (  # name, needs, strip, how
    ("json_escaped_letter", "none", "canonical", respell(LETTER, lambda c: f"\\u{ord(c):04x}")),
    ("json_escaped_blank", "none", "canonical", respell(r"(?<=[a-z]) (?=[a-z])", lambda c: "\\u0020")),
    ("json_escaped_slash", "none", "canonical", respell(r"(?<=\w)/(?=\w)", lambda c: "\\/")),
    ("json_escaped_newline", "none", "canonical", respell(r"(?<=\.)\\n", lambda c: "\\u000a")),
    ("json_escaped_quote", "none", "canonical", respell(r'(?<= )\\"', lambda c: "\\u0022")),
    ("json_escaped_accent", "none", "canonical", respell("[\u00e9\u00ef]", lambda c: f"\\u{ord(c):04x}", False)),
    ("json_plain_accent", "none", "reference", respell(r"\\u00e[9f]", decode, True)),
    ("json_hex_case", "none", "reference", respell(r"\\u00e[9f]", lambda c: "\\u" + c[2:].upper(), True)),
    ("json_number_exponent", "none", "canonical", renumber(lambda n: n + "e0")),
    ("json_number_capital_exponent", "none", "canonical", renumber(lambda n: n + "E+0")),
    ("json_number_fraction", "none", "canonical", renumber(lambda n: n + ".0")),
    ("json_number_scaled", "none", "canonical", renumber(lambda n: f"{n[:-1]}.{n[-1]}e1")),
    ("json_number_zeros", "none", "canonical", renumber(lambda n: n + "00", r"0\.\d+$")),
    ("json_key_twice", "none", "canonical", doubled(lambda raw: raw)),
    ("json_key_twice_other_value", "none", "canonical", doubled(other_value)),
    ("json_escaped_key", "none", "canonical", escaped_key),
    ("json_blank_after_colon", "none", "reference", blank("colon", " ")),
    ("json_blank_before_colon", "none", "reference", blank("key", " ")),
    ("json_blank_before_comma", "none", "reference", blank("value", " ")),
    ("json_line_end_inside", "none", "reference", blank("value", "\n")),
    ("json_padding_line", "baseline", "reference", blank("after", "\n")),
    ("json_padding_blanks", "baseline", "reference", blank("after", " \t \t\t")),
    ("json_leading_blank", "baseline", "reference", blank("before", " ")),
)

# --- structure: a changed copy of the value ---


def member_span(pointer):
    return lambda marked, nodes: (nodes[pointer].member, nodes[pointer].end)


def reordered(container_of):
    """Members of an object in another order; the label covers the object."""
    def apply(rng, client, value):
        pointer, container = container_of(value)
        names = list(container)
        if len(names) < 2:
            return None
        order = names[1:] + names[:1] if len(names) < 4 else random.Random(rng.random()).sample(names, len(names))
        if order == names:
            order.reverse()
        members = {name: container[name] for name in order}
        container.clear()
        container.update(members)
        return pointer, member_span(pointer)
    return apply


def rotated(container_of):
    def apply(rng, client, value):
        pointer, container = container_of(value) or (None, ())
        if len(container) < 2:
            return None
        container[:] = container[1:] + container[:1]
        return pointer, member_span(pointer)
    return apply


def added(make, at_end=True):
    """A member more in the root."""
    def apply(rng, client, value):
        name, inner = make(rng, client)
        if name in value:
            return None
        members = dict(value)
        value.clear()
        place = len(members) if at_end else rng.randrange(len(members))
        for index, key in enumerate(members):
            if index == place:
                value[name] = inner
            value[key] = members[key]
        value.setdefault(name, inner)
        return f"/{name}", member_span(f"/{name}")
    return apply


def tools_of(value):
    tools = value["tools"]
    return ("/tools/0/functionDeclarations", tools[0]["functionDeclarations"]) if "functionDeclarations" in tools[0] else (
        "/tools", tools)


def tool_of(value):
    pointer, tools = tools_of(value)
    return f"{pointer}/1", tools[1]


def schema_of(value):
    pointer, tool = tool_of(value)
    if "function" in tool:
        pointer, tool = pointer + "/function", tool["function"]
    name = "input_schema" if "input_schema" in tool else "parameters"
    return f"{pointer}/{name}", tool[name]


def message_of(value):
    for name in ("messages", "input", "contents"):
        if name in value:
            return f"/{name}/0", value[name][0]
    return None


def settings_of(value):
    return ("/generationConfig", value["generationConfig"]) if "generationConfig" in value else ("", value)


def changed_value(names, change):
    def apply(rng, client, value):
        pointer, container = settings_of(value)
        found = [n for n in names if n in container]
        if not found:
            return None
        name = rng.choice(found)
        container[name] = change(rng, container[name])
        return f"{pointer}/{name}", member_span(f"{pointer}/{name}")
    return apply


def nested_member(rng, client, value):
    pointer, tool = tool_of(value)
    tool["revision"] = rng.randint(2, 99)
    return f"{pointer}/revision", member_span(f"{pointer}/revision")


def extra_tool(rng, client, value):
    pointer, tools = tools_of(value)
    tools.append(copy.deepcopy(tools[0]))
    where = f"{pointer}/{len(tools) - 1}"
    inner = tools[-1].get("function", tools[-1])
    inner["name"] = inner["name"] + "_v2"
    return where, member_span(where)


def tool_name_case(rng, client, value):
    pointer, tool = tool_of(value)
    inner = tool.get("function", tool)
    inner["name"] = inner["name"].capitalize()
    where = pointer + ("/function" if "function" in tool else "") + "/name"
    return where, member_span(where)


def parameter_text(change):
    """The description of a tool's first parameter in other words or with something in it."""
    def apply(rng, client, value):
        pointer, schema = schema_of(value)
        name = next(iter(schema["properties"]))
        held = schema["properties"][name]
        held["description"] = change(held["description"])
        where = f"{pointer}/properties/{name}/description"
        return where, member_span(where)
    return apply


def nested_flag(rng, client, value):
    pointer, schema = schema_of(value)
    schema["additionalProperties"] = True
    return f"{pointer}/additionalProperties", member_span(f"{pointer}/additionalProperties")


def required_grown(rng, client, value):
    pointer, schema = schema_of(value)
    names = [n for n in schema["properties"] if n not in schema["required"]]
    if not names:
        return None
    schema["required"].append(names[0])
    return f"{pointer}/required", member_span(f"{pointer}/required")


LIMITS = ("max_tokens", "max_output_tokens", "maxOutputTokens")
STRUCTURES = (  # name, how; all need a baseline, and to take them away a baseline too
    ("json_root_order", reordered(lambda v: ("", v))),
    ("json_tool_member_order", reordered(tool_of)),
    ("json_schema_order", reordered(schema_of)),
    ("json_message_member_order", reordered(message_of)),
    ("tool_order_rotated", rotated(tools_of)),
    ("json_array_order", rotated(lambda v: ("/include", v["include"]) if "include" in v else None)),
    ("json_unknown_member", added(
        lambda rng, c: (rng.choice(("trace", "client_info", "flags")), f"{rng.getrandbits(24):06x}"), False)),
    ("json_null_member", added(lambda rng, c: ("service_tier", None))),
    ("json_empty_member", added(lambda rng, c: ("stop_sequences", []))),
    ("json_default_spelled_out", added(lambda rng, c: ("top_p", 1), False)),
    ("json_nested_member", nested_member),
    ("json_float_noise", changed_value(("temperature", "topP"), lambda rng, old: round(old + rng.randint(1, 99) * 1e-8, 10))),
    ("json_limit_jitter", changed_value(LIMITS, lambda rng, old: old + rng.randint(1, 7))),
    ("json_number_as_string", changed_value(LIMITS, lambda rng, old: str(old))),
    ("json_model_suffix", changed_value(("model",), lambda rng, old: old + "-" + rng.choice(("latest", "v2", "20250815")))),
    ("json_flag_flipped", changed_value(("store", "parallel_tool_calls", "stream"), lambda rng, old: not old)),
    ("parameter_zero_width", parameter_text(lambda text: text.replace("call", "ca\u200bll"))),
    ("parameter_words", parameter_text(lambda text: text.replace("of the call", "for the call"))),
    ("parameter_stop", parameter_text(lambda text: text.rstrip("."))),
    ("schema_flag", nested_flag),
    ("schema_required", required_grown),
    ("tool_added", extra_tool),
    ("tool_name_case", tool_name_case),
)


def restructured(rng, client, request, apply):
    """(changed copy, pointer, raw span of the label), or None where it does not apply."""
    changed = copy.deepcopy(request.value)
    found = apply(rng, client, changed)
    return None if found is None else (changed, *found)
