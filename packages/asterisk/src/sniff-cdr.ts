// Decides from the first bytes of a file which CDR format it is, by content and never by name, or says what it is
// instead. Reads a sample only: whether each row is good is the reader's business.

import { err, ok, type Result } from '@tollbook/kernel'
import type { CdrFormat, CdrFormatName } from './cdr-format.ts'
import { type NotCdr, notCdr } from './not-cdr.ts'
import { INCOMPLETE, RecordScanner } from './record-scanner.ts'
import { LAYOUTS, layoutOfRecord } from './row-layout.ts'

/** Enough rows to outvote a few damaged ones; reading on would not change the answer. */
const SAMPLE_RECORDS = 500
/** A file is refused when fewer than one record in twenty has the shape of a CDR: then the rest is something else. */
const SHARE = 20

/**
 * Tells the format of a file from its head (64 KiB are plenty; already unpacked if it was gzip).
 * @param opts.complete the head is the whole file, so its last line counts without a line end.
 * @returns the format most of the sampled records have, or why the file is not CDRs.
 */
export function sniffCdr(head: Uint8Array, opts: { readonly complete: boolean }): Result<CdrFormat, NotCdr> {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  const start = text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0
  const votes = new Map<CdrFormatName, number>()
  const scan = new RecordScanner()
  let records = 0
  let good = 0
  for (let at = start; at < text.length && records < SAMPLE_RECORDS; ) {
    const end = scan.scan(text, at, opts.complete)
    const found = end === INCOMPLETE ? undefined : layoutOfRecord(text, scan, undefined).layout
    if (found !== undefined) {
      votes.set(found.format.name, (votes.get(found.format.name) ?? 0) + 1)
      good++
      records++
      at = end
      continue
    }
    // Not a row: it may be a broken quote that swallows good ones, so go on with the next line.
    const lf = text.indexOf('\n', at)
    if (lf < 0 && !opts.complete) break
    if (lf !== at && lf !== at + 1) records++
    at = lf < 0 ? text.length : lf + 1
  }
  const name = mostVoted(votes)
  if (name === undefined || good * SHARE < records) return err(notCdr(head, opts.complete))
  return ok(LAYOUTS.get(name)!.format)
}

/** On a tie the later format wins: a file whose width changed is going on in the new one. */
function mostVoted(votes: ReadonlyMap<CdrFormatName, number>): CdrFormatName | undefined {
  let best: CdrFormatName | undefined
  for (const [name, count] of votes) if (best === undefined || count >= votes.get(best)!) best = name
  return best
}
