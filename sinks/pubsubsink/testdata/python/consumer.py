"""A consumer on the standard library alone: the rebuild rules of package auditread.

consumer.py vectors VECTORS WRITER_SCHEMA          name, store and leaf of every vector, a line each
consumer.py pull HOST SUBSCRIPTION N WRITER_SCHEMA  sequence and leaf of N events, by the REST interface
"""

import base64
import datetime
import hashlib
import json
import re
import sys
import urllib.request


class Unverifiable(Exception):
    pass


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Unverifiable("a name stands twice")
    return members


def whole(text):
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", text) or text == "-0":
        raise Unverifiable("a number that could have been rounded")
    return int(text)


def parse(text):
    return json.loads(text, object_pairs_hook=unique, parse_int=whole, parse_float=Rounded)


class Rounded(str):
    """A number with a fraction or an exponent, as it stands."""


def prune(value):
    """Drops what is absent."""
    if isinstance(value, Rounded):
        raise Unverifiable("a number that could have been rounded")
    if isinstance(value, dict):
        pruned = {k: prune(v) for k, v in value.items() if v is not None}
        return {k: v for k, v in pruned.items() if v not in ({}, [])}
    if isinstance(value, list):
        if any(v is None for v in value):
            raise Unverifiable("null in an array")
        return [prune(v) for v in value]
    return value


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def ordered(value):
    if isinstance(value, dict):
        return {k: ordered(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, list):
        return [ordered(v) for v in value]
    return value


def texts(value):
    if isinstance(value, dict):
        for v in value.values():
            yield from texts(v)
    elif isinstance(value, list):
        for v in value:
            yield from texts(v)
    else:
        yield value


PAIRS = [("action", "action"), ("id", "eventId"), ("outcome", "outcome"), ("subject", "resource"),
         ("tenant", "tenantId"), ("time", "timestamp"), ("workspace", "workspaceId")]


def check(event, schema):
    """Refuses what version 1 does not write."""
    data = event.get("data")
    for value, shape in ((event, schema), (data, schema["$defs"]["data"])):
        if not isinstance(value, dict) or set(shape["required"]) - set(value) or set(value) - set(shape["properties"]):
            raise Unverifiable("a member is missing, or is none of version 1")
    if any(event.get(a) != data.get(b) for a, b in PAIRS) or event["partitionkey"] != event["trail"]:
        raise Unverifiable("two members that say the same do not agree")
    if any(v == "" or not isinstance(v, str) for v in texts({**event, "data": {**data, "eventVersion": "1"}})):
        raise Unverifiable("a value that is no text")


def rebuild(event, schema):
    data = event.get("data")
    if isinstance(data, dict) and str(data.get("eventVersion")) in ("1", "1.0"):
        data["eventVersion"] = 1
    event = prune(event)
    data = event.get("data")
    if isinstance(data, dict) and "timestamp" in data and "time" in event and instant(event["time"]) == instant(data["timestamp"]):
        event["time"] = data["timestamp"]
    if event.get("dataschema", "urn:io.arco:audit:record:v1") == "urn:io.arco:audit:record:v1":
        check(event, schema)
    return json.dumps(ordered(event), ensure_ascii=False, separators=(",", ":"))


def assemble(attributes, data):
    kind = next((v for k, v in attributes.items() if k.lower() == "content-type"), "")
    if kind.lower().startswith("application/cloudevents+json") or "ce-specversion" not in attributes:
        return parse(data)
    event = {k[3:]: v for k, v in attributes.items() if k.startswith("ce-")}
    event["datacontenttype"] = kind
    event["data"] = parse(data)
    return event


def leaf(attributes, data, schema):
    canonical = rebuild(assemble(attributes, data), schema)
    return hashlib.sha256(b"\0" + canonical.encode()).hexdigest()


def vectors(path, schema):
    for v in json.load(open(path, encoding="utf-8")):
        try:
            print(v["name"], v["store"], leaf(v.get("attributes", {}), v["data"], schema), sep="|")
        except Unverifiable:
            print(v["name"], v["store"], "unverifiable", sep="|")


def call(host, subscription, method, body):
    request = urllib.request.Request(f"http://{host}/v1/{subscription}:{method}", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def pull(host, subscription, n, schema):
    seen = set()
    while len(seen) < n:
        received = call(host, subscription, "pull", {"maxMessages": 100}).get("receivedMessages", [])
        for r in received:
            message = r["message"]
            attributes = message.get("attributes", {})
            key = (attributes["ce-source"], attributes["ce-id"])
            if key not in seen:
                print(attributes["ce-sequence"], leaf(attributes, base64.b64decode(message["data"]).decode(), schema), sep="|")
            seen.add(key)
        if received:
            call(host, subscription, "acknowledge", {"ackIds": [r["ackId"] for r in received]})


if __name__ == "__main__":
    writer = json.load(open(sys.argv[-1], encoding="utf-8"))
    if sys.argv[1] == "vectors":
        vectors(sys.argv[2], writer)
    else:
        pull(sys.argv[2], sys.argv[3], int(sys.argv[4]), writer)
