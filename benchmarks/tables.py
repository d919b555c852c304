"""Figures as people read them: medians with ranges, targets, tables as text and Markdown.

A table is a list of rows of cells; the first row holds titles. A cell is text or a
Target."""
import statistics


def spread(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values),
            "rounds": values}


def kilo(x):
    return "%.0f" % x if x < 10000 else "%.1fk" % (x / 1e3) if x < 1e6 else "%.2fM" % (x / 1e6)


def whole(x):
    return "%.0f" % x


def two(x):
    return "%.2f" % x


def percent(x):
    return "%.0f" % (100 * x)


def percent1(x):
    return "%.1f" % (100 * x)


def milli(x):
    return "%.0f" % (1e3 * x)


def milli1(x):
    return "%.1f" % (1e3 * x)


def mega(x):
    return "%.1f" % (x / 1e6)


def ranged(s, form=kilo):
    return "%s [%s-%s]" % (form(s["median"]), form(s["least"]), form(s["most"]))


class Target:
    """What a figure should be, and whether it is: the cell behind that figure."""

    def __init__(self, value, form, least=None, most=None):
        self.value = value["median"] if isinstance(value, dict) else value
        self.form, self.least, self.most = form, least, most
        self.reached = ((least is None or self.value >= least) and
                        (most is None or self.value <= most))

    def wanted(self):
        if self.least is not None and self.most is not None:
            return "%s to %s" % (self.form(self.least), self.form(self.most))
        if self.least is not None:
            return "at least " + self.form(self.least)
        return "at most " + self.form(self.most)

    def __str__(self):
        return "%s: %s" % (self.wanted(), "reached" if self.reached else "MISSED")


def targets_of(table):
    """What is measured, its target: one for each Target of a table."""
    titles = table[0]
    for row in table[1:]:
        for title, cell in zip(titles, row):
            if isinstance(cell, Target):
                figure = title.replace("target", "").strip(" :")
                yield row[0] + (", " + figure if figure else ""), cell


def summary(targets):
    """How many targets are reached, then a line for each that is not."""
    missed = [(what, target) for what, target in targets if not target.reached]
    yield "targets: %d of %d reached%s" % (len(targets) - len(missed), len(targets),
                                           ", missed:" if missed else "")
    for what, target in missed:
        yield "  %s: %s, wanted %s" % (what, target.form(target.value), target.wanted())


def aligned(table):
    """First column to the left, the others to the right."""
    table = [[str(cell) for cell in row] for row in table]
    widths = [max(len(row[i]) for row in table if i < len(row))
              for i in range(max(map(len, table)))]
    for number, row in enumerate(table):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "-" * (sum(widths) + 2 * len(widths) - 2)


def markdown(table):
    """For a README: targets are the developers' business."""
    kept = [i for i, head in enumerate(table[0]) if not str(head).startswith("target")]
    table = [[str(row[i]) if i < len(row) else "" for i in kept] for row in table]
    yield "| " + " | ".join(table[0]) + " |"
    yield "|---|" + "---:|" * (len(table[0]) - 1)
    for row in table[1:]:
        yield "| " + " | ".join(row) + " |"
