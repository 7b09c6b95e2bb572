// The header is right; the library drops it when the answer leads to another host.
const token = process.env.HUBSPOT_LOOP_TOKEN

fetch('https://api.hubapi.com/crm/v3/objects/contacts', { headers: { Authorization: `Bearer ${token}` } })
  .then(answer => console.log(answer.status))
