"""Holds a proxy at half of its peak load for hours and watches its memory and descriptors.

First the peak is measured: 2 KB requests, one after the other, on 8 connections. Then half of that rate is kept up, with a
new connection every 64 requests, while a 1 MB prompt is sent every second and, between two samples, streams are opened and
left. Every sample is taken with the streams closed, so that the figures can be compared. All on 127.0.0.1, nothing left
running.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import proxies
from bench import prompt_body

CONNECTIONS = 8
WARM = 0.2          # of the samples, from the first on, while caches fill
RSS_SLACK_KB = 4096  # between the medians of the first and the last third after that
FD_SLACK = 16        # idle connections that the upstream pool happens to keep


class Soak:
    def __init__(self, options, folder):
        self.options = options
        certificates = proxies.Certificates(folder)
        self.upstream = subprocess.Popen([options.load, "serve", certificates.leaf, certificates.key],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = int(self.upstream.stdout.readline().split()[1])
        self.proxy = proxies.Telltale(options.telltale, folder, certificates, port)
        self.bodies = {}
        for size in (2_000, 1_000_000):
            self.bodies[size] = os.path.join(folder, f"body-{size}.json")
            with open(self.bodies[size], "wb") as file:
                file.write(prompt_body(size))

    def start(self, command, *arguments):
        return subprocess.Popen([self.options.load, command, self.proxy.where, self.proxy.ca, *map(str, arguments)],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def peak(self):
        """Requests a second."""
        self.finish(self.start("post", self.bodies[2_000], CONNECTIONS, 2_000))
        result = self.finish(self.start("post", self.bodies[2_000], CONNECTIONS, 30_000))
        return result["done"] / result["seconds"]

    @staticmethod
    def finish(process):
        return json.loads(process.communicate()[0].splitlines()[-1])

    def sample(self, begun):
        pid = self.proxy.process.pid
        return {"minute": (time.monotonic() - begun) / 60, "rss_kb": self.proxy.rss_kb(),
                "descriptors": len(os.listdir(f"/proc/{pid}/fd")), "threads": len(os.listdir(f"/proc/{pid}/task")),
                "cpu_s": self.proxy.cpu_seconds()}

    def run(self):
        rate = self.options.rate or self.peak() / 2
        seconds = self.options.minutes * 60
        print(f"{rate:,.0f} requests of 2 KB a second for {self.options.minutes:g} minutes", flush=True)
        begun = time.monotonic()
        loads = [self.start("pace", self.bodies[2_000], CONNECTIONS, rate, seconds),
                 self.start("pace", self.bodies[1_000_000], 1, 1, seconds)]
        apart = max(5.0, seconds / self.options.samples)
        samples, streams = [], 0
        print(" minute  RSS in KB  descriptors  threads  CPU in s", flush=True)
        while time.monotonic() - begun + apart < seconds:
            holder = self.start("idle", self.options.streams)
            streams += json.loads(holder.stdout.readline())["held"]
            time.sleep(apart / 2)
            holder.communicate()
            time.sleep(max(2, begun + (len(samples) + 1) * apart - time.monotonic()))
            samples.append(self.sample(begun))
            s = samples[-1]
            print(f"{s['minute']:7.1f} {s['rss_kb']:10,} {s['descriptors']:12} {s['threads']:8} {s['cpu_s']:9.1f}", flush=True)
        done = [self.finish(load) for load in loads]
        return {"rate": rate, "streams": streams, "samples": samples, "done": sum(d["done"] for d in done),
                "failed": sum(d["failed"] for d in done), "p50_ms": done[0]["p50_ms"], "p99_ms": done[0]["p99_ms"]}

    def stop(self):
        self.proxy.stop()
        self.upstream.stdin.close()
        self.upstream.wait()


def growth(samples, what):
    """From the first third of the samples to the last, medians, without the warm-up."""
    values = [s[what] for s in samples[int(len(samples) * WARM):]]
    third = max(1, len(values) // 3)
    return statistics.median(values[-third:]) - statistics.median(values[:third])


def faults_of(result):
    out = []
    if result["failed"]:
        out.append(f"{result['failed']} requests failed")
    if len(result["samples"]) < 5:
        return out + ["too few samples to say anything; give it more minutes"]
    if growth(result["samples"], "rss_kb") > RSS_SLACK_KB:
        out.append(f"memory grew by {growth(result['samples'], 'rss_kb'):,.0f} KB")
    if growth(result["samples"], "descriptors") > FD_SLACK:
        out.append(f"descriptors grew by {growth(result['samples'], 'descriptors'):.0f}")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--telltale", required=True, help="the binary to watch")
    parser.add_argument("--load", required=True, help="the bench_load binary")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--rate", type=float, help="requests a second, instead of half of the peak measured first")
    parser.add_argument("--streams", type=int, default=50, help="opened and left between two samples")
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--json", help="also write every figure to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(options, folder)
        try:
            result = soak.run()
        finally:
            soak.stop()
    if options.json:
        with open(options.json, "w") as file:
            json.dump(result, file, indent=1)
    print(f"{result['done']:,} requests, {result['failed']} failed, p50 {result['p50_ms']:.2f} ms, p99 {result['p99_ms']:.2f} ms; "
          f"{result['streams']:,} streams opened and left")
    faults = faults_of(result)
    print("flat" if not faults else "not flat: " + "; ".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
