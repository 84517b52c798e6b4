// The column orders Asterisk writes: every width of cdr_csv, and the sample mapping of cdr_custom. No parsing here.

export type CdrFormatName =
  | 'cdr_csv-16'
  | 'cdr_csv-17-uniqueid'
  | 'cdr_csv-17-userfield'
  | 'cdr_csv-18'
  | 'cdr_csv-19'
  | 'cdr_csv-20-uniqueid'
  | 'cdr_csv-20-userfield'
  | 'cdr_csv-21'
  | 'cdr_custom'
  | 'cdr_mapped'

export type CdrFormat = {
  readonly name: CdrFormatName
  readonly columns: readonly string[]
  /** `CDR(start,u)`: times are seconds since 1970, whatever zone the PBX is in. Only a mapping of one's own has them. */
  readonly epochTimes?: boolean
}

const BASE = [
  ...['accountcode', 'src', 'dst', 'dcontext', 'clid', 'channel', 'dstchannel', 'lastapp', 'lastdata'],
  ...['start', 'answer', 'end', 'duration', 'billsec', 'disposition', 'amaflags'],
]
/** What `newcdrcolumns=yes` appends. */
const NEW = ['peeraccount', 'linkedid', 'sequence']

/** The mapping shipped in the sample cdr_custom.conf: everything quoted but the sequence. */
const CUSTOM = [
  ...['clid', 'src', 'dst', 'dcontext', 'channel', 'dstchannel', 'lastapp', 'lastdata', 'start', 'answer', 'end'],
  ...['duration', 'billsec', 'disposition', 'amaflags', 'accountcode', 'uniqueid', 'userfield', 'sequence'],
]

/** All formats read, narrow to wide; the two 17s, 19s and 20s are told apart by content. */
export const CDR_FORMATS: readonly CdrFormat[] = [
  { name: 'cdr_csv-16', columns: BASE },
  { name: 'cdr_csv-17-uniqueid', columns: [...BASE, 'uniqueid'] },
  { name: 'cdr_csv-17-userfield', columns: [...BASE, 'userfield'] },
  { name: 'cdr_csv-18', columns: [...BASE, 'uniqueid', 'userfield'] },
  { name: 'cdr_csv-19', columns: [...BASE, ...NEW] },
  { name: 'cdr_custom', columns: CUSTOM },
  { name: 'cdr_csv-20-uniqueid', columns: [...BASE, 'uniqueid', ...NEW] },
  { name: 'cdr_csv-20-userfield', columns: [...BASE, 'userfield', ...NEW] },
  { name: 'cdr_csv-21', columns: [...BASE, 'uniqueid', 'userfield', ...NEW] },
]

/** `epoch.counter`, after `systemname-` if the PBX has a name (which may itself contain dashes). */
export const UNIQUEID = /^(.+-)?\d{9,10}\.\d+$/
