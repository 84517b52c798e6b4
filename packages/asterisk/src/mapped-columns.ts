// A mapping of somebody's own, as pasted from cdr_custom.conf or cel_custom.conf or given as a list of names, → columns.
// Knows what a CDR and a channel event cannot do without; reads no rows.

import { err, ok, type Result } from '@tollbook/kernel'

export type MappedColumns = { readonly kind: 'cdr' | 'cel'; readonly columns: readonly string[] }

/** Why a mapping cannot be used; `reason` may be shown as it stands. */
export type BadColumns = { readonly kind: 'bad-columns'; readonly reason: string }

/** No PBX writes more; the scanner keeps 32. */
const MOST_COLUMNS = 32

/**
 * The columns of `clid,src,dst,…` or of `Simple.csv => ${CSV_QUOTE(${CDR(clid)})},${CDR(start,u)},…`. Names that mean
 * nothing here (a variable of the dialplan) are passed over when rows are read.
 */
export function mappedColumns(text: string): Result<MappedColumns, BadColumns> {
  const line = text.replace(/^\s*[^=,]*=>?\s*/, (m) => (m.includes('=') ? '' : m)).trim()
  const columns = (line.includes('${') ? fromMapping(line) : line.split(',')).map((name) => nameOf(name))
  if (columns.length < 2) return bad('give the columns as a list, clid,src,dst,…, or paste the line of cdr_custom.conf')
  if (columns.length > MOST_COLUMNS) return bad(`${columns.length} columns; at most ${MOST_COLUMNS} are read`)
  const twice = columns.find((name, i) => KNOWN.has(name) && columns.indexOf(name) !== i)
  if (twice !== undefined) return bad(`the column ${twice} is there twice`)
  const kind = columns.includes('eventtype') ? 'cel' : 'cdr'
  const missing = NEEDED[kind].find((name) => !columns.includes(name))
  if (missing !== undefined) {
    const what = kind === 'cel' ? 'channel events' : 'call records'
    return bad(`the mapping has no ${missing}, without which its rows are no ${what}`)
  }
  if (kind === 'cdr' && !columns.includes('uniqueid') && !columns.includes('channel')) {
    return bad('the mapping has neither uniqueid nor channel: nothing would tell its rows apart')
  }
  return ok({ kind, columns })
}

const NEEDED = {
  cdr: ['start', 'duration', 'billsec', 'disposition'],
  cel: ['eventtype', 'eventtime', 'channame', 'uniqueid'],
} as const

/** Names in the mappings of Asterisk's samples that are called otherwise here. */
const ALIASES: Readonly<Record<string, string>> = { bridgepeer: 'peer', extra: 'eventextra', channel_name: 'channame' }

const KNOWN = new Set([
  ...['clid', 'src', 'dst', 'dcontext', 'channel', 'dstchannel', 'lastapp', 'lastdata', 'start', 'answer', 'end'],
  ...['duration', 'billsec', 'disposition', 'amaflags', 'accountcode', 'uniqueid', 'userfield', 'sequence', 'linkedid'],
  ...['peeraccount', 'eventtype', 'eventtime', 'name', 'num', 'exten', 'context', 'channame', 'appname', 'appdata'],
  ...['peer', 'userdeftype', 'eventextra'],
])

/** Splits at the commas between columns: those inside ${…} and (…) belong to a function. */
function fromMapping(line: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!
    if (c === '(' || c === '{') depth++
    else if (c === ')' || c === '}') depth--
    else if (c === ',' && depth === 0) {
      parts.push(line.slice(from, i))
      from = i + 1
    }
  }
  return [...parts, line.slice(from)]
}

/** `${CSV_QUOTE(${CDR(start,u)})}` → start; `"${eventtype}"` → eventtype; `src` → src. */
function nameOf(part: string): string {
  const inner = /\$\{(?:\w+\()?([A-Za-z_]\w*)(?:,\w+)?\)?\}(?:\)\})*"*\s*$/.exec(part.trim())?.[1]
  const name = (inner ?? part).trim().replaceAll('"', '').toLowerCase()
  return ALIASES[name] ?? name
}

function bad(reason: string): Result<never, BadColumns> {
  return err({ kind: 'bad-columns', reason })
}
