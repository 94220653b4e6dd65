"""Curves as a drawing: one panel each, both axes from zero, so that flat is seen to be flat."""

from __future__ import annotations

from html import escape

PANEL_WIDTH, PANEL_HEIGHT = 300, 200
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM = 64, 16, 16, 44
TICKS = 4
STEPS = (1, 2, 2.5, 5, 10)


def svg(curves: dict[str, dict[str, float]], labels: dict[str, str]) -> str:
    """The drawing's text; labels tell what a curve's x is."""
    width = PANEL_WIDTH * len(curves)
    panels = [panel(curve, labels[name], at * PANEL_WIDTH) for at, (name, curve) in enumerate(curves.items())]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {PANEL_HEIGHT}" '
            f'width="{width}" height="{PANEL_HEIGHT}" font-family="sans-serif" font-size="9">\n'
            f'<rect width="100%" height="100%" fill="white"/>\n{"".join(panels)}</svg>\n')


def panel(curve: dict[str, float], label: str, left: int) -> str:
    """One curve with its axes."""
    points = [(float(x), y) for x, y in curve.items()]
    step_x, step_y = (step_of(max(values)) for values in zip(*points))
    most_x, most_y = step_x * TICKS, step_y * TICKS
    high, wide = PANEL_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM, PANEL_WIDTH - MARGIN_LEFT - MARGIN_RIGHT

    def at(x: float, y: float) -> tuple[float, float]:
        return left + MARGIN_LEFT + wide * x / most_x, MARGIN_TOP + high * (1 - y / most_y)

    drawn = []
    for number in range(TICKS + 1):
        (x, low), (start, y) = at(number * step_x, 0), at(0, number * step_y)
        drawn.append(line(start, y, start + wide, y, "#ddd"))
        drawn.append(text(start - 4, y + 3, short(number * step_y), "end"))
        drawn.append(text(x, low + 12, short(number * step_x), "middle"))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in points))
    drawn.append(f'<polyline points="{path}" fill="none" stroke="#06c" stroke-width="1.5"/>\n')
    drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="#06c"/>\n' for x, y in (at(*point) for point in points)]
    drawn.append(text(left + MARGIN_LEFT + wide / 2, PANEL_HEIGHT - 14, label, "middle"))
    return "".join(drawn)


def step_of(most: float) -> float:
    """A round distance between ticks, of which TICKS reach beyond most."""
    scale = 1.0
    while scale * 10 * TICKS <= most:
        scale *= 10
    return next(scale * step for step in STEPS if scale * step * TICKS >= most)


def short(value: float) -> str:
    """`12,500` as `12.5 k`."""
    for unit, name in ((1e6, " M"), (1e3, " k")):
        if value >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"


def line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>\n'


def text(x: float, y: float, content: str, anchor: str) -> str:
    """A word or a few."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>\n'
