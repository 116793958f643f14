"""Figures as a table, and the table's place in a page."""

import os

from .measuring import fail


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{os.cpu_count()} cores, {memory:.0f} GiB"


def seconds(value):
    return f"{value:.2f} s"


def megabytes(value):
    return f"{value / 1e6:,.0f} MB"


def times(value):
    return f"{value:.1f}×"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def put(path, section, text):
    """Replaces what stands between the section's two marks."""
    page = path.read_text(encoding="utf-8")
    marks = (f"<!-- {section} -->\n", f"<!-- end of {section} -->\n")
    if not all(page.count(mark) == 1 for mark in marks):
        fail(f"the file has no place for it: {marks[0].strip()} … {marks[1].strip()}")
    before, rest = page.split(marks[0])
    _, after = rest.split(marks[1])
    path.write_text(f"{before}{marks[0]}{text}{marks[1]}{after}", encoding="utf-8")
