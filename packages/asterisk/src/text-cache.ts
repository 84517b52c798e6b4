// The few texts a PBX writes over and over (contexts, applications, account codes, peers), each kept once. Not a dictionary: a
// text that meets another in its place takes the place over, so the memory is bounded and nothing need be forgotten.

/** Longer texts are told apart by too much to be worth a look. */
const LONGEST = 32
const PLACES = 1024

/** A string of its own is made per text and not per row: less to collect, and Map and Set find it without hashing it. */
export class TextCache {
  readonly #texts: string[] = new Array(PLACES).fill('')

  /** `text.slice(from, to)`. One character per byte (latin1) is expected; other text is right, but not kept. */
  slice(text: string, from: number, to: number): string {
    const length = to - from
    if (length <= 0) return ''
    if (length > LONGEST) return text.slice(from, to)
    const ends = text.charCodeAt(from) * 31 + text.charCodeAt(to - 1) * 7 + text.charCodeAt((from + to) >> 1)
    const place = (ends * 13 + text.charCodeAt(to - 2) * 101 + length * 3) & (PLACES - 1)
    const kept = this.#texts[place]!
    if (kept.length === length && text.startsWith(kept, from)) return kept
    // By way of bytes: a slice would hold on to the whole text it was cut from.
    const fresh = Buffer.from(text.slice(from, to), 'latin1').toString('latin1')
    if (!text.startsWith(fresh, from)) return text.slice(from, to)
    this.#texts[place] = fresh
    return fresh
  }
}
