// A userfield with CR LF in it, put together again. It is the last of a Cdr's standard headers; behind it come only those of
// cdr_manager.conf [mappings], in one order in all Cdrs of a PBX. So all text up to the first of these is the userfield's.

import { utf8 } from '../utf8.ts'

/** Headers that a mapping is most likely to have, when no whole Cdr has shown them. */
const USUAL = ['LinkedID', 'Sequence', 'PeerAccount']
const USERFIELD = '\r\nUserField: '

/** Name of the first header behind the userfield of a Cdr that is whole; undefined when there is none. */
export function firstMapped(whole: Buffer): string | undefined {
  const text = whole.toString('latin1')
  const line = text.indexOf('\r\n', text.indexOf(USERFIELD) + 2)
  const end = line < 0 ? -1 : text.indexOf(':', line)
  return end < 0 ? undefined : text.slice(line + 2, end)
}

/** The userfield of a torn Cdr given whole, with the blank lines that tore it; undefined when its end is not to be seen. */
export function tornUserfield(raw: Buffer, mapped: string | undefined): string | undefined {
  const text = raw.toString('latin1')
  const start = text.indexOf(USERFIELD)
  if (start < 0) return undefined
  const from = start + USERFIELD.length
  // The last of a name: one that is forged stands before it.
  const ends = (mapped === undefined ? USUAL : [mapped])
    .map((name) => text.lastIndexOf(`\r\n${name}: `))
    .filter((end) => end >= from)
  return ends.length === 0 ? undefined : utf8(text.slice(from, Math.min(...ends)))
}
