"""Sends each call of the JSON array on standard input as it stands, and prints what came of it."""
import http.client
import json
import sys
from urllib.parse import urlsplit


def send(call):
    address = urlsplit(call["url"])
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    try:
        target = address.path + ("?" + address.query if address.query else "")
        connection.putrequest(call["method"], target)
        body = (call.get("body") or "").encode("utf-8")
        for name, value in call["headers"]:
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return {"id": call["id"], "status": answer.status, "headers": answer.getheaders(), "body": answer.read().decode("utf-8")}
    except Exception as error:  # what the library refuses to send is an outcome, too
        return {"id": call["id"], "refused": str(error)}
    finally:
        connection.close()


json.dump([send(call) for call in json.load(sys.stdin)], sys.stdout)
