"""The four shapes of a request."""
import json
import random

from .json_text import Text


def ordered(client, value):
    """The client's own order of members, the same every time."""
    names = list(value)
    random.Random(client.root_seed).shuffle(names)
    return {name: value[name] for name in names if value[name] is not None}


def call_id(rng):
    return f"call_{rng.getrandbits(64):016x}"


def called(client, turn):
    return client.tools[turn.tool % len(client.tools)]


def tool_content(client, turn):
    text = Text.of(("tool_result", turn.text))
    return [{"type": "text", "text": text}] if client.two_system_blocks else text


def system_blocks(client, system):
    """One block, or two with the first line apart."""
    first, _, rest = system.partition("\n")
    texts = [first, rest] if client.two_system_blocks else [system]
    return [{"type": "text", "text": Text.of(("system", text))} for text in texts]


def anthropic(client, rng, turns, said, system, extra):
    messages = []
    for turn, texts in zip(turns, said):
        if turn.kind == "user":
            content = [{"type": "text", "text": t} for t in texts] if client.in_blocks else texts[0]
            messages.append({"role": "user", "content": content})
        elif turn.kind == "assistant":
            messages.append({"role": "assistant", "content": [{"type": "text", "text": Text.of(("assistant", turn.text))}]})
        else:
            name, used = "toolu_" + call_id(rng)[5:], called(client, turn)
            messages.append({"role": "assistant", "content": [
                {"type": "tool_use", "id": name, "name": used[0], "input": {used[2][0]: "x"}}]})
            messages.append({"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": name, "content": tool_content(client, turn)}]})
    metadata = client.metadata(rng, extra)
    return ordered(client, {
        "model": "claude-opus-4-1", "system": system_blocks(client, system) if client.in_blocks else system,
        "messages": messages,
        "tools": [{"name": n, "description": d, "input_schema": s} for n, d, s in client.tool_list(extra)],
        "max_tokens": client.limit, "temperature": client.temperature, "stream": True,
        "metadata": {"user_id": metadata} if metadata is not None else None})


def responses(client, rng, turns, said, system, extra):
    items, instructions = [], system
    if client.developer:
        items.append({"type": "message", "role": "developer", "content": [{"type": "input_text", "text": system}]})
        instructions = None
    for turn, texts in zip(turns, said):
        if turn.kind == "user":
            items.append({"type": "message", "role": "user", "content": [{"type": "input_text", "text": t} for t in texts]})
        elif turn.kind == "assistant":
            items.append({"type": "message", "role": "assistant",
                          "content": [{"type": "output_text", "text": Text.of(("assistant", turn.text))}]})
        else:
            name, used = call_id(rng), called(client, turn)
            items.append({"type": "function_call", "call_id": name, "name": used[0],
                          "arguments": json.dumps({used[2][0]: "x"})})
            items.append({"type": "function_call_output", "call_id": name, "output": Text.of(("tool_result", turn.text))})
    return ordered(client, {
        "model": "gpt-5-mini", "instructions": instructions, "input": items,
        "tools": [{"type": "function", "name": n, "description": d, "strict": False, "parameters": s}
                  for n, d, s in client.tool_list(extra)],
        "tool_choice": "auto", "parallel_tool_calls": True, "max_output_tokens": client.limit, "store": False,
        "stream": True, "include": ["reasoning.encrypted_content", "message.output_text.logprobs"],
        "prompt_cache_key": client.metadata(rng, extra)})


def chat(client, rng, turns, said, system, extra):
    messages = [{"role": "developer" if client.developer else "system", "content": system}]
    for turn, texts in zip(turns, said):
        if turn.kind == "user":
            messages.append({"role": "user", "content": texts[0]})
        elif turn.kind == "assistant":
            messages.append({"role": "assistant", "content": Text.of(("assistant", turn.text))})
        else:
            name, used = call_id(rng), called(client, turn)
            messages.append({"role": "assistant", "content": None, "tool_calls": [
                {"id": name, "type": "function",
                 "function": {"name": used[0], "arguments": json.dumps({used[2][0]: "x"})}}]})
            messages.append({"role": "tool", "tool_call_id": name, "content": Text.of(("tool_result", turn.text))})
    return ordered(client, {
        "model": "gpt-4.1", "messages": messages,
        "tools": [{"type": "function", "function": {"name": n, "description": d, "parameters": s}}
                  for n, d, s in client.tool_list(extra)],
        "max_tokens": client.limit, "temperature": client.temperature, "stream": True,
        "stream_options": {"include_usage": True}, "user": client.metadata(rng, extra)})


def gemini(client, rng, turns, said, system, extra):
    contents = []
    for turn, texts in zip(turns, said):
        if turn.kind == "user":
            contents.append({"role": "user", "parts": [{"text": t} for t in texts]})
        elif turn.kind == "assistant":
            contents.append({"role": "model", "parts": [{"text": Text.of(("assistant", turn.text))}]})
        else:
            used = called(client, turn)
            contents.append({"role": "model", "parts": [{"functionCall": {"name": used[0], "args": {used[2][0]: "x"}}}]})
            contents.append({"role": "user", "parts": [{"functionResponse": {
                "name": used[0], "response": {"output": Text.of(("tool_result", turn.text))}}}]})
    metadata = client.metadata(rng, extra)
    return ordered(client, {
        "contents": contents, "systemInstruction": {"role": "user", "parts": [{"text": system}]},
        "tools": [{"functionDeclarations": [{"name": n, "description": d, "parameters": s}
                                            for n, d, s in client.tool_list(extra)]}],
        "generationConfig": {"maxOutputTokens": client.limit, "temperature": client.temperature, "topP": 0.95},
        "labels": {"session": metadata} if metadata is not None else None})


BUILD = {"anthropic": anthropic, "responses": responses, "chat": chat, "gemini": gemini}
