// Recorded files with random damage, read and accounted for: no crash, no endless reading, every byte in a row or in a
// reject, the same whatever the chunks. The same seed gives the same damage.

import { assert } from '@tollbook/kernel'
import { type RecordFormat, type RecordItem, recordReader } from '../record-format.ts'
import { sniffRecords } from '../sniff-records.ts'
import { type Pick, random } from './random.ts'

export type FuzzedFile = { readonly format: RecordFormat; readonly bytes: Buffer }

export type FuzzReport = {
  readonly runs: number
  readonly rows: number
  readonly rejects: number
  readonly bytes: number
}

/** What a run reads: a few rows of a recording. */
const MOST_LINES = 12

/**
 * Damages and reads so many pieces of these files; throws an AssertionError that names the run when one is not as it must
 * be. A run takes some 30 µs.
 * @param seed the first run's; each run has its own, so that one can be repeated alone (`runs` 1, `seed` its number).
 */
export function fuzzRows(files: readonly FuzzedFile[], runs: number, seed: number): FuzzReport {
  const lines = files.map(({ bytes }) => linesOf(bytes))
  let [rows, rejects, read] = [0, 0, 0]
  for (let run = seed; run < seed + runs; run++) {
    const pick = random(run)
    const which = pick(files.length)
    const bytes = damaged(pieceOf(lines[which]!, pick), lines[pick(files.length)]!, pick)
    const { format } = files[which]!
    const items = readIn(format, bytes, cutsOf(bytes.length, pick))
    const whole = readIn(format, bytes, [])
    assert(sameItems(items, whole), `run ${run}: other items where chunks end elsewhere`)
    assert(
      unaccounted(bytes, items) === undefined,
      `run ${run}: byte ${unaccounted(bytes, items)} is in no row and no reject`,
    )
    sniffRecords(bytes, { complete: pick(2) === 0 })
    for (const { kind } of items) kind === 'reject' ? rejects++ : rows++
    read += bytes.length
  }
  return { runs, rows, rejects, bytes: read }
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const lf = bytes.indexOf(10, at)
    const end = lf < 0 ? bytes.length : lf + 1
    lines.push(bytes.subarray(at, end))
    at = end
  }
  return lines
}

function pieceOf(lines: readonly Buffer[], pick: Pick): Buffer {
  const from = pick(lines.length)
  return Buffer.concat(lines.slice(from, from + 1 + pick(MOST_LINES)))
}

/** Bytes that mean something to a reader. */
const SPICE = [
  '"',
  '""',
  ',',
  '\n',
  '\r\n',
  '\r',
  '|',
  '\0',
  '\u00ef\u00bb\u00bf',
  '\u00ff\u00fe',
  ',"',
  '",',
  '"\n',
  '"\n"',
  ' ',
]

function damaged(piece: Buffer, other: readonly Buffer[], pick: Pick): Buffer {
  let bytes = piece
  for (let n = pick(5); n > 0; n--) {
    const at = pick(bytes.length + 1)
    const to = Math.min(bytes.length, at + pick(pick(4) === 0 ? 200 : 8))
    const [before, middle, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)]
    const what = pick(6)
    const spice = Buffer.from(SPICE[pick(SPICE.length)]!, 'latin1')
    if (what === 0) bytes = Buffer.concat([before, after])
    else if (what === 1) bytes = Buffer.concat([before, spice, middle, after])
    else if (what === 2) bytes = Buffer.concat([before, spice, after])
    else if (what === 3) bytes = Buffer.concat([before, middle, middle, after])
    else if (what === 4) bytes = Buffer.concat([before, other[pick(other.length)]!, middle, after])
    else bytes = Buffer.concat([before, Buffer.from([pick(256)]), after])
  }
  return pick(8) === 0 ? bytes.subarray(0, pick(bytes.length + 1)) : bytes
}

function cutsOf(length: number, pick: Pick): number[] {
  return Array.from({ length: pick(4) }, () => pick(length + 1)).sort((a, b) => a - b)
}

function readIn(format: RecordFormat, bytes: Buffer, cuts: readonly number[]): RecordItem[] {
  const reader = recordReader(format)
  const items: RecordItem[] = []
  let at = 0
  for (const cut of [...cuts, bytes.length]) {
    items.push(...reader.push(bytes.subarray(at, cut)))
    assert(reader.consumed() <= cut, 'nothing is consumed before it came')
    at = cut
  }
  items.push(...reader.end())
  return items
}

function rawOf(item: RecordItem): Buffer {
  assert(item.kind !== 'session', 'files have no sessions')
  const raw = item.kind === 'reject' ? item.raw : item.row.raw
  assert(raw !== undefined, 'rows of a file keep their bytes')
  return raw
}

function sameItems(a: readonly RecordItem[], b: readonly RecordItem[]): boolean {
  return a.length === b.length && a.every((item, i) => item.kind === b[i]!.kind && rawOf(item).equals(rawOf(b[i]!)))
}

/** The first byte that is in no item; line ends between items belong to none. */
function unaccounted(bytes: Buffer, items: readonly RecordItem[]): number | undefined {
  const first = items[0]
  const isKept = first !== undefined && rawOf(first).subarray(0, 3).equals(BOM)
  let at = bytes.subarray(0, 3).equals(BOM) && !isKept ? 3 : 0
  const isLineEnd = () => bytes[at] === 10 || bytes[at] === 13
  for (const item of items) {
    const raw = rawOf(item)
    // As few as it takes: a reject may begin with line ends of its own.
    while (at < bytes.length && isLineEnd() && !bytes.subarray(at, at + raw.length).equals(raw)) at++
    if (!bytes.subarray(at, at + raw.length).equals(raw)) return at
    at += raw.length
  }
  while (at < bytes.length && isLineEnd()) at++
  return at === bytes.length ? undefined : at
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf])
