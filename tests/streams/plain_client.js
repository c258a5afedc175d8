// Reads a stream as anybody might: Redis' own protocol over a socket, no library, no code of chibo.
// node plain_client.js HOST PORT STREAM → one line per entry: id, bytes of the fact in hexadecimal, leaf hash, subject
const net = require('net')
const crypto = require('crypto')

const [host, port, stream] = process.argv.slice(2)
const socket = net.connect(Number(port), host)
let received = Buffer.alloc(0)

function command(...words) {
  const parts = words.map(word => Buffer.from(word))
  socket.write(`*${parts.length}\r\n`)
  for (const part of parts) socket.write(Buffer.concat([Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')]))
}

// Returns [value, position after it], or null while the answer is incomplete.
function parse(at) {
  const end = received.indexOf('\r\n', at)
  if (end < 0) return null
  const text = received.toString('utf8', at + 1, end)
  switch (String.fromCharCode(received[at])) {
    case '$': {
      const length = Number(text)
      if (length < 0) return [null, end + 2]
      if (received.length < end + 2 + length + 2) return null
      return [received.subarray(end + 2, end + 2 + length), end + 2 + length + 2]
    }
    case '*': {
      const items = []
      let next = end + 2
      for (let count = Number(text); count > 0; count--) {
        const item = parse(next)
        if (item === null) return null
        items.push(item[0])
        next = item[1]
      }
      return [items, next]
    }
    case ':': return [Number(text), end + 2]
    case '+': return [text, end + 2]
    default: throw new Error(text)
  }
}

socket.on('connect', () => command('XRANGE', stream, '-', '+'))
socket.on('data', data => {
  received = Buffer.concat([received, data])
  const answer = parse(0)
  if (answer === null) return
  for (const [id, fields] of answer[0]) {
    if (fields.length !== 2 || fields[0].toString() !== 'fact') throw new Error(`fields of ${id}`)
    const fact = fields[1]
    const leaf = crypto.createHash('sha256').update(Buffer.from([0])).update(fact).digest('hex')
    console.log(id.toString(), fact.toString('hex'), leaf, JSON.parse(fact.toString('utf8')).subject)
  }
  socket.end()
})
