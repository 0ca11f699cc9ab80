"""Draws the world for Sources/Pages from public data: land.json (rings of longitude and latitude, Natural Earth
1:110m, public domain) becomes land.txt, one SVG path; the system's zone.tab becomes zones.txt, a place per zone.

    cluster/worldmap.py land.json /usr/share/zoneinfo/zone.tab Sources/Pages/Resources
"""
import json
import re
import sys

# Four units are a degree; the picture goes from 84 degrees north to 56 south.
SCALE, NORTH = 4, 84
# Points nearer to a line than this many degrees are left out, islands smaller than this many square degrees too.
NEAR, SMALL = 0.35, 1.2


def simplified(points):
    """The points that matter (Douglas and Peucker, 1973)."""
    keep = {0, len(points) - 1}
    todo = [(0, len(points) - 1)]
    while todo:
        first, last = todo.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        dx, dy = bx - ax, by - ay
        length = (dx * dx + dy * dy) ** 0.5
        worst, where = 0, None
        for i in range(first + 1, last):
            px, py = points[i]
            if length:
                away = abs(dx * (ay - py) - (ax - px) * dy) / length
            else:
                away = ((px - ax) ** 2 + (py - ay) ** 2) ** 0.5
            if away > worst:
                worst, where = away, i
        if worst > NEAR:
            keep.add(where)
            todo += [(first, where), (where, last)]
    return [points[i] for i in sorted(keep)]


def area(ring):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) / 2)


def path(ring):
    points = [(round((x + 180) * SCALE), round((NORTH - y) * SCALE)) for x, y in simplified(ring)]
    (x, y), steps = points[0], []
    for px, py in points[1:-1]:
        if (px, py) != (x, y):
            steps.append(f"{px - x} {py - y}")
            x, y = px, py
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z".replace(" -", "-")


def places(text):
    """`Europe/Berlin 52.50 13.37`, by name."""
    found = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        _, where, zone = line.split("\t")[:3]
        degrees = []
        for sign, digits in re.findall(r"([+-])(\d+)", where):
            whole = len(digits) - (2 if len(digits) < 6 else 4)
            value = int(digits[:whole]) + int(digits[whole:whole + 2]) / 60
            degrees.append(f"{-value if sign == '-' else value:.2f}")
        found.append(f"{zone} {' '.join(degrees)}")
    return sorted(found)


def main():
    land, zones, folder = sys.argv[1:]
    rings = [r for r in json.load(open(land)) if area(r) >= SMALL]
    with open(f"{folder}/land.txt", "w") as file:
        file.write("\n".join(path(r) for r in rings) + "\n")
    with open(f"{folder}/zones.txt", "w") as file:
        file.write("\n".join(places(open(zones).read())) + "\n")


if __name__ == "__main__":
    main()
