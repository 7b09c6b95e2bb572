# A receiver that takes its own address for https, though it is called by http.
import base64
import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
        signed = self.command + "https://" + self.headers["Host"] + self.path + body + self.headers["X-HubSpot-Request-Timestamp"]
        wanted = base64.b64encode(hmac.new(os.environ["HUBSPOT_LOOP_TOKEN"].encode(), signed.encode(), hashlib.sha256).digest()).decode()
        status = 200 if wanted == self.headers["X-HubSpot-Signature-v3"] else 401
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
        print(json.dumps({"method": self.command, "path": self.path, "headers": list(self.headers.items()), "body": body, "status": status}), flush=True)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.handle_request()
