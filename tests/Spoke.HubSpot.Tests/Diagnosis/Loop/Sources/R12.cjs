const token = process.env.HUBSPOT_LOOP_TOKEN

fetch('https://api.hubapi.com/crm/v3/objects/contacts', { headers: { Authorization: `Bearer ${token}` } }))
  .then(answer => console.log(answer.status))
