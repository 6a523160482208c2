"""Measures what an operation costs in CPU of the proxy's process tree, and prints tables.

Every round runs every workload through every program in turn, so that what else the machine does hits all alike; the
ratios are taken inside a round and then their median. All on 127.0.0.1, nothing left running.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile

import proxies

WORDS = ("the function returns early when a buffer is empty because callers rely on it and tests cover each branch of "
         "parser state while config values come from environment or file so please look at this trace again").split()


def prompt_body(size):
    """An Anthropic-shaped request of exactly `size` bytes: turns, code with escapes, a tool result; no marker in it."""
    source = random.Random(7)
    base = {"model": "claude-sonnet-4-5", "max_tokens": 4096, "stream": False,
            "system": [{"type": "text", "text": "You are a coding assistant."}], "messages": []}
    def turn(length):
        words, out = "", 0
        while out < length:
            word = source.choice(WORDS) + (";\n\t\"x\": \\d+ " if source.random() < 0.08 else " ")
            words, out = words + word, out + len(word) + 4 * word.count("\\")
        return words
    while len(json.dumps(base)) + 1500 < size:
        role = "user" if len(base["messages"]) % 2 == 0 else "assistant"
        base["messages"].append({"role": role, "content": [{"type": "text", "text": turn(min(4000, size // 4))}]})
        if len(json.dumps(base)) > size:
            base["messages"].pop()
            break
    if len(base["messages"]) % 2 == 0:
        base["messages"].append({"role": "user", "content": [{"type": "text", "text": ""}]})
    last = base["messages"][-1]["content"][0]
    last["text"] += " " + "a" * (size - len(json.dumps(base)) - 1)
    body = json.dumps(base).encode()
    assert len(body) == size, len(body)
    return body


# name, unit, bytes of body, connections, new connection each, operations (by program), what one operation is worth
WORKLOADS = [
    ("2 KB, kept alive, 8 connections", "us/request", 2000, 8, False, {"telltale": 20000, "nginx": 20000, "": 2000}, 1e6),
    ("1 MB, kept alive, 4 connections", "ms/MB", 1000000, 4, False, {"telltale": 200, "nginx": 200, "mitmdump": 100, "": 12}, 1e3),
    ("2 KB, a new connection each", "us/connection", 2000, 4, True, {"telltale": 1500, "nginx": 1500, "": 300}, 1e6),
]


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.certificates = proxies.Certificates(folder)
        self.upstream = subprocess.Popen([options.load, "serve", self.certificates.leaf, self.certificates.key],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.upstream.stdout.readline().split()[1])
        self.bodies = {}
        for size in {w[2] for w in WORKLOADS}:
            self.bodies[size] = os.path.join(folder, f"body-{size}.json")
            with open(self.bodies[size], "wb") as file:
                file.write(prompt_body(size))
        self.programs = []

    def start_programs(self):
        makers = {
            "telltale": lambda: proxies.Telltale(self.options.telltale, self.folder, self.certificates, self.port),
            "nginx": lambda: proxies.Nginx(self.folder, self.certificates, self.port),
            "mitmdump": lambda: proxies.Mitmdump("mitmdump", self.folder, self.certificates, self.port),
            "mitmdump+addon": lambda: proxies.Mitmdump("mitmdump+addon", self.folder, self.certificates, self.port,
                                                       os.path.join(proxies.HERE, "inspecting_addon.py")),
        }
        for name in self.options.programs.split(","):
            self.programs.append(makers[name]())

    def stop(self):
        for program in self.programs:
            program.stop()
        self.upstream.stdin.close()
        self.upstream.wait()

    def load(self, *arguments):
        done = subprocess.run([self.options.load, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"bench_load {arguments}: {done.stderr}")
        return json.loads(done.stdout)

    def post(self, program, workload, operations):
        _, _, size, connections, new, _, worth = workload
        before = program.cpu_seconds()
        result = self.load("post", program.where, program.ca, self.bodies[size], connections, operations, *(["new"] if new else []))
        if result["failed"]:
            raise RuntimeError(f"{program.name}: {result['failed']} of {operations} requests failed")
        result["cost"] = (program.cpu_seconds() - before) * worth / result["done"]
        return result

    def rounds(self):
        """workload name -> program name -> list of results, one a round."""
        out = {w[0]: {p.name: [] for p in self.programs} for w in WORKLOADS}
        for workload in WORKLOADS:
            for program in self.programs:
                self.post(program, workload, 8)    # connections, caches, lazy code
        for number in range(self.options.rounds):
            for workload in WORKLOADS:
                for program in self.programs:
                    counts = workload[5]
                    operations = max(8, int(counts.get(program.name, counts[""]) * self.options.scale))
                    out[workload[0]][program.name].append(self.post(program, workload, operations))
            print(f"round {number + 1} of {self.options.rounds} done", file=sys.stderr)
        return out

    def streams(self):
        return {p.name: self.load("sse", p.where, p.ca, 200, 5) for p in self.programs}

    def memory(self, program):
        """RSS after a warm-up, after many requests, and with idle streams open."""
        small = WORKLOADS[0]
        self.post(program, small, 2000)
        start = program.rss_kb()
        requests = int(self.options.memory_requests)
        self.post(program, small, requests)
        after = program.rss_kb()
        holder = subprocess.Popen([self.options.load, "idle", program.where, program.ca, str(self.options.idle_streams)],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        held = json.loads(holder.stdout.readline())
        idle = program.rss_kb()
        holder.stdin.close()
        holder.wait()
        return {"start_kb": start, "requests": requests, "after_kb": after, "held": held["held"], "failed": held["failed"],
                "idle_kb": idle, "kb_per_stream": (idle - after) / max(1, held["held"])}


def spread(values, form="{:,.1f}"):
    return " / ".join(form.format(v) for v in (min(values), statistics.median(values), max(values)))


def report(measured, programs):
    for name, unit, *_ in WORKLOADS:
        print(f"\n{name}: CPU in {unit} (min / median / max), its ratio to telltale, time per request")
        ours = [r["cost"] for r in measured[name].get("telltale", [])]
        for program in programs:
            results = measured[name][program.name]
            costs = [r["cost"] for r in results]
            ratio = spread([c / o for c, o in zip(costs, ours) if o > 0], "{:.2f}") if ours else "-"
            print(f"  {program.name:<16} {spread(costs):<32} x {ratio:<26} p50 {statistics.median(r['p50_ms'] for r in results):.2f} ms")


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--telltale", required=True, help="the binary to measure")
    parser.add_argument("--load", required=True, help="the bench_load binary")
    parser.add_argument("--programs", default="telltale,nginx,mitmdump,mitmdump+addon")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="times the number of operations")
    parser.add_argument("--memory-requests", default=100000)
    parser.add_argument("--idle-streams", type=int, default=1000)
    parser.add_argument("--no-memory", action="store_true")
    parser.add_argument("--json", help="also write every figure to this file")
    return parser.parse_args()


def main():
    chosen = options()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(chosen, folder)
        try:
            bench.start_programs()
            measured = bench.rounds()
            report(measured, bench.programs)
            streams = bench.streams()
            print("\n200 events 5 ms apart: how many came after the next was sent, most in one read, longest way")
            for name, s in streams.items():
                print(f"  {name:<16} {s['late']} of {s['events']} late, {s['most_per_read']} in one read, {s['worst_ms']:.2f} ms")
            memory = {}
            for program in bench.programs:
                if program.name == "telltale" and not chosen.no_memory:
                    memory = bench.memory(program)
                    print(f"\ntelltale RSS: {memory['start_kb']} KB warm, {memory['after_kb']} KB after {memory['requests']:,} requests, "
                          f"{memory['idle_kb']} KB with {memory['held']} idle streams ({memory['kb_per_stream']:.0f} KB each), "
                          f"{memory['failed']} streams failed")
            if chosen.json:
                with open(chosen.json, "w") as file:
                    json.dump({"workloads": measured, "streams": streams, "memory": memory}, file, indent=1)
        finally:
            bench.stop()


if __name__ == "__main__":
    main()
