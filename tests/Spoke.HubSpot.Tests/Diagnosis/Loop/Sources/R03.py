# The header is right; it is kept for this host, and left out where a redirect leads.
import os
import urllib.error
import urllib.request

request = urllib.request.Request("https://api.hubapi.com/crm/v3/objects/contacts")
request.add_unredirected_header("Authorization", f"Bearer {os.environ['HUBSPOT_LOOP_TOKEN']}")
try:
    with urllib.request.urlopen(request) as answer:
        print(answer.status)
except urllib.error.HTTPError as refused:
    print(refused.code)
