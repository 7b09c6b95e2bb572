"""The emulator from Python, with requests. Only the base URL differs from a program for the real HubSpot.

Run: spoke emulator --port 4010   then   pip install requests && python main.py
"""
import os

import requests
from requests.adapters import HTTPAdapter, Retry

base = os.environ.get("HUBSPOT_BASE_URL", "http://127.0.0.1:4010")
token = os.environ.get("HUBSPOT_ACCESS_TOKEN", "pat-na1-00000000-0000-4000-8000-000000000001")

hubspot = requests.Session()
hubspot.headers["Authorization"] = f"Bearer {token}"
hubspot.mount(base, HTTPAdapter(max_retries=Retry(total=3, backoff_factor=0.1, status_forcelist=[429, 502, 503, 504])))

made = hubspot.post(f"{base}/crm/v3/objects/contacts", json={"properties": {"email": "python@sample.example", "firstname": "Python"}})
made.raise_for_status()
contact = made.json()["id"]
print(f"created {contact}")

again = hubspot.post(f"{base}/crm/v3/objects/contacts", json={"properties": {"email": "python@sample.example"}})
print(f"refused {again.status_code} {again.json()['category']}")

# The emulator fails once on demand; the session's retries get over it.
requests.post(f"{base}/_emulator/faults", json={"kind": "502", "method": "GET", "path": "/crm/v3/objects/contacts/"}).raise_for_status()
read = hubspot.get(f"{base}/crm/v3/objects/contacts/{contact}", params={"properties": "email"})
read.raise_for_status()
print(f"read {read.json()['properties']['email']} in spite of a 502")
