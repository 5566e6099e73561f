#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that each link between the documents of this repository leads to a file and a heading in it.

tests/lint/links.py

Links to other sites are not checked.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]


def without_code(text):
    text = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(document):
    """The anchors that GitHub makes of the headings."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.M | re.S)
    found = {}
    for heading in re.findall(r"^#+ +(.*?) *$", text, flags=re.M):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = found.get(slug, 0)
        found[slug] = number + 1
        yield f"{slug}-{number}" if number else slug


def main():
    documents = list(root.glob("*.md"))
    for folder in (".github", "docs", "examples", "tests"):
        documents += sorted((root / folder).rglob("*.md"))
    dead, count = [], 0
    for document in documents:
        for link in re.findall(r"\]\(([^)\s]+)\)", without_code(document.read_text())):
            if re.match(r"[a-z]+:", link):
                continue
            count += 1
            file, _, anchor = link.partition("#")
            target = document.parent / file if file else document
            if not target.exists():
                dead.append(f"{document.relative_to(root)}: {link}: no such file")
            elif anchor and anchor not in anchors(target):
                dead.append(f"{document.relative_to(root)}: {link}: no such heading")
    if not count:
        sys.exit("no links found: the documents are not read as they should be")
    if dead:
        sys.exit("\n".join(dead))
    print(f"{count} links lead somewhere")


main()
