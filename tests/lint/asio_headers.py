#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that examples and documents include the header of each name of Asio that they use.

tests/lint/asio_headers.py

The library's headers bring many of Asio's with them, but promise none. In a document, the blocks marked
`assumed` include for all.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]

# Names whose header is called otherwise.
header_of = {
    "async_read_until": "read_until",
    "async_write": "write",
    "dynamic_buffer": "buffer",
    "make_strand": "strand",
}


def used(code):
    """The headers of the names that the code uses."""
    code = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', code)
    code = re.sub(r"//[^\n]*|/\*.*?\*/", " ", code, flags=re.S)
    for scope, name in re.findall(r"(?<!\w)asio::((?:experimental::|ip::|local::)?)(\w+)", code):
        yield f"asio/{scope.replace('::', '/')}{header_of.get(name, name)}.hpp"


def included(code):
    return set(re.findall(r"^#include <(asio[^>]*)>", code, flags=re.M))


def pieces():
    """Name, code, and the headers that count as included in it."""
    for file in sorted((root / "examples").rglob("*.[ch]pp")):
        there = included(file.read_text())
        own_header = file.with_suffix(".hpp")
        if own_header.exists():
            there |= included(own_header.read_text())
        yield file, file.read_text(), there
    for document in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
        text = document.read_text()
        blocks = re.findall(r"^```cpp([ \w]*)\n(.*?)^```$", text, flags=re.M | re.S)
        assumed = set().union(*(included(code) for info, code in blocks if info == " assumed"))
        for info, code in blocks:
            yield document, code, included(code) | (set() if info == " program" else assumed)


def main():
    missing, count = set(), 0
    for file, code, there in pieces():
        for header in used(code):
            count += 1
            if header not in there:
                line = file.read_text().count("\n", 0, file.read_text().index(code)) + 1
                missing.add(f"{file.relative_to(root)}:{line}: #include <{header}>")
    if missing:
        sys.exit("missing:\n  " + "\n  ".join(sorted(missing)))
    print(f"the headers of {count} names of Asio are included")


main()
