#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keeps docs/rules.md true. links.py checks that its links lead somewhere.

- The numbers of the rules rise, and the table of contents has each of them.
- Each rule links to a file in tests/rules that has a test named after it, `rule N: …`, and every file
  rule_*.cpp there is linked from the rule in its name. Recorded scenarios are linked only where their notes
  cite the rule.
- Each "rule N" in the code, the tests and the documents is a rule of docs/rules.md.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
book = root / "docs/rules.md"
places_that_cite = ("README.md", "docs", "include", "src", "tests")
text_files = {".cpp", ".hpp", ".ipp", ".json", ".md", ".mutants", ".py", ".sh", ".cmake", ".txt"}
mistakes = []


def read(file):
    return file.read_text(encoding="utf-8", errors="replace")


def mistake(where, what):
    mistakes.append(f"{where.relative_to(root)}: {what}")


def without_code_blocks(markdown):
    return re.sub(r"^```.*?^```$", "", markdown, flags=re.M | re.S)


def anchor(heading):
    """The name by which GitHub links to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def links(markdown):
    """Targets of the links to files and headings of this repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", without_code_blocks(markdown))
    return [t for t in targets if not re.match(r"[a-z]+:", t)]


def cited(text):
    """The numbers in "rule 7", "rule_07", "rules 7, 8 and 10" and "rules 18 to 21", across line ends."""
    text = re.sub(r"\s*\n[ \t]*(?://+|\*|#|>)?[ \t]*", " ", text)
    numbers = {int(n) for n in re.findall(r"(?<![a-z])rule[ _](\d+)", text, flags=re.I)}
    more = r"(?:(?:, (?:and )?| and | or | to | ?[-–] ?)\d+)*"
    ranges = re.findall(rf"(?<![a-z])rules (\d+{more})", text, flags=re.I)
    for several in ranges:
        numbers.update(int(n) for n in re.findall(r"\d+", several))
    return numbers


def files_that_cite():
    for place in places_that_cite:
        path = root / place
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.suffix in text_files and file.is_file():
                yield file


def check_rule(number, section):
    tests = 0
    for target in links(section):
        file = (book.parent / target.partition("#")[0]).resolve()
        if not file.is_file():
            continue  # links.py says so
        own = re.fullmatch(r"rule_(\d+)_\w+\.cpp", file.name)
        if own and int(own[1]) != number:
            mistake(book, f"rule {number} links to {file.name}, the test of another rule")
        elif own:
            tests += 1
            if not re.search(rf'TEST_CASE\(\s*"rule {number}: ', read(file)):
                mistake(file, f'has no TEST_CASE("rule {number}: …")')
        elif file.suffix == ".json" and number not in cited(read(file)):
            mistake(book, f"rule {number} links to {file.name}, which does not cite it")
    if tests == 0:
        mistake(book, f"rule {number} links to no test of its own, tests/rules/rule_{number:02}_….cpp")


def main():
    markdown = read(book)
    head, *parts = re.split(r"^### (?=\d+\. )", markdown, flags=re.M)
    rules = [int(part.partition(".")[0]) for part in parts]
    if rules != sorted(set(rules)) or not rules:
        mistake(book, f"the numbers of the rules do not rise: {rules}")
    contents = set(links(head))

    for number, part in zip(rules, parts):
        title = part.partition("\n")[0]
        if "#" + anchor(title) not in contents:
            mistake(book, f"the table of contents does not link to rule {title}")
        check_rule(number, re.split(r"^#+ ", part, flags=re.M)[0])

    linked = {(book.parent / target).resolve() for target in links(markdown)}
    for file in sorted((root / "tests/rules").glob("rule_*.cpp")):
        if file not in linked:
            mistake(file, "is not linked from docs/rules.md")

    citations = 0
    for file in files_that_cite():
        text = read(file)
        numbers = cited(text)
        citations += len(numbers)
        for number in sorted(numbers - set(rules)):
            mistake(file, f"cites rule {number}, which docs/rules.md does not have")

    if mistakes:
        sys.exit("\n".join(mistakes))
    print(f"{len(rules)} rules have tests, and {citations} citations in files name one of them")


main()
