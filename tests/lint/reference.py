#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the public names of the headers with docs/reference.md.

tests/lint/reference.py          prints the names that the reference does not mention; fails if there are any
tests/lint/reference.py --list   prints all public names by header

A name is mentioned if it occurs in code, `so` or in a fenced block, in the section that names its header.
Members are searched without their class. Names in a namespace `detail`, private names and friends are not
public.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]

# Names that need no mention: every class has them, or they explain themselves where the class is described.
passed_over = {
    "difference_type",  # every iterator has it
    "formatter",  # of fmt and of the standard library, specialised
    "nanoseconds",  # the standard library's, named shorter in a class
    "value_type",  # every iterator has it
}

# Headers whose public names are all in others, and which of these the reference describes in their place.
front_doors = {
    "fmt.hpp": None,
    "loop.hpp": "loop/loop.hpp",
    "loop/observer.hpp": None,
    "prometheus.hpp": "metrics/prometheus.hpp",
    "schedule.hpp": "schedule/schedule.hpp",
    "tasks.hpp": None,
    "testing.hpp": "testing/virtual_time.hpp",
}


def without_comments(text):
    text = re.sub(r"\((min|max)\)(?=\()", r" \1", text)  # in parentheses because of the macros of windows.h
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.S)
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", " ", text, flags=re.M)


def tokens(text):
    return re.findall(r"[A-Za-z_]\w*|->|::|&&|\|\||<=>|[<>=!]=|\d[\w.']*|[^\s\w]", text)


def skip(t, i, close):
    """The index behind the bracket that closes the one at i."""
    opening, depth = t[i], 0
    while i < len(t):
        if t[i] == opening:
            depth += 1
        elif t[i] == close:
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1
    return i


def plain(declaration):
    """A declaration without attributes, template parameters and arguments, and constraints in parentheses."""
    d, i = [], 0
    while i < len(declaration):
        token = declaration[i]
        if token == "[" and declaration[i + 1 : i + 2] == ["["]:
            i = skip(declaration, i, "]")
        elif token == "<" and d[-1:] != ["operator"]:
            i = skip(declaration, i, ">")
        elif token == "requires":
            i += 1
            if declaration[i : i + 1] == ["("]:
                i = skip(declaration, i, ")")
        else:
            if token != "template":
                d.append(token)
            i += 1
    return d


def name_of(declaration):
    """The name that a declaration declares, if it is one worth a mention."""
    d = plain(declaration)
    if not d or d[0] in ("friend", "static_assert", "extern") or "operator" in d or "~" in d:
        return None
    if d[0] == "using":
        return d[1] if d[2:3] == ["="] else None
    if d[0] == "concept":
        return d[1]
    while "=" in d and "(" in d and d.index("=") > d.index("("):
        d = d[: d.index("=")]  # a default argument, or a function that is deleted
    end = next((k for k, token in enumerate(d) if token in ("(", "=", "{", ":", "[")), len(d))
    return d[end - 1] if end > 1 and re.match(r"[A-Za-z_]", d[end - 1]) else None


def public_names(t, i, end, klass=None, public=True):
    """Names declared between two tokens, in a namespace or a class."""
    start = i
    while i < end:
        token = t[i]
        if token in ("public", "private", "protected") and t[i + 1 : i + 2] == [":"]:
            public = token == "public"
            i += 2
            start = i
        elif token == ";":
            name = name_of(t[start:i])
            if public and name and name != klass:
                yield name
            i += 1
            start = i
        elif token == "(":
            i = skip(t, i, ")")
        elif token == "{":
            head, behind = plain(t[start:i]), skip(t, i, "}")
            if head[:1] == ["inline"] and "namespace" in head or head[:1] == ["namespace"]:
                if head[-1] != "detail":
                    yield from public_names(t, i + 1, behind - 1)
                i = behind
            elif head[:1] in (["class"], ["struct"], ["enum"]):
                name = next(k for k in head[1:] if k not in ("class", "struct"))
                if public:
                    yield name
                    if head[0] == "enum":
                        yield from re.findall(r"[A-Za-z_]\w*", " ".join(t[i + 1 : behind - 1]))
                    else:
                        yield from public_names(t, i + 1, behind - 1, name, head[0] == "struct")
                i = t.index(";", behind) + 1
            elif "(" in head and "=" not in head[: head.index("(")]:
                # a function: its body, preceded by the initialisers of a constructor
                name = name_of(t[start:i])
                if public and name and name != klass:
                    yield name
                while ":" in head and t[behind : behind + 1] in ([","], ["{"]):
                    i = t.index("{", behind)
                    behind = skip(t, i, "}")
                i = behind
            else:  # an initialiser; the declaration ends with its semicolon
                i = behind
                continue
            start = i
        else:
            i += 1


def names_of(header):
    text = header.read_text()
    macros = []
    if header.name == "version.hpp":
        macros = re.findall(r"^#define (TASKS_\w+)(?!\()\b", text, flags=re.M)
    t = tokens(re.sub(r"\bTASKS_\w+", " ", without_comments(text)))  # because no macro declares a name
    return sorted(set(public_names(t, 0, len(t))).union(macros) - passed_over)


def mentioned_by_header(reference):
    """Header -> the names that occur in code in the sections that name it."""
    result = {}
    for section in re.split(r"^## ", reference, flags=re.M)[1:]:
        code = "\n".join(re.findall(r"```.*?```|`[^`]*`", section, flags=re.S))
        for header in re.findall(r"<tasks/((?:\w+/)?\w+\.hpp)>", section):
            names = result.setdefault(front_doors.get(header) or header, set())
            names.update(re.findall(r"[A-Za-z_]\w*", code))
    return result


def main():
    mentioned = mentioned_by_header((root / "docs/reference.md").read_text())
    missing, count = [], 0
    folder = root / "include/tasks"
    for path in sorted([*folder.glob("*.hpp"), *folder.glob("*/*.hpp")]):
        header = str(path.relative_to(folder))
        if header == "src.hpp":
            continue
        names = names_of(path)
        count += len(names)
        if sys.argv[1:] == ["--list"]:
            print(f"{header}: {' '.join(names)}")
        if not names and header not in front_doors:
            sys.exit(f"{header} has no public names: it is not read as it should be")
        missing += [f"{header}: {name}" for name in names if name not in mentioned.get(header, set())]
    if missing:
        sys.exit("docs/reference.md does not mention, in the header's section:\n  " + "\n  ".join(missing))
    print(f"docs/reference.md mentions all of {count} public names")


main()
