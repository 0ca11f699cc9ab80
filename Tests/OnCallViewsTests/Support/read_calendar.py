"""Reads a calendar from standard input with the icalendar library and prints it as JSON.

Times come out in seconds since the epoch, twice: as icalendar reads them, with the zones of this
system, and by the VTIMEZONEs in the calendar alone, as dateutil reads those.
"""
import datetime
import io
import json
import sys

REMEDY = "cluster/install test installs python3-icalendar"
try:
    import icalendar
    from dateutil import tz
except ImportError as error:
    sys.exit(f"{error}: {REMEDY}")


def seconds(moment):
    return int(moment.timestamp())


def by_calendar_zone(field, zones):
    name = field.params.get("TZID")
    if name is None:
        return seconds(field.dt)
    wall = field.dt.replace(tzinfo=None)
    # A gap or a fold of the written time would make the calendar ambiguous.
    assert tz.datetime_exists(wall, zones.get(name)), f"{wall} does not exist in {name}"
    assert not tz.datetime_ambiguous(wall, zones.get(name)), f"{wall} exists twice in {name}"
    return seconds(wall.replace(tzinfo=zones.get(name)))


def main():
    data = sys.stdin.buffer.read()
    calendar = icalendar.Calendar.from_ical(data)
    zoned = b"BEGIN:VTIMEZONE" in data
    zones = tz.tzical(io.StringIO(data.decode())) if zoned else None
    lines = data.split(b"\r\n")
    events = []
    for event in calendar.walk("VEVENT"):
        events.append({
            "uid": str(event["UID"]),
            "summary": str(event["SUMMARY"]),
            "description": str(event["DESCRIPTION"]),
            "stamp": seconds(event["DTSTAMP"].dt),
            "from": seconds(event["DTSTART"].dt),
            "to": seconds(event["DTEND"].dt),
            "fromByCalendar": by_calendar_zone(event["DTSTART"], zones),
            "toByCalendar": by_calendar_zone(event["DTEND"], zones),
            "zone": event["DTSTART"].params.get("TZID", ""),
        })
    observances = []
    for zone in calendar.walk("VTIMEZONE"):
        for part in zone.subcomponents:
            before = part["TZOFFSETFROM"].td
            onset = part["DTSTART"].dt.replace(tzinfo=datetime.timezone.utc) - before
            observances.append({
                "zone": str(zone["TZID"]), "at": seconds(onset),
                "before": int(before.total_seconds()),
                "after": int(part["TZOFFSETTO"].td.total_seconds()),
            })
    json.dump({
        "name": str(calendar["X-WR-CALNAME"]),
        "refresh": calendar["REFRESH-INTERVAL"].to_ical().decode(),
        "errors": [str(error) for part in calendar.walk() for error in part.errors],
        "lineOctetsMax": max(len(line) for line in lines),
        "bareLineBreaks": sum(line.count(b"\n") + line.count(b"\r") for line in lines),
        "events": events, "observances": observances,
    }, sys.stdout)


main()
