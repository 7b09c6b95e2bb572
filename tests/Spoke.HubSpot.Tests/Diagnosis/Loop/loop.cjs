// Sends each call of the JSON array on standard input as it stands, and prints what came of it.
const http = require('node:http')

const send = call => new Promise(done => {
  let request
  try {
    request = http.request(call.url, { method: call.method, setHost: true })
    request.on('error', error => done({ id: call.id, refused: String(error.message) }))
    for (const [name, value] of call.headers) request.appendHeader(name, value)
  } catch (error) {
    done({ id: call.id, refused: String(error.message) })
    request?.destroy()
    return
  }
  request.on('response', response => {
    const parts = []
    response.on('data', part => parts.push(part))
    response.on('end', () => {
      const headers = []
      for (let i = 0; i < response.rawHeaders.length; i += 2) headers.push([response.rawHeaders[i], response.rawHeaders[i + 1]])
      done({ id: call.id, status: response.statusCode, headers, body: Buffer.concat(parts).toString('utf8') })
    })
  })
  request.end(call.body ?? undefined)
})

let text = ''
process.stdin.on('data', part => { text += part })
process.stdin.on('end', async () => {
  const answers = []
  for (const call of JSON.parse(text)) answers.push(await send(call))
  process.stdout.write(JSON.stringify(answers))
})
