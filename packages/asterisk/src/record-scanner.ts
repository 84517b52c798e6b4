// Finds the fields of one comma-separated record in a string and remembers where they are; makes no strings itself.
// Written for what cdr_csv and cdr_custom print (and for what careless tools make of it), not for CSV at large.

import { TextCache } from './text-cache.ts'

const QUOTE = 34
const COMMA = 44
const LF = 10
const CR = 13

/** Widest record kept; one more is counted so that a wider row can be told from a right one. */
const MAX_FIELDS = 32

/** Returned by `scan` when the text ends before the record does. */
export const INCOMPLETE = -1

/** Reusable result of scanning one record; valid until the next scan. */
export class RecordScanner {
  /** Fields seen, also those beyond MAX_FIELDS. */
  count = 0
  /** True when the record was ended by a line feed, false when by the end of the file. */
  terminated = false
  readonly #from = new Int32Array(MAX_FIELDS)
  readonly #to = new Int32Array(MAX_FIELDS)
  readonly #doubled = new Uint8Array(MAX_FIELDS)
  readonly #often = new TextCache()

  /**
   * Scans the record at `start`. Inside quotes `""` is a quote; a lone quote closes the field only before a comma
   * or a line end and is text otherwise, which also reads half-escaped caller ids such as `""Name" <1115>"`.
   * @param final no more text will come: the end of the text ends the record, unless a quote is open.
   * @returns position after the record's line end, or INCOMPLETE.
   */
  scan(text: string, start: number, final: boolean): number {
    this.count = 0
    let i = start
    for (;;) {
      const end = text.charCodeAt(i) === QUOTE ? this.#quoted(text, i + 1, final) : this.#bare(text, i, final)
      if (end === INCOMPLETE) return INCOMPLETE
      if (text.charCodeAt(end) !== COMMA) return this.#after(text, end)
      i = end + 1
      if (i >= text.length && !final) return INCOMPLETE
    }
  }

  from(field: number): number {
    return this.#from[field] ?? 0
  }

  to(field: number): number {
    return this.#to[field] ?? 0
  }

  isEmpty(field: number): boolean {
    return this.#from[field] === this.#to[field]
  }

  /** The field's characters with doubled quotes halved; still one character per byte. */
  text(text: string, field: number): string {
    const slice = text.slice(this.#from[field], this.#to[field])
    return this.#doubled[field] === 1 ? slice.replaceAll('""', '"') : slice
  }

  /** As `text`, for a column that holds few different values. */
  often(text: string, field: number): string {
    return this.#doubled[field] === 1
      ? this.text(text, field)
      : this.#often.slice(text, this.#from[field]!, this.#to[field]!)
  }

  /** As `text`, for a column that mostly says what `other` says. */
  textLike(text: string, field: number, other: string): string {
    const from = this.#from[field]!
    const same = this.#to[field]! - from === other.length && this.#doubled[field] === 0 && text.startsWith(other, from)
    return same ? other : this.text(text, field)
  }

  /** Position of the comma or line end (or end of text) after the closing quote. */
  #quoted(text: string, from: number, final: boolean): number {
    let doubled = 0
    let i = from
    for (;;) {
      i = text.indexOf('"', i)
      if (i < 0) return INCOMPLETE
      const next = i + 1
      if (next >= text.length) return final ? this.#keep(from, i, doubled, next) : INCOMPLETE
      const c = text.charCodeAt(next)
      if (c === COMMA || c === LF) return this.#keep(from, i, doubled, next)
      if (c === CR) {
        if (next + 1 >= text.length) return final ? this.#keep(from, i, doubled, next) : INCOMPLETE
        if (text.charCodeAt(next + 1) === LF) return this.#keep(from, i, doubled, next)
      }
      if (c === QUOTE) {
        doubled = 1
        i = next + 1
      } else i = next
    }
  }

  #bare(text: string, from: number, final: boolean): number {
    const length = text.length
    for (let i = from; i < length; i++) {
      const c = text.charCodeAt(i)
      if (c === COMMA) return this.#keep(from, i, 0, i)
      if (c === LF) return this.#keep(from, i > from && text.charCodeAt(i - 1) === CR ? i - 1 : i, 0, i)
    }
    if (!final) return INCOMPLETE
    return this.#keep(from, length > from && text.charCodeAt(length - 1) === CR ? length - 1 : length, 0, length)
  }

  #keep(from: number, to: number, doubled: number, end: number): number {
    const n = this.count++
    if (n < MAX_FIELDS) {
      this.#from[n] = from
      this.#to[n] = to
      this.#doubled[n] = doubled
    }
    return end
  }

  #after(text: string, end: number): number {
    if (end >= text.length) {
      this.terminated = false
      return text.length
    }
    const lf = text.charCodeAt(end) === CR && end + 1 < text.length ? end + 1 : end
    this.terminated = text.charCodeAt(lf) === LF
    return lf + 1
  }
}
