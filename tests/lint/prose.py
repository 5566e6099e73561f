#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the line widths of code and documents, and that some phrases do not come back.

tests/lint/prose.py code   sources, scripts and CMake files: at most 110 columns
tests/lint/prose.py docs   Markdown: at most 120 columns, without tables

A phrase is found across line breaks and in any case, in code, comments and documents alike. A line of one
word, such as a link or a generator expression, may be longer, because it cannot be broken; so may a line
that a compiler prints whole.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]

widths = {"code": 110, "docs": 120}
folders = ["include", "src", "tests", "examples", "bench", "cmake", "docs", ".github"]
# Data, and lines quoted from other files.
unchecked = re.compile(r"\.(json|mutants|svg|tab|pyc)$|^tests/data/")
unchecked_phrases = {
    "tests/mutate/mutations.md",  # generated; quotes the names of tests
    "tests/lint/prose.py",  # lists the phrases
}

printed = "// tasks: "  # a compiler prints this comment with the candidate that does not fit

phrases = {  # a phrase: a better one
    r"those of the user's": "say which: user code, the user's executor",
    r"(?:code|functions?|nothing|something|anything) of the user's": "user code, user functions",
    r"what (?:comes|came)": "use a noun",
    r"who(?:ever)? (?:fires|comes|came|dies)": "use a noun",
    r"in (?:the|its) stead": "instead",
    r", for (?:it|there|they|he|nobody|nothing)": "because",
    r"(?:is|are) but (?:a|an|pointers)": "only",
    r"so let there be": "use the indicative",
    r"had better": "should, must",
    r"there and then": "inline, immediately",
    r"(?:thereby|therein|thereof|hereby|wherein|lest|albeit)": "use a plain word",
    r"(?:dealt out|deals? out|mourns?|mourned)": "use the term of the field",
}
# Between the words of a phrase there may be a line break and the mark of a comment.
between = r"(?:\s|///?<?|#)+"
patterns = [
    (re.compile(r"\b(?:" + phrase.replace(" ", between) + r")\b", re.I), advice)
    for phrase, advice in phrases.items()
]


def files(kind):
    paths = [path for path in root.glob("*") if path.suffix == ".md" or path.name == "CMakeLists.txt"]
    for folder in folders:
        paths += (root / folder).rglob("*")
    names = sorted(str(path.relative_to(root)) for path in paths if path.is_file())
    return [name for name in names if name.endswith(".md") == (kind == "docs") and not unchecked.search(name)]


def too_wide(text, width):
    """(line number, columns) of the lines that are too wide."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > width and len(line.split()) > 1 and not line.startswith("|") and printed not in line:
            yield number, len(line)


def main():
    kind = sys.argv[1]
    names = files(kind)
    if len(names) < 5:
        sys.exit(f"only {len(names)} files were found, so this is no check")
    bad = []
    for name in names:
        text = (root / name).read_text()
        bad += [f"{name}:{n}: {columns} columns" for n, columns in too_wide(text, widths[kind])]
        if name in unchecked_phrases:
            continue
        for pattern, advice in patterns:
            for hit in pattern.finditer(text):
                number = text.count("\n", 0, hit.start()) + 1
                bad.append(f"{name}:{number}: '{' '.join(hit[0].split())}': {advice}")
    if bad:
        sys.exit("\n".join(bad))
    print(f"{len(names)} files have at most {widths[kind]} columns and none of {len(patterns)} phrases")


if __name__ == "__main__":
    main()
