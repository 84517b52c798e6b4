// How fast a file of CDRs is imported: read, stitched, rated, posted and committed, against a bare COPY of the same file
// into an ordinary logged table of 21 text columns without an index, in the same run, on an embedded PostgreSQL with the
// settings everybody gets. One JSON object: the largest size, and `sizes` with each. `--rows N` for one size; default
// 100,000 and 1,000,000 rows, each into an empty database. `--into DIR DATABASE` imports the largest once more, into one that
// holds a year of calls already (the bench of figures keeps such: stats_30000000), and tells the ratio to the empty one.
//
// The import runs in a process of its own, so that `peak_rss_mb` is its memory alone: neither the generator of the file
// nor the baseline nor PostgreSQL is in it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { connect, type Db, migrate, transaction } from '@tollbook/db'
import { type EmbeddedServer, startEmbedded } from '@tollbook/db/embedded'
import { ensureCarrier, ensureTenant, saveTrunk } from '@tollbook/directory'
import { assert, asTenantId, systemClock, type TenantId } from '@tollbook/kernel'
import { type ImportReport, importCdrs } from '../src/import-cdrs.ts'
import { importRateDeck } from '../src/import-rate-deck.ts'
import { believableCdrs } from './believable-cdrs.ts'

const AS_CHILD = '--import-of'
if (process.argv[2] === AS_CHILD) await importHere(process.argv.slice(3))
else await measureAll()

async function measureAll(): Promise<void> {
  const at = process.argv.indexOf('--rows')
  const sizes = at < 0 ? [100_000, 1_000_000] : [Number(process.argv[at + 1])]
  const dir = mkdtempSync(join(tmpdir(), 'tollbook-bench-'))
  const server = await startEmbedded({ dataDir: dir })
  try {
    const measured: Record<string, unknown>[] = []
    for (const rows of sizes) measured.push(await measure(server, dir, rows))
    const admin = connect(server.url(), { max: 1 })
    const about = await machine(admin)
    await admin.close()
    const full = process.argv.includes('--into') ? await measureFull(dir, sizes.at(-1)!, measured.at(-1)!) : {}
    console.log(JSON.stringify({ bench: 'import', ...measured.at(-1), ...full, machine: about, sizes: measured }))
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function measure(server: EmbeddedServer, dir: string, rows: number): Promise<Record<string, unknown>> {
  const file = join(dir, `master-${rows}.csv`)
  await writeFile(file, rows)
  const name = `bench_${rows}`
  const db = await freshDatabase(server, name)
  try {
    const tenantId = await furnish(db)
    const before = await bareCopy(db, file)
    const serverCpu = cpuSecondsOf(server.pid)
    const { report, peakRssMb, cpuSeconds } = await importInChild(server.url(name), tenantId, file)
    const serverUsed = cpuSecondsOf(server.pid) - serverCpu
    // Before and after, because a machine with other work is not the same from one minute to the next.
    const bare = (before + (await bareCopy(db, file))) / 2
    assert(report.inserted === report.read && report.rejected === 0, 'every row is inserted')
    const charges = await db.pool.query('select count(*)::int as n from charge')
    const speed = report.read / report.seconds
    return {
      rows: report.read,
      calls: report.calls,
      rated: report.rated,
      charges: charges.rows[0].n,
      seconds: round(report.seconds, 2),
      rows_per_second: round(speed, 0),
      bare_copy_rows_per_second: round(report.read / bare, 0),
      ratio: round((bare * speed) / report.read, 3),
      peak_rss_mb: round(peakRssMb, 0),
      // What both processes worked, which tells a slow build from a busy machine. The server's needs /proc.
      cpu_us_per_row: round((cpuSeconds * 1e6) / report.read, 1),
      postgres_cpu_us_per_row: Number.isNaN(serverUsed) ? null : round((serverUsed * 1e6) / report.read, 1),
    }
  } finally {
    await db.close()
    rmSync(file)
  }
}

/** The same rows into a database with calls: new months of it, beside those it has. They are taken away afterwards. */
async function measureFull(
  dir: string,
  rows: number,
  empty: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const [dataDir, name] = process.argv.slice(process.argv.indexOf('--into') + 1)
  const server = await startEmbedded({ dataDir: dataDir! })
  const file = join(dir, 'full.csv')
  await writeFile(file, rows)
  const db = connect(server.url(name!))
  try {
    await migrate(db, new URL('../../../migrations', import.meta.url).pathname)
    // Its directory was made with ids of its own, and counts from above them. A source has a short number.
    await db.pool.query(`insert into counter select name, case name when 'source' then 10000 else 1000000 end
      from unnest(array['account', 'carrier', 'deck', 'destination', 'plan', 'source', 'tenant', 'trunk']) name
      on conflict (name) do update set value = greatest(counter.value, excluded.value)`)
    const calls = await db.pool.query(
      'select sum(greatest(reltuples, 0))::bigint as n from pg_class where relname ~ $1',
      ['^call_[0-9]{4}_[0-9]{2}$'],
    )
    await emptyMonths(db)
    const { report } = await importInChild(server.url(name!), await furnish(db, `bench-${systemClock.now()}`), file)
    await emptyMonths(db)
    const speed = report.read / report.seconds
    return {
      calls_before: Number(calls.rows[0].n),
      full_rows_per_second: round(speed, 0),
      ratio_to_empty: round(speed / Number(empty.rows_per_second), 3),
    }
  } finally {
    await db.close()
    await server.stop()
    rmSync(file)
  }
}

/** Takes the rows of the months of the generated file away: nothing else of a kept database lies in them. */
async function emptyMonths(db: Db): Promise<void> {
  const { rows } = await db.pool.query(
    `select relname from pg_class where relispartition and relkind = 'r' and relname ~ $1`,
    [`_(2026_1[12]|2027_01)$`],
  )
  if (rows.length > 0) await db.pool.query(`truncate ${rows.map((r) => r.relname).join(', ')}`)
}

/** What the process of its own answers; memory and CPU are of it alone, start of Node included. */
type Imported = { readonly report: ImportReport; readonly peakRssMb: number; readonly cpuSeconds: number }

async function importInChild(url: string, tenantId: TenantId, file: string): Promise<Imported> {
  const words = [...process.execArgv, process.argv[1]!, AS_CHILD, url, String(tenantId), file]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  const [code] = await once(child, 'close')
  assert(code === 0, 'the importing process ends well')
  return JSON.parse(out)
}

async function importHere([url, tenantId, path]: string[]): Promise<void> {
  const db = connect(url!)
  const where = { tenantId: asTenantId(Number(tenantId)), source: 'bench', zone: 'auto' }
  const cpu = process.cpuUsage()
  const report = await importCdrs(db, { ...where, filename: 'Master.csv', path: path!, clock: systemClock })
  const used = process.cpuUsage(cpu)
  assert(report.ok, 'the file is imported')
  await db.close()
  const peakRssMb = process.resourceUsage().maxRSS / 1024
  const imported: Imported = { report: report.value, peakRssMb, cpuSeconds: (used.user + used.system) / 1e6 }
  console.log(JSON.stringify(imported))
}

/** CPU seconds of a process, of its children, and of those it had; NaN where there is no /proc. */
function cpuSecondsOf(pid: number): number {
  if (!existsSync('/proc/self/stat')) return Number.NaN
  let ticks = 0
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : undefined
    if (stat === undefined) continue
    const [parent, ...[user, system, childrenUser, childrenSystem]] = stat
    if (name === String(pid)) ticks += user! + system! + childrenUser! + childrenSystem!
    else if (parent === pid) ticks += user! + system!
  }
  return ticks / 100 // a tick is 10 ms on every Linux
}

/** Parent and the four CPU times; undefined when the process is gone. */
function statOf(pid: string): number[] | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ').map(Number)
    return [fields[1]!, ...fields.slice(11, 15)]
  } catch {
    return undefined
  }
}

async function writeFile(path: string, rows: number): Promise<void> {
  const out = createWriteStream(path)
  for (const text of believableCdrs(rows)) if (!out.write(text)) await once(out, 'drain')
  out.end()
  await once(out, 'close')
}

async function freshDatabase(server: EmbeddedServer, name: string): Promise<Db> {
  const admin = connect(server.url(), { max: 1 })
  await admin.pool.query(`create database ${name}`)
  await admin.close()
  const db = connect(server.url(name))
  await migrate(db, new URL('../../../migrations', import.meta.url).pathname)
  return db
}

/** Seconds for the same bytes into 21 text columns without a key, committed. */
async function bareCopy(db: Db, file: string): Promise<number> {
  const require = createRequire(new URL('../../db/package.json', import.meta.url))
  const { from } = require('pg-copy-streams') as { from(sql: string): NodeJS.WritableStream }
  await db.pool.query(`create table bare (${Array.from({ length: 21 }, (_, i) => `c${i} text`).join(', ')})`)
  const started = performance.now()
  await transaction(db, async (tx) => {
    const copy = tx.client.query(from('copy bare from stdin with (format csv)') as never) as NodeJS.WritableStream
    await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), copy)
  })
  const seconds = (performance.now() - started) / 1000
  await db.pool.query('drop table bare')
  return seconds
}

/** A tenant with two carriers and a deck on each side, so that every answered outbound call has two charges and an entry. */
async function furnish(db: Db, slug = 'main'): Promise<TenantId> {
  const nowMs = systemClock.now()
  const tenantId = await transaction(db, async (tx) => {
    const tenant = await ensureTenant(tx, { slug, name: 'Bench', currency: 'EUR' }, nowMs)
    return tenant.tenantId
  })
  const deck = async (name: string, side: 'sell' | 'buy', price: string) => {
    const head = 'prefix,destination,rate,connect_fee,first_block,increment,effective_from\n'
    const rates = Array.from({ length: 999 }, (_, i) => `${i + 1},Zone ${i % 60},${price},0.01,30,6,2026-01-01\n`)
    const text = head + rates.join('')
    const done = await importRateDeck(db, {
      tenantId,
      name,
      side,
      currency: 'EUR',
      filename: `${name}.csv`,
      text,
      nowMs,
    })
    assert(done.ok, 'the deck is imported')
    return done.value.deckId
  }
  await deck('retail', 'sell', '0.0575')
  const buyDeckId = await deck('wholesale', 'buy', '0.0123')
  await transaction(db, async (tx) => {
    for (const peer of ['northlink', 'southwire']) {
      const carrierId = await ensureCarrier(tx, tenantId, { name: peer, currency: 'EUR', buyDeckId }, nowMs)
      await saveTrunk(tx, tenantId, { name: peer, peer: `PJSIP/${peer}`, carrierId }, nowMs)
    }
  })
  return tenantId
}

async function machine(db: Db): Promise<Record<string, unknown>> {
  const { rows } = await db.pool.query(`select current_setting('server_version') as version`)
  return {
    cpus: availableParallelism(),
    model: cpus()[0]?.model ?? '',
    memory_gb: round(totalmem() / 1024 ** 3, 0),
    node: process.version,
    postgres: rows[0].version,
  }
}

function round(n: number, places: number): number {
  return Number(n.toFixed(places))
}
