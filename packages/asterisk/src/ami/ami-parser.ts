// Bytes from an AMI socket → messages, however the bytes are cut. No socket here, no login, no meaning of events.
//
// The stream is one banner line, then frames of `Key: Value` lines ended by CR LF CR LF. Two things break this in the
// field: values are not escaped, so a CR LF in a value makes lines and whole frames; and a Cdr whose custom mappings
// overflow loses its blank line, so that the next event begins inside it. The parser splits at the second and marks
// what it split; who may be believed is decided where a Cdr is read (cdr-from-ami).

import { isAscii } from 'node:buffer'
import { AmiMessage, type AmiSuspect } from './ami-message.ts'

/** Longest line taken; AsyncAGI environments reach some KiB. */
export const MAX_LINE = 64 * 1024
/** Longest frame taken; a longer one is dropped up to the next blank line, so that memory stays bounded. */
export const MAX_FRAME = 1024 * 1024

const END = '\r\n\r\n'

export class AmiParser {
  /** Bytes that are in no message, line ends between frames apart: what was too long, what came instead of a banner. */
  skippedBytes = 0
  #text = ''
  /** Where the search for the end of the frame goes on: what lies before holds none. */
  #searched = 0
  /** All of `#text` is ASCII; may be false when it is. */
  #ascii = true
  #bannerSeen = false
  #skipping = false

  /** Messages completed by these bytes. Splitting on CR LF only: some values carry a bare line feed. */
  push(chunk: Uint8Array): AmiMessage[] {
    this.#ascii = isAscii(chunk) && (this.#ascii || this.#text === '')
    this.#text += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
    const messages: AmiMessage[] = []
    let at = 0
    if (!this.#bannerSeen) at = this.#banner(messages)
    if (!this.#bannerSeen) return messages
    for (;;) {
      at = this.#skipBlank(at)
      const end = this.#text.indexOf(END, Math.max(at, this.#searched))
      if (end < 0) break
      if (this.#skipping) {
        this.#skipping = false
        this.skippedBytes += end - at
      } else if (end - at > MAX_FRAME) this.#overlong(at, end, messages)
      else this.#frame(this.#text.slice(at, end), '', messages)
      at = end + END.length
      this.#searched = at
    }
    this.#keep(at, messages)
    return messages
  }

  /** The connection is gone: what was not finished comes out as a suspect message. */
  end(): AmiMessage[] {
    const messages: AmiMessage[] = []
    const rest = this.#text.replace(/(\r\n|\r|\n)+$/, '')
    if (this.#skipping || !this.#bannerSeen) this.skippedBytes += rest.length
    else if (rest !== '') this.#frame(rest, 'cut', messages)
    this.#text = ''
    return messages
  }

  /** The first line has no blank line after it; waiting for one would hide the first response. */
  #banner(messages: AmiMessage[]): number {
    const lineEnd = this.#text.indexOf('\r\n')
    if (lineEnd < 0) {
      // A line without an end is no banner and must not fill the memory.
      this.#bannerSeen = this.#text.length > MAX_LINE
      return 0
    }
    this.#bannerSeen = true
    const line = this.#text.slice(0, lineEnd)
    if (line.includes(': ') || line === '') return 0
    messages.push(new AmiMessage(line, '', true))
    return lineEnd + 2
  }

  /** Empty frames come from values that end in line feeds of their own; they mean nothing. */
  #skipBlank(from: number): number {
    let at = from
    while (!this.#skipping && this.#text.startsWith('\r\n', at)) at += 2
    return at
  }

  #keep(at: number, messages: AmiMessage[]): void {
    let from = at
    // The last three characters may belong to the blank line that ends the frame.
    const tail = this.#text.length - (END.length - 1)
    if (this.#skipping || tail - at > MAX_FRAME) {
      from = Math.max(at, tail)
      if (this.#skipping) this.skippedBytes += from - at
      else this.#overlong(at, from, messages)
      this.#skipping = true
    }
    this.#text = this.#text.slice(from)
    this.#searched = Math.max(0, this.#text.length - (END.length - 1))
  }

  #frame(text: string, suspect: AmiSuspect, messages: AmiMessage[]): void {
    let from = 0
    for (;;) {
      const next = nextStart(text, from)
      const part = from === 0 && next < 0 ? text : text.slice(from, next < 0 ? undefined : next)
      const reason = next >= 0 ? 'ran-into-next' : suspect
      messages.push(this.#message(part, reason))
      if (next < 0) return
      from = next + 2
    }
  }

  #overlong(from: number, to: number, messages: AmiMessage[]): void {
    messages.push(new AmiMessage(this.#text.slice(from, from + MAX_LINE), 'overlong'))
    this.skippedBytes += to - from - MAX_LINE
  }

  #message(part: string, suspect: AmiSuspect): AmiMessage {
    if (part.length <= MAX_LINE || part.split('\r\n').every((line) => line.length <= MAX_LINE)) {
      return new AmiMessage(part, suspect, false, this.#ascii)
    }
    this.skippedBytes += part.length - MAX_LINE
    return new AmiMessage(part.slice(0, MAX_LINE), 'overlong')
  }
}

/** Position of the CR LF before a line that starts another message inside this one, or -1. */
function nextStart(text: string, from: number): number {
  const event = lineStart(text, EVENT, from)
  if (HAS_RESPONSE_HEADER.test(text.slice(from, from + 40))) return event
  const response = lineStart(text, RESPONSE, from)
  return event < 0 || (response >= 0 && response < event) ? response : event
}

/** A line's start, and a piece of it that is found fast: no longer than six characters, the first of them rare. */
type Start = { readonly line: string; readonly piece: string; readonly at: number }
const EVENT: Start = { line: '\r\nEvent: ', piece: 'vent: ', at: 3 }
const RESPONSE: Start = { line: '\r\nResponse: ', piece: 'Respon', at: 2 }

/** `text.indexOf(start.line, from)`, three times as fast: V8 walks through the text by the piece's first character. */
function lineStart(text: string, start: Start, from: number): number {
  for (let at = from + start.at; ; at++) {
    at = text.indexOf(start.piece, at)
    if (at < 0 || text.startsWith(start.line, at - start.at)) return at < 0 ? -1 : at - start.at
  }
}

/** Events with a `Response:` header of their own. */
const HAS_RESPONSE_HEADER = /^Event: (OriginateResponse|UserEvent)\r\n/
