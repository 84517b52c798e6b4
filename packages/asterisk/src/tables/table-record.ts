// A row of somebody's table, or a pushed record, before it is known to be a CDR: texts by column name, case set aside.

/** Texts by the names the table gives them; null and absent are the same. */
export type TableRecord = Readonly<Record<string, string | null>>

export type RecordReader = {
  /** The first of these columns that has a value; '' when none has. */
  get(...names: readonly string[]): string
  /** Whether one of these columns exists, with or without a value. */
  has(...names: readonly string[]): boolean
  /** What nobody asked for and is not empty, in the order of the columns. */
  rest(but: ReadonlySet<string>): Record<string, string>
}

/** Reads columns by lower-case names. Values lose the blanks at their ends (CHAR columns pad) and a `NULL` in words. */
export function recordReader(record: TableRecord): RecordReader {
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(record)) values.set(name.toLowerCase(), plain(value))
  const asked = new Set<string>()
  return {
    get(...names) {
      for (const name of names) asked.add(name)
      for (const name of names) {
        const value = values.get(name)
        if (value !== undefined && value !== '') return value
      }
      return ''
    },
    has: (...names) => names.some((name) => values.has(name)),
    rest(but) {
      const rest: Record<string, string> = {}
      for (const [name, value] of values) {
        if (value === '' || asked.has(name) || but.has(name)) continue
        if (Object.keys(rest).length === MOST_EXTRAS) break
        rest[name.slice(0, LONGEST_NAME)] = value.slice(0, LONGEST_EXTRA)
      }
      return rest
    },
  }
}

/** Bounds on what is kept beside a leg; a table may have any number of columns. */
const MOST_EXTRAS = 40
const LONGEST_NAME = 64
const LONGEST_EXTRA = 1000

function plain(value: string | null): string {
  if (value === null) return ''
  const text = value.trimEnd().replaceAll('\0', '\uFFFD') // which no text of PostgreSQL may hold
  return text === 'NULL' ? '' : text
}

/** The record as it is set aside when it cannot be read: one line of JSON, read again by `readRecord`. */
export function recordBytes(record: TableRecord): Buffer {
  return Buffer.from(JSON.stringify(record))
}

/** The record behind such bytes; undefined when they hold none. */
export function readRecord(bytes: Buffer): TableRecord | undefined {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined // cut, or never a record
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const fine = Object.values(value).every((v) => v === null || typeof v === 'string')
  return fine ? (value as TableRecord) : undefined
}
