// One message of the Asterisk manager interface: ordered headers, found without regard to case. Holds bytes, means nothing.

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
  #headers: readonly AmiHeader[] | undefined

  /** @param text the frame without its closing blank line, one character per byte. */
  constructor(text: string, suspect: AmiSuspect, banner = false) {
    this.#text = text
    this.suspect = suspect
    const lineEnd = text.indexOf('\r\n')
    const first = utf8(lineEnd < 0 ? text : text.slice(0, lineEnd))
    if (banner) this.kind = 'banner'
    else if (first.startsWith('Event:')) this.kind = 'event'
    else if (first.startsWith('Response:')) this.kind = 'response'
    else this.kind = 'other'
    this.name = banner ? first : this.kind === 'other' ? '' : first.slice(first.indexOf(':') + 1).trim()
  }

  /** A message as it was stored: its `raw` and `suspect` give the same message again, in every respect. */
  static fromRaw(raw: Uint8Array, suspect: AmiSuspect): AmiMessage {
    return new AmiMessage(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1'), suspect)
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

  /** `Privilege` stands directly behind `Event`, as in each event of the PBX. List items have none; forged ones may. */
  get isGenuine(): boolean {
    return GENUINE.test(this.#text)
  }

  /** All values of a repeated header (`Output`, `Variable`, `ChanVariable`), in order. */
  all(key: string): string[] {
    const wanted = key.toLowerCase()
    return this.headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
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
    return Buffer.from(this.#text, 'latin1')
  }
}

const GENUINE = /^Event: [^\r\n]*\r\nPrivilege:/i

function headersOf(text: string): AmiHeader[] {
  const headers: AmiHeader[] = []
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon < 0) headers.push([utf8(line), ''])
    else headers.push([utf8(line.slice(0, colon)), utf8(line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1))])
  }
  return headers
}
