"""Sends the calls of each story of the JSON array on standard input, and prints what was sent and what came of it."""
import http.client
import json
import re
import sys
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit


def send(call):
    address = urlsplit(call["url"])
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    try:
        target = address.path + ("?" + address.query if address.query else "")
        connection.putrequest(call["method"], target, skip_host=any(name == "Host" for name, _ in call["headers"]))
        body = (call.get("body") or "").encode("utf-8")
        for name, value in call["headers"]:
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return {"status": answer.status, "headers": answer.getheaders(), "body": answer.read().decode("utf-8")}
    except Exception as error:  # what the library refuses to send is an outcome, too
        return {"refused": str(error)}
    finally:
        connection.close()


def take(answer, field):
    """A field of the answer, or of the address it redirects to. One that is not there is what the language makes of it."""
    for name, value in answer.get("headers", []):
        if name.lower() == "location":
            return parse_qs(urlsplit(value).query).get(field, [None])[0]
    try:
        return json.loads(answer["body"]).get(field)
    except (KeyError, ValueError, AttributeError):
        return None


def tell(story):
    values = dict(story["given"])

    def fill(text):
        return re.sub("«(\\w+)»", lambda m: str(values[m[1]]) if m[1] in values else m[0], text)

    told = []
    for call in story["calls"]:
        sent = {"at": datetime.now(timezone.utc).isoformat(), "method": call["method"], "url": fill(call["url"]), "headers": [[name, fill(value)] for name, value in call["headers"]], "body": None if call["body"] is None else fill(call["body"])}
        answer = send(sent)
        for name, field in call["take"].items():
            values[name] = take(answer, field)
        told.append({"sent": sent, "answer": answer})
    return told


sys.stdin.reconfigure(encoding="utf-8")
json.dump([tell(story) for story in json.load(sys.stdin)], sys.stdout)
