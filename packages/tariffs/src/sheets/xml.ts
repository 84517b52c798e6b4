// The parts of a workbook as XML events, read by saxen piece by piece. saxen has no bounds of its own: they are set here,
// so that a hostile part is refused before it fills the memory or takes minutes.

import { Parser } from 'saxen'

/** What is told of a part: names without namespace, texts and attributes decoded. An empty element opens and closes. */
export type XmlEvents = {
  /** Answering false ends the reading. */
  open(name: string, attribute: (name: string) => string): unknown
  close?(name: string): void
  /** What stands in an element may come in several pieces. */
  text?(text: string): void
}

/** Bytes given to the parser at a time. It begins again at a tag that is cut. */
const PIECE = 256 * 1024
/** Pieces without an end of a tag or text: a cell holds at most 32,767 characters, so nothing in a workbook is 1 MB long. */
const MOST_SILENT_PIECES = 4
/** Elements within elements: a workbook has some ten. */
const DEEPEST = 100

/** Tells the events of a part; false when it is no XML or beyond a bound. */
export function readXml(xml: Uint8Array, events: XmlEvents): boolean {
  const decoder = new TextDecoder()
  let [depth, silent, ended, sound] = [0, 0, false, true]
  const parser = new Parser()
    .on('openTag', (name, attributes) => {
      silent = 0
      if (ended || !sound) return
      if (++depth > DEEPEST) sound = false
      else if (events.open(localName(name), (wanted) => attributeOf(attributes() || {}, wanted)) === false) ended = true
    })
    .on('closeTag', (name) => {
      silent = 0
      depth--
      if (!ended && sound) events.close?.(localName(name))
    })
    .on('text', (text) => tell(unescapeXml(text)))
    .on('cdata', tell)
    .on('error', () => {
      sound = false
    })
  function tell(text: string): void {
    silent = 0
    if (!ended && sound) events.text?.(text)
  }
  for (let at = 0; at < xml.length && sound && !ended; at += PIECE) {
    if (++silent > MOST_SILENT_PIECES) return false
    parser.write(decoder.decode(xml.subarray(at, at + PIECE), { stream: true }))
  }
  if (sound && !ended) parser.end()
  return sound
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** The value of an attribute, with or without a namespace; '' when it is not there. */
function attributeOf(attributes: Readonly<Record<string, string>>, name: string): string {
  const value = attributes[name]
  if (value !== undefined) return unescapeXml(value)
  for (const full in attributes) if (full.endsWith(`:${name}`)) return unescapeXml(attributes[full]!)
  return ''
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** saxen's own decoder cuts characters beyond U+FFFF to 16 bits, and knows nothing of Excel's _x000D_. */
function unescapeXml(text: string): string {
  if (!text.includes('&') && !text.includes('_x')) return text
  return text
    .replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (all, hex, decimal, name) => {
      if (name !== undefined) return ENTITIES[name] ?? all
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : all
    })
    .replace(/_x([\dA-F]{4})_/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\0', '')
}
