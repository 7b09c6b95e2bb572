import os
import urllib.error
import urllib.request

from dotenv import load_dotenv

token = os.getenv("HUBSPOT_LOOP_TOKEN")
load_dotenv()

request = urllib.request.Request("https://api.hubapi.com/crm/v3/objects/contacts", headers={"Authorization": f"Bearer {token}"})
try:
    with urllib.request.urlopen(request) as answer:
        print(answer.status)
except urllib.error.HTTPError as refused:
    print(refused.code)
