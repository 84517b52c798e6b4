// The XML form of AMI over HTTP (`mxml`) → frames as a socket would carry them, so that one parser reads both. Asterisk has
// split its own text at line ends to make this XML, so that what a value forged there is forged here: no more, no less.

/** Frames of a whole answer, one character per byte; undefined when it is no such answer. */
export function framesOfMxml(xml: string): string | undefined {
  if (!xml.includes('<ajax-response>')) return undefined
  let frames = ''
  for (const [, attributes = ''] of xml.matchAll(ELEMENT)) {
    const seen = new Set<string>()
    for (const [, key = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
      frames += `${headerName(key, seen)}: ${plain(value)}\r\n`
    }
    if (seen.size > 0) frames += '\r\n'
  }
  return frames
}

const ELEMENT = /<generic((?:\s+[^\s=<>'"]+='[^']*')*)\s*\/>/g
const ATTRIBUTE = /([^\s=<>'"]+)='([^']*)'/g

/** `output-2` is the second `output`. The first key of a frame decides what it is and is written as sockets write it. */
function headerName(key: string, seen: Set<string>): string {
  const base = /^(.+)-\d+$/.exec(key)?.[1]
  const name = base !== undefined && seen.has(base) ? base : key
  seen.add(name)
  return seen.size === 1 ? (FIRST[name] ?? name) : name
}

const FIRST: Readonly<Record<string, string>> = { event: 'Event', response: 'Response' }

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** A line break that came as a character of the value stays in its line. */
function plain(value: string): string {
  const text = value.replaceAll(/&(lt|gt|amp|quot|apos);/g, (whole, name: string) => ENTITIES[name] ?? whole)
  return text.replaceAll(/[\r\n]+/g, ' ')
}
