"""What Python's own `packaging` makes of every PyPI record of an OSV export: one JSON line for each package of a record, with
versions near everything that the record says, and whether it means them. Told apart from the program under test on purpose: it is
written after the OSV specification's evaluation and PEP 440's specifiers, and after GitHub's own range where that ends without a fix, for which OSV's
events have no place.
    python3 pypi-records.py all.zip
"""
import json
import re
import sys
import zipfile
from functools import lru_cache

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

SAMPLE = 150


@lru_cache(maxsize=None)
def version(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def meant(text):
    """A bound as a version: NVD's "no update", its backslashes, and a dash in place of the plus sign. None: nobody knows."""
    if version(text) is not None:
        return version(text)
    plain = re.sub(r"-NA$", "", text.replace("\\", ""))
    return version(plain) or version(re.sub(r"-((?:cu|cpu|rocm)[a-z0-9]*)$", r"+\1", plain))


@lru_cache(maxsize=None)
def at_most(public):
    return SpecifierSet("<=" + public, prereleases=True)


@lru_cache(maxsize=None)
def exactly(text):
    return SpecifierSet("==" + text, prereleases=True)


def in_range(found, events):
    state = False
    for rank, key, bound in events:
        if key == "introduced" and (bound is None or found >= bound):
            state = True
        elif key == "fixed" and found >= bound:
            state = False
        elif key == "last_affected" and not at_most(bound.public).contains(found):
            state = False
    return state


def read_events(entry):
    events = []
    for event in entry["events"]:
        for key, text in event.items():
            # A range from 0.0 on that has no end is every version, the first one's candidates as well.
            first = key == "introduced" and (text == "0" or (len(entry["events"]) == 1 and re.fullmatch(r"0(\.0){1,3}", text)))
            bound = None if first else meant(text)
            if bound is None and not first:
                return None
            rank = {"fixed": 0, "introduced": 1, "last_affected": 2}[key]
            events.append((rank, key, bound))
    lowest = Version("0.dev0")
    events.sort(key=lambda event: (event[2] is not None, event[2] or lowest, event[0]))
    # A list of last versions without a beginning in between is a list of affected ones: the furthest counts.
    following = [*(event[1] for event in events[1:]), None]
    return [event for event, after in zip(events, following) if not event[1] == after == "last_affected"]


def last_known(affected):
    """The end of GitHub's own range, as an event, where OSV's have none; its list of versions goes on behind that end."""
    said = (affected.get("database_specific") or {}).get("last_known_affected_version_range") or ""
    known = re.fullmatch(r"(<=?) ?(\S+)", said)
    ranges = [entry for entry in affected.get("ranges", []) if entry["type"] != "GIT"]
    if known is None or not all(len(entry["events"]) == 1 for entry in ranges) or version(known[2]) is None:
        return None
    return {"fixed" if known[1] == "<" else "last_affected": known[2]}


def judged(text, ranges, listed):
    found = version(text)
    if found is None:
        return text in listed
    if any(in_range(found, events) for events in ranges):
        return True
    return any(version(one) is not None and exactly(str(version(one))).contains(found) for one in listed)


def near(bounds, listed):
    step = max(1, len(listed) // SAMPLE)
    texts = set(listed[::step]) | {"0.0.1", "999999"}
    for bound in bounds:
        known = meant(bound)
        if known is None:
            continue
        public = known.public
        texts |= {public, public + "+cu126", public + "+1.local", known.base_version + ".post1"}
        texts |= {known.base_version + "rc1", public + ".1" if public[-1].isdigit() and not known.is_prerelease else public}
    for one in listed[::step]:
        known = version(one)
        if known is not None and known.local is None:
            texts.add(str(known) + "+cu118")
    return sorted(texts)


def main(path):
    archive = zipfile.ZipFile(path)
    for name in archive.namelist():
        record = json.loads(archive.read(name))
        packages = {}
        for affected in record.get("affected", []):
            package = affected.get("package", {})
            if package.get("ecosystem") == "PyPI":
                packages.setdefault(package["name"], []).append(affected)
        for package, entries in packages.items():
            ranges, listed, bounds = [], [], []
            for affected in entries:
                end = last_known(affected)
                if end is None:
                    listed += affected.get("versions", [])
                for entry in affected.get("ranges", []):
                    if entry["type"] == "GIT" or not any("introduced" in event for event in entry["events"]):
                        continue
                    if end is not None:
                        entry = {**entry, "events": [*entry["events"], end]}
                    bounds += [text for event in entry["events"] for text in event.values() if text != "0"]
                    events = read_events(entry)
                    if events is not None:
                        ranges.append(events)
            texts = near(bounds, listed)
            known = set(listed)
            results = {text: judged(text, ranges, known) for text in texts}
            print(json.dumps({"id": record["id"], "package": package, "withdrawn": "withdrawn" in record, "versions": results}))


main(sys.argv[1])
