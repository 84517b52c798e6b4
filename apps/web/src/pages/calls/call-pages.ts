// The calls of a search, read page by page by key and kept within bounds: pages far from what is looked at are let go and
// read again when they are looked at. Knows no browser.

import type { CallRow } from '@tollbook/api/wire'
import { ApiError } from '../../api/client.ts'

export type CountOfCalls = { readonly calls: number; readonly capped: boolean }
export type CallsAnswer = {
  readonly items: readonly CallRow[]
  readonly next: string | null
  readonly count?: CountOfCalls | null
}
export type ReadPage = (cursor: string | undefined, first: boolean, signal: AbortSignal) => Promise<CallsAnswer>

/** Rows of a page asked for; every page but the last is full. */
export const PAGE = 100
/** Pages that are kept: 6,000 calls, some megabytes. */
const KEPT = 60
/** Pages on either side of what is looked at that are never let go. */
const NEAR = 3

type Piece = { readonly cursor: string | undefined; readonly size: number; calls: readonly CallRow[] | undefined }

export class CallPages {
  error: ApiError | undefined
  count: CountOfCalls | null = null
  #pieces: Piece[] = []
  /** Cursor of the page after the last; undefined before the first was read, null when there is none. */
  #next: string | null | undefined
  #reading = new Set<string>()
  #listeners = new Set<() => void>()
  #abort = new AbortController()
  readonly #start: string | undefined
  readonly #read: ReadPage

  constructor(start: string | undefined, read: ReadPage) {
    this.#start = start
    this.#read = read
  }

  /** Calls known of, also those let go. */
  get length(): number {
    const last = this.#pieces.at(-1)
    return last === undefined ? 0 : (this.#pieces.length - 1) * PAGE + last.size
  }

  get isRead(): boolean {
    return this.#next !== undefined
  }

  get hasMore(): boolean {
    return this.#next !== null
  }

  /** Undefined while its page is being read again. */
  at(index: number): CallRow | undefined {
    return this.#pieces[Math.floor(index / PAGE)]?.calls?.[index % PAGE]
  }

  /** All calls at hand, in order. */
  kept(): readonly CallRow[] {
    return this.#pieces.flatMap((piece) => piece.calls ?? [])
  }

  /** Says what is looked at: what lacks is read, what is far is let go. */
  want(from: number, to: number): void {
    const [first, last] = [Math.floor(from / PAGE), Math.floor(to / PAGE)]
    for (let i = Math.max(0, first); i <= Math.min(last, this.#pieces.length - 1); i++) {
      const piece = this.#pieces[i]
      if (piece?.calls === undefined) this.#load(i)
    }
    if (to >= this.length - PAGE / 2 && this.#next !== null && this.error === undefined) this.#load(this.#pieces.length)
    this.#letGo(first, last)
  }

  /** Reads on after a fault. */
  again(): void {
    this.error = undefined
    this.#load(this.#pieces.length)
    this.#tell()
  }

  /** Reads the first page anew. Unless it begins as before, what follows is forgotten. */
  async renew(): Promise<void> {
    await this.#load(0, true)
  }

  /** Changes calls in place, such as their tags. */
  patch(change: (call: CallRow) => CallRow): void {
    for (const piece of this.#pieces) if (piece.calls) piece.calls = piece.calls.map(change)
    this.#tell()
  }

  /** Hears of whatever there is to draw, until it is called off; with nobody hearing, reading stops. */
  listen(hear: () => void): () => void {
    if (this.#abort.signal.aborted) this.#abort = new AbortController()
    this.#listeners.add(hear)
    return () => {
      this.#listeners.delete(hear)
      if (this.#listeners.size > 0) return
      this.#abort.abort()
      this.#reading.clear()
    }
  }

  #tell(): void {
    for (const hear of this.#listeners) hear()
  }

  async #load(i: number, anew = false): Promise<void> {
    const cursor = i === 0 ? this.#start : (this.#pieces[i]?.cursor ?? this.#next ?? undefined)
    const id = `${i}/${cursor}`
    if (this.#reading.has(id)) return
    this.#reading.add(id)
    const { signal } = this.#abort
    try {
      const answer = await this.#read(cursor, i === 0, signal)
      if (signal.aborted) return
      this.error = undefined
      this.#put(i, cursor, answer, anew)
    } catch (cause) {
      if (signal.aborted) return
      this.error = cause instanceof ApiError ? cause : new ApiError({ status: 0, kind: 'page', title: String(cause) })
    } finally {
      this.#reading.delete(id)
    }
    this.#tell()
  }

  #put(i: number, cursor: string | undefined, answer: CallsAnswer, anew: boolean): void {
    const before = this.#pieces[i]
    const piece = { cursor, calls: answer.items, size: answer.items.length }
    if (i === 0 && answer.count !== undefined) this.count = answer.count
    if (anew && before?.calls && !startAlike(before.calls, answer.items)) {
      this.#pieces = [piece]
      this.#next = answer.next
      return
    }
    // A page read again keeps its length, or rows would move under the reader; what came late is found at the next visit.
    this.#pieces[i] = before && i < this.#pieces.length - 1 ? { ...piece, size: before.size } : piece
    if (i === this.#pieces.length - 1) this.#next = answer.next
  }

  #letGo(first: number, last: number): void {
    const loaded = this.#pieces.flatMap((piece, i) => (piece.calls ? [i] : []))
    const distance = (i: number) => (i < first ? first - i : i > last ? i - last : 0)
    loaded.sort((a, b) => distance(b) - distance(a))
    for (const i of loaded.slice(0, Math.max(0, loaded.length - KEPT))) {
      const piece = this.#pieces[i]
      if (piece && distance(i) > NEAR) piece.calls = undefined
    }
  }
}

function startAlike(before: readonly CallRow[], now: readonly CallRow[]): boolean {
  return before.length === now.length && before[0]?.key === now[0]?.key && before.at(-1)?.key === now.at(-1)?.key
}
