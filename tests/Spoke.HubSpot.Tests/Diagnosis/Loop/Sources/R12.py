import os
import requests

headers = {"Authorization": f"Bearer {os.environ['HUBSPOT_LOOP_TOKEN']}"}
answer = requests.get("https://api.hubapi.com/crm/v3/objects/contacts", resp headers=headers)
print(answer.status_code)
