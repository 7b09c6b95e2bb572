import os
import urllib.error
import urllib.request

service_key = os.environ["HUBSPOT_LOOP_TOKEN"]
request = urllib.request.Request("https://api.hubapi.com/webhooks/v3/123456/subscriptions", headers={"Authorization": f"Bearer {service_key}"})
try:
    with urllib.request.urlopen(request) as answer:
        print(answer.status)
except urllib.error.HTTPError as refused:
    print(refused.code)
