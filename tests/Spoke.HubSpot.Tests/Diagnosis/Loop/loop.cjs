// Sends the calls of each story of the JSON array on standard input, and prints what was sent and what came of it.
const http = require('node:http')

const send = call => new Promise(done => {
  let request
  try {
    request = http.request(call.url, { method: call.method, setHost: !call.headers.some(([name]) => name === 'Host') })
    request.on('error', error => done({ refused: String(error.message) }))
    for (const [name, value] of call.headers) request.appendHeader(name, value)
  } catch (error) {
    done({ refused: String(error.message) })
    request?.destroy()
    return
  }
  request.on('response', response => {
    const parts = []
    response.on('data', part => parts.push(part))
    response.on('end', () => {
      const headers = []
      for (let i = 0; i < response.rawHeaders.length; i += 2) headers.push([response.rawHeaders[i], response.rawHeaders[i + 1]])
      done({ status: response.statusCode, headers, body: Buffer.concat(parts).toString('utf8') })
    })
  })
  request.end(call.body ?? undefined)
})

// A field of the answer, or of the address it redirects to. One that is not there is what the language makes of it.
const take = (answer, field) => {
  const location = (answer.headers ?? []).find(([name]) => name.toLowerCase() === 'location')
  if (location) return new URL(location[1]).searchParams.get(field) ?? undefined
  try { return JSON.parse(answer.body)[field] } catch { return undefined }
}

const tell = async story => {
  const values = { ...story.given }
  const fill = text => text.replace(/«(\w+)»/g, (whole, name) => name in values ? `${values[name]}` : whole)
  const told = []
  for (const call of story.calls) {
    const sent = { at: new Date().toISOString(), method: call.method, url: fill(call.url), headers: call.headers.map(([name, value]) => [name, fill(value)]), body: call.body == null ? null : fill(call.body) }
    const answer = await send(sent)
    for (const [name, field] of Object.entries(call.take)) values[name] = take(answer, field)
    told.push({ sent, answer })
  }
  return told
}

let text = ''
process.stdin.on('data', part => { text += part })
process.stdin.on('end', async () => {
  const told = []
  for (const story of JSON.parse(text)) told.push(await tell(story))
  process.stdout.write(JSON.stringify(told))
})
