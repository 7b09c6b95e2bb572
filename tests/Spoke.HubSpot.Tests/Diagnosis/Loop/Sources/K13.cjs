const serviceKey = process.env.HUBSPOT_LOOP_TOKEN

fetch('https://api.hubapi.com/webhooks/v3/123456/subscriptions', { headers: { Authorization: `Bearer ${serviceKey}` } })
  .then(answer => console.log(answer.status))
