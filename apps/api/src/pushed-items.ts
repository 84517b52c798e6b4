// The body of a push taken apart into records: a JSON array, one object, or an object a line. What a record says is read
// elsewhere; here only what is no JSON at all, or too much, is refused.

import { Refusal } from './problem.ts'

const MOST = 1000

/** The JSON of each record. A line that is no JSON is a record too: it is answered for by itself. */
export function pushedItems(body: string, contentType: string): Buffer[] {
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  if (!TYPES.has(type)) throw new Refusal('unsupported-media', 'Send application/json or application/x-ndjson.')
  const records = type === 'application/json' ? inArray(body) : inLines(body)
  if (records.length > MOST) throw new Refusal('too-large', `At most ${MOST} records.`)
  return records
}

const TYPES = new Set(['application/json', 'application/x-ndjson', 'application/ndjson', 'application/jsonl'])

function inArray(body: string): Buffer[] {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new Refusal('bad-request', 'The body is not proper JSON.')
  }
  const records = Array.isArray(value) ? value : [value]
  return records.map((record) => Buffer.from(JSON.stringify(record)))
}

function inLines(body: string): Buffer[] {
  return body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line))
}
