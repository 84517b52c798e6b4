// Tables of CDRs as other programs make them, filled with rows of a Master.csv: what a test reads and holds against
// reading the Master.csv itself. Says SQL; who runs it is the test's business.

/** The fields of a CDR a table may have; a row of the CDR reader is one. */
export type TabledCdr = {
  readonly [name in TextField]: string
} & { readonly duration: number; readonly billsec: number; readonly sequence: number | undefined }

type TextField =
  | ('accountcode' | 'src' | 'dst' | 'dcontext' | 'clid' | 'channel' | 'dstchannel' | 'lastapp' | 'lastdata' | 'start')
  | ('answer' | 'end' | 'disposition' | 'amaflags' | 'uniqueid' | 'userfield' | 'peeraccount' | 'linkedid')

export type CdrTableMake = 'classic' | 'freepbx' | 'alembic' | 'odbc-numbers' | 'epochs' | 'instants' | 'sqlite3-custom'
export const CDR_TABLE_MAKES: readonly CdrTableMake[] = [
  ...(['classic', 'freepbx', 'alembic', 'odbc-numbers', 'epochs', 'instants', 'sqlite3-custom'] as const),
]

export type SqlEngine = 'postgresql' | 'mysql' | 'sqlite'
export type Run = (sql: string, values: readonly (string | number | null)[]) => Promise<unknown>

type Column = { readonly name: string; readonly type: string; readonly of: (row: TabledCdr) => string | number | null }

/** Creates a table of this make; `id` adds a column that counts up, `index` an index on the time. */
export async function createCdrTable(
  run: Run,
  engine: SqlEngine,
  make: CdrTableMake,
  table: string,
  { id = false, index = false }: { readonly id?: boolean; readonly index?: boolean } = {},
): Promise<void> {
  const columns = columnsOf(engine, make).map((c) => `${quote(engine, c.name)} ${c.type}`)
  const list = [...(id ? [`id ${IDS[engine]}`] : []), ...columns].join(', ')
  await run(`create table ${table} (${list})`, [])
  const time = columnsOf(engine, make).find((c) => c.name === 'calldate' || c.name === 'start')!.name
  if (index) await run(`create index ${table}_time on ${table} (${quote(engine, time)})`, [])
}

/** Inserts rows, 100 at a time, in their order. Times count as local unless the make says otherwise (then: UTC). */
export async function insertCdrRows(
  run: Run,
  engine: SqlEngine,
  make: CdrTableMake,
  table: string,
  rows: readonly TabledCdr[],
): Promise<void> {
  const columns = columnsOf(engine, make)
  const names = columns.map((c) => quote(engine, c.name)).join(', ')
  for (let at = 0; at < rows.length; at += 100) {
    const some = rows.slice(at, at + 100)
    const place = (i: number) => (engine === 'postgresql' ? `$${i + 1}` : '?')
    const tuples = some.map((_, r) => `(${columns.map((_, c) => place(r * columns.length + c)).join(', ')})`)
    const values = some.flatMap((row) => columns.map((c) => c.of(row)))
    await run(`insert into ${table} (${names}) values ${tuples.join(', ')}`, values)
  }
}

const IDS: Readonly<Record<SqlEngine, string>> = {
  postgresql: 'serial primary key',
  mysql: 'int auto_increment primary key',
  sqlite: 'integer primary key autoincrement',
}

function quote(engine: SqlEngine, name: string): string {
  return engine === 'mysql' ? `\`${name}\`` : `"${name}"`
}

function columnsOf(engine: SqlEngine, make: CdrTableMake): Column[] {
  const text = (name: TextField, length = 255): Column => ({ name, type: `varchar(${length})`, of: (row) => row[name] })
  const int = (name: 'duration' | 'billsec'): Column => ({ name, type: 'int', of: (row) => row[name] })
  const local = engine === 'postgresql' ? 'timestamp' : 'datetime'
  const time = (name: string, of: (row: TabledCdr) => string): Column => ({
    name,
    type: local,
    of: (r) => of(r) || null,
  })
  const start = time('calldate', (row) => row.start)
  const before = ['clid', 'src', 'dst', 'dcontext', 'channel', 'dstchannel', 'lastapp', 'lastdata'] as const
  const head = before.map((name) => text(name))
  const middle = [int('duration'), int('billsec'), text('disposition')]
  const tail = [text('accountcode'), text('uniqueid'), text('userfield')]
  const newer = [text('linkedid'), text('peeraccount')]
  const sequence: Column = { name: 'sequence', type: 'int', of: (row) => row.sequence ?? null }
  const three = [time('start', (row) => row.start), time('answer', (row) => row.answer), time('end', (row) => row.end)]
  const flags: Column = { name: 'amaflags', type: 'int', of: (row) => AMAFLAGS.indexOf(row.amaflags) }
  switch (make) {
    case 'classic':
      return [start, ...head, ...middle, text('amaflags'), ...tail]
    case 'freepbx': {
      const named = ['did', 'recordingfile', 'cnum', 'cnam', 'outbound_cnum', 'outbound_cnam', 'dst_cnam']
      const added = named.map((name): Column => ({ name, type: 'varchar(80)', of: () => '' }))
      return [start, ...head, ...middle, flags, ...tail, ...added, ...newer, sequence]
    }
    case 'alembic':
      return [...head, ...three, ...middle, text('amaflags'), ...tail, ...newer, sequence]
    case 'odbc-numbers': {
      const number: Column = { name: 'disposition', type: 'int', of: (row) => DISPOSITIONS[row.disposition] ?? 0 }
      const fraction = (name: 'duration' | 'billsec'): Column => ({
        name,
        type: engine === 'postgresql' ? 'double precision' : 'double',
        of: (row) => row[name] + 0.25,
      })
      return [start, ...head, fraction('duration'), fraction('billsec'), number, flags, ...tail, ...newer, sequence]
    }
    case 'epochs': {
      const epochs = (['start', 'answer', 'end'] as const).map((name): Column => {
        return { name, type: 'bigint', of: (row) => (row[name] === '' ? 0 : epochOf(row[name])) }
      })
      return [...head, ...epochs, ...middle, text('amaflags'), ...tail, ...newer, sequence]
    }
    case 'instants': {
      const type = { postgresql: 'timestamptz', mysql: 'timestamp null', sqlite: 'datetime' }[engine]
      // What PostgreSQL is told in UTC; MySQL takes it by its session's zone, which a test sets to UTC.
      const utc = (value: string) => (engine === 'postgresql' && value !== '' ? `${value}+00` : value)
      const instants = three.map((c): Column => ({ ...c, type, of: (row) => utc(String(c.of(row) ?? '')) || null }))
      return [...head, ...instants, ...middle, text('amaflags'), ...tail, ...newer, sequence]
    }
    case 'sqlite3-custom': {
      const kept = head.filter((c) => c.name !== 'src' && c.name !== 'dst')
      return [start, ...kept, ...middle, text('amaflags'), ...tail]
    }
  }
}

const AMAFLAGS: readonly string[] = ['', 'OMIT', 'BILLING', 'DOCUMENTATION']
const DISPOSITIONS: Readonly<Record<string, number>> = {
  ...{ 'NO ANSWER': 0, FAILED: 2, BUSY: 4, ANSWERED: 8, CONGESTION: 16, CANCEL: 32 },
}

function epochOf(utc: string): number {
  return Date.parse(`${utc.replace(' ', 'T')}Z`) / 1000
}
