// A receiver that takes its own address for https, though it is called by http.
const http = require('node:http')
const crypto = require('node:crypto')

const server = http.createServer(async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  const signed = request.method + 'https://' + request.headers.host + request.url + body + request.headers['x-hubspot-request-timestamp']
  const wanted = crypto.createHmac('sha256', process.env.HUBSPOT_LOOP_TOKEN).update(signed).digest('base64')
  response.statusCode = wanted === request.headers['x-hubspot-signature-v3'] ? 200 : 401
  response.end(() => server.close())
  const headers = []
  for (let i = 0; i < request.rawHeaders.length; i += 2) headers.push([request.rawHeaders[i], request.rawHeaders[i + 1]])
  console.log(JSON.stringify({ method: request.method, path: request.url, headers, body, status: response.statusCode }))
})
server.keepAliveTimeout = 1
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
