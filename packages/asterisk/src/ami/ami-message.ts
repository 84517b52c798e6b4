// One message of the Asterisk manager interface: ordered headers, found without regard to case. Holds bytes, means nothing.
//
// A PBX sends 80,000 of these a second at worst, and most are read once for twenty headers in the order in which they
// were written: `pick` does that in one pass, everything else may take its time.

import { isAscii } from 'node:buffer'
import { utf8 } from '../utf8.ts'

export type AmiHeader = readonly [key: string, value: string]

/** Told by the first key of the frame: OriginateResponse is an event although it has a `Response:` header as well. */
export type AmiKind = 'banner' | 'event' | 'response' | 'other'

/**
 * Why a frame is not quite trusted: it ran into the next one (its blank line was missing), it was cut by the end of
 * the connection, or it was too long and only its start was kept.
 */
export type AmiSuspect = '' | 'ran-into-next' | 'cut' | 'overlong'

export class AmiMessage {
  readonly kind: AmiKind
  /** Event name, response word (`Success`, `Error`), or the banner's line; '' for `other`. */
  readonly name: string
  readonly suspect: AmiSuspect
  readonly #text: string
  /** End of the first line. */
  readonly #firstEnd: number
  /** Every byte is known to be ASCII; false = each value has to be looked at. */
  readonly #ascii: boolean
  #headers: readonly AmiHeader[] | undefined
  #raw: Buffer | undefined

  /** @param text the frame without its closing blank line, one character per byte. */
  constructor(text: string, suspect: AmiSuspect, banner = false, ascii = false) {
    this.#text = text
    this.suspect = suspect
    this.#ascii = ascii
    const end = text.indexOf('\r\n')
    this.#firstEnd = end < 0 ? text.length : end
    if (banner) this.kind = 'banner'
    else if (text.startsWith('Event:')) this.kind = 'event'
    else if (text.startsWith('Response:')) this.kind = 'response'
    else this.kind = 'other'
    if (banner) this.name = this.#value(0, this.#firstEnd)
    else this.name = this.kind === 'other' ? '' : this.#value(text.indexOf(':') + 1, this.#firstEnd).trim()
  }

  /** A message as it was stored: its `raw` and `suspect` give the same message again, in every respect. */
  static fromRaw(raw: Uint8Array, suspect: AmiSuspect): AmiMessage {
    return new AmiMessage(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1'), suspect)
  }

  /** `Privilege` stands directly behind `Event`, as in each event of the PBX. List items have none; forged ones may. */
  get isGenuine(): boolean {
    const at = this.#firstEnd + 2
    if (this.#text.startsWith('Privilege:', at)) return true
    return this.#text.slice(at, at + 10).toLowerCase() === 'privilege:'
  }

  /** The key of the last header, as it is written. */
  get lastKey(): string {
    const at = this.#text.lastIndexOf('\r\n')
    const colon = this.#text.indexOf(':', at)
    return at < 0 || colon < 0 ? '' : this.#text.slice(at + 2, colon)
  }

  /** A line begins with this key, spelled so: cheaper than `get` where the answer is mostly no. */
  mentions(key: string): boolean {
    return this.#text.includes(`\r\n${key}: `)
  }

  /** All headers in order; repeated keys stay repeated. A line without a colon becomes a header with an empty value. */
  get headers(): readonly AmiHeader[] {
    this.#headers ??= this.kind === 'banner' ? [] : headersOf(this.#text)
    return this.#headers
  }

  /**
   * The value of a header, case ignored. Of repeated ones the first wins: values are not escaped by Asterisk, so a
   * forged header can only come after the true one.
   */
  get(key: string): string | undefined {
    const wanted = key.toLowerCase()
    for (const [name, value] of this.headers) {
      if (name.length === wanted.length && name.toLowerCase() === wanted) return value
    }
    return undefined
  }

  /** All values of a repeated header (`Output`, `Variable`, `ChanVariable`), in order. */
  all(key: string): string[] {
    const wanted = key.toLowerCase()
    return this.headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
  }

  /** The values of these headers behind the first line, at the places of the keys, as `get` gives them. */
  pick(keys: AmiKeys): (string | undefined)[] {
    const text = this.#text
    const ascii = this.#ascii || isAscii(this.raw)
    const { names, last, places } = keys
    const found: (string | undefined)[] = new Array(names.length).fill(undefined)
    const written = keys.written.exec(text)
    for (let place = 0; written !== null && place < names.length; place++) {
      const value = written[place + 1]
      if (value !== undefined) found[place] = ascii ? value : utf8(value)
    }
    // What is written otherwise, or behind: line by line.
    for (let at = (written === null ? this.#firstEnd : written[0].length) + 2; at <= text.length; ) {
      let end = text.indexOf('\r\n', at)
      if (end < 0) end = text.length
      const colon = text.indexOf(':', at)
      const keyEnd = colon < 0 || colon > end ? end : colon
      const place = places.get(text.slice(at, keyEnd).toLowerCase())
      if (place !== undefined && (found[place] === undefined || last[place])) {
        const from = text.charCodeAt(keyEnd + 1) === BLANK ? keyEnd + 2 : keyEnd + 1
        found[place] = this.#value(from, Math.max(from, end))
      }
      at = end + 2
    }
    return found
  }

  /** Length of `raw`, without making it. */
  get byteLength(): number {
    return this.#text.length
  }

  /** Writes `raw` there; there must be room. */
  writeTo(bytes: Buffer, at: number): void {
    bytes.write(this.#text, at, 'latin1')
  }

  /** The exact bytes of the frame, without the blank line that ends it; a message is read back by `fromRaw`. */
  get raw(): Buffer {
    this.#raw ??= Buffer.from(this.#text, 'latin1')
    return this.#raw
  }

  #value(from: number, to: number): string {
    const value = this.#text.slice(from, to)
    return this.#ascii ? value : utf8(value)
  }
}

/** Headers to be picked. Those that stand exactly as the PBX writes them cost a fifth of those that do not. */
export type AmiKeys<Name extends string = string> = {
  readonly names: readonly string[]
  /** Where in the answer of `pick` a header is. */
  readonly at: { readonly [N in Name]: number }
  readonly last: readonly boolean[]
  readonly places: ReadonlyMap<string, number>
  /** Matches the first line and all headers that are always written, in that order; a group for each name. */
  readonly written: RegExp
}

type Bare<Name extends string> = Name extends `${infer N}?` ? N : Name

/**
 * @param always headers as the PBX always writes them, from the second line on; `Name?` may be absent.
 * @param more headers that may follow them, in any order. Of these the last value counts, not the first.
 */
export function amiKeys<const Always extends string, const More extends string = never>(
  always: readonly Always[],
  more: readonly More[] = [],
): AmiKeys<Bare<Always> | More> {
  const names: string[] = [...always.map((name) => name.replace('?', '')), ...more]
  const line = (name: string): string =>
    name.endsWith('?') ? `(?:${line(name.slice(0, -1))})?` : `\\r\\n${name}: ([^\\r]*)`
  return {
    names,
    at: Object.fromEntries(names.map((name, i) => [name, i])) as Record<Bare<Always> | More, number>,
    last: names.map((_, i) => i >= always.length),
    places: new Map(names.map((name, i) => [name.toLowerCase(), i])),
    // A value with a lone CR ends the match too early: then the next line does not fit, and all are read one by one.
    written: new RegExp(`^[^\\r]*${always.map(line).join('')}(?=\\r\\n|$)`),
  }
}

const BLANK = 32

function headersOf(text: string): AmiHeader[] {
  const headers: AmiHeader[] = []
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon < 0) headers.push([utf8(line), ''])
    else headers.push([utf8(line.slice(0, colon)), utf8(line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1))])
  }
  return headers
}
