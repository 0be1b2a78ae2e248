"""Draw what a warm question costs against what grows: an SVG, made of nothing but text.

`python -m benchmarks.plot benchmarks.json docs/pictures/engine-growth.svg`
"""

import json
import math
import sys
from pathlib import Path

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 380, 64, 190, 40, 48
LINES = {
    "appointments_on_file": ("appointments on file", "#0b6e6e"),
    "employees": ("employees", "#c4572f"),
    "days": ("days asked for", "#3a4fd6"),
}
DECADES = range(7)
LOWEST, HIGHEST = 0.01, 100.0


def draw(growth: dict[str, dict[str, float]]) -> str:
    """Return the picture; both axes are logarithmic."""
    parts = [_text(LEFT, 22, "Warm search, milliseconds", weight=600)]
    for power in DECADES:
        x = _x(10**power)
        parts.append(_line([(x, TOP), (x, HEIGHT - BOTTOM)], "#e2e0da", 1))
        parts.append(_text(x, HEIGHT - BOTTOM + 20, f"{10**power:,}", anchor="middle"))
    for cost in (0.01, 0.1, 1, 10, 100):
        y = _y(cost)
        parts.append(_line([(LEFT, y), (WIDTH - RIGHT, y)], "#e2e0da", 1))
        parts.append(_text(LEFT - 8, y + 4, f"{cost:g}", anchor="end"))
    for key, (name, colour) in LINES.items():
        points = [(_x(int(size)), _y(cost)) for size, cost in growth[key].items()]
        parts.append(_line(points, colour, 2.5))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        parts.append(_text(points[-1][0] + 10, points[-1][1] + 4, name, fill=colour))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="#58666b" role="img" '
        f'aria-label="Cost of a warm search against size">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _x(size: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(size) / max(DECADES)


def _y(cost: float) -> float:
    part = math.log10(cost / LOWEST) / math.log10(HIGHEST / LOWEST)
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part


def _line(points: list[tuple[float, float]], colour: str, width: float) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, **how: object) -> str:
    names = {"anchor": "text-anchor", "weight": "font-weight"}
    attributes = "".join(f' {names.get(key, key)}="{value}"' for key, value in how.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes}>{text}</text>'


def main() -> None:
    """Read the figures, write the picture."""
    figures, picture = map(Path, sys.argv[1:3])
    growth = json.loads(figures.read_text(encoding="utf-8"))["engine"]["growth"]
    picture.write_text(draw(growth), encoding="utf-8")


if __name__ == "__main__":
    main()
