#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the include graph of include/tasks: one folder per subject, and the folders form layers.

tests/lint/layers.py           fails if an include breaks a rule, and prints it
tests/lint/layers.py --graph   prints which folder includes which, and how often

- A folder may include itself and the folders in `layers`. The headers at the root are front doors, which may
  include everything; no folder includes them.
- Only asio/ includes the headers of Asio. The others include asio/'s own headers; retry/, which needs only
  Asio's error codes, includes only `gateway`.
- group/ includes loop/ by its public headers only, as a user does, and metrics/ both of them.
- Only metrics/ includes the headers of prometheus-cpp.
- run/ and schedule/ are pure: they include, directly or indirectly, no Asio, no lock and no clock. The bodies
  (.ipp) of lower folders do not count, because a compiled library hides them.
"""
import collections
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
include = root / "include"

layers = {  # from the ground up
    "base": set(),
    "time": {"base"},
    "asio": {"base"},
    "retry": {"base", "asio"},
    "timer": {"base", "time", "asio"},
    "schedule": {"base", "time"},
    "run": {"base", "time", "schedule", "retry"},
    "loop": {"base", "time", "asio", "retry", "timer", "schedule", "run"},
    "testing": {"base", "time", "asio", "timer"},
    "group": {"base", "time", "retry", "timer", "schedule", "run", "loop"},
    "metrics": {"base", "time", "run", "loop", "group"},
}
# Folders that use others as a program does, by their public headers, except for those whose details are open.
users = {"group", "metrics"}
open_to_users = {"base", "time", "run"}
gateway = "tasks/asio/detail/asio.hpp"
pure = {"run", "schedule"}
impure = {  # header: its kind
    "mutex": "a lock",
    "shared_mutex": "a lock",
    "condition_variable": "a lock",
    "thread": "a thread",
    "tasks/base/detail/mutex.hpp": "a lock",
    "tasks/time/detail/clock_source.hpp": "a clock",
}
# May be included because it only defines macros: the name of the inline namespace contains Asio's version.
version_of_asio = re.compile(r"(boost/)?asio/version\.hpp")


def folder_of(header):
    parts = header.split("/")
    return parts[1] if len(parts) > 2 else ""


def is_asio(header):
    return bool(re.match(r"(boost/)?asio(/|\.hpp)|boost/system/", header))


def read_graph():
    graph = {}
    for path in sorted(include.rglob("*")):
        if path.suffix in (".hpp", ".ipp"):
            includes = re.findall(r"^\s*#\s*include\s*[<\"]([^>\"]+)", path.read_text(), re.M)
            graph[str(path.relative_to(include))] = includes
    return graph


def direct_errors(graph):
    """(file, included, why it must not be)"""
    for file, includes in graph.items():
        folder = folder_of(file)
        for header in includes:
            if is_asio(header):
                reads_version = file == "tasks/base/detail/config.hpp" and version_of_asio.fullmatch(header)
                if folder != "asio" and not reads_version:
                    yield file, header, "only asio/ includes Asio"
            elif header.startswith("prometheus/") and folder != "metrics":
                yield file, header, "only metrics/ includes prometheus-cpp"
            elif header.startswith("tasks/"):
                target = folder_of(header)
                if header not in graph:
                    yield file, header, "there is no such file"
                elif not folder or target == folder:
                    continue
                elif not target:
                    yield file, header, "the headers at the root are for users"
                elif target not in layers[folder]:
                    yield file, header, f"{folder}/ does not know {target}/"
                elif folder == "retry" and target == "asio" and header != gateway:
                    yield file, header, f"retry/ includes of asio/ only {gateway}"
                elif folder in users and "/detail/" in header and target not in open_to_users:
                    yield file, header, f"{folder}/ includes {target}/ by its public headers only"


def impure_errors(graph):
    """The same for indirect includes of the pure folders, with the shortest chain of includes."""
    for start in graph:
        if folder_of(start) not in pure:
            continue
        chains, waiting, found = {start: [start]}, collections.deque([start]), set()
        while waiting:
            file = waiting.popleft()
            for header in graph[file]:
                what = impure.get(header)
                if is_asio(header) and not version_of_asio.fullmatch(header):
                    what = "Asio"
                if header.startswith("tasks/asio/"):
                    what = "Asio"
                if what:
                    if what not in found:
                        yield start, header, f"{what}, by way of " + " -> ".join(chains[file])
                    found.add(what)
                elif header in graph and header not in chains:
                    if header.endswith(".ipp") and folder_of(header) not in pure:
                        continue
                    chains[header] = [*chains[file], header]
                    waiting.append(header)


def clock_errors(graph):
    """The same for pure files that read a clock of the standard library."""
    for file in graph:
        if folder_of(file) in pure:
            for reads in re.findall(r"\w+_clock::now\b", (include / file).read_text())[:1]:
                yield file, reads, "a clock"


def main():
    graph = read_graph()
    folders = {folder_of(file) for file in graph} - {""}
    if folders != set(layers):
        sys.exit(f"the folders are {sorted(folders)}; the layers name {sorted(layers)}")
    if sys.argv[1:] == ["--graph"]:
        counts = collections.Counter(
            (folder_of(file), folder_of(header))
            for file, includes in graph.items()
            for header in includes
            if header in graph
        )
        for folder in layers:
            others = [target for target in layers if counts[folder, target] and target != folder]
            targets = [f"{target} {counts[folder, target]}" for target in others]
            print(f"{folder}: {', '.join(targets) or 'nobody'}")
        return
    found = [*direct_errors(graph), *impure_errors(graph), *clock_errors(graph)]
    bad = [f"{file}: {header}: {why}" for file, header, why in found]
    if bad:
        sys.exit("include/tasks is not in layers:\n  " + "\n  ".join(bad))
    print(f"{len(graph)} files in {len(layers)} folders, {sum(map(len, graph.values()))} includes")


main()
