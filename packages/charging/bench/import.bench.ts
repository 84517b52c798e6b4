// How fast a file of CDRs is imported: read, stitched, rated, posted and committed, against a bare COPY of the same file
// into a table without keys, in the same run, on an embedded PostgreSQL with the settings everybody gets.
// One JSON object a line; `--rows N` for one size. Default: 100,000 and 1,000,000 rows, each into an empty database.

import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { connect, type Db, migrate, startEmbedded, transaction } from '@tollbook/db'
import { ensureCarrier, ensureTenant, saveTrunk } from '@tollbook/directory'
import { assert, systemClock, type TenantId } from '@tollbook/kernel'
import { type ImportReport, importCdrs } from '../src/import-cdrs.ts'
import { importRateDeck } from '../src/import-rate-deck.ts'
import { believableCdrs } from './believable-cdrs.ts'

const at = process.argv.indexOf('--rows')
const sizes = at < 0 ? [100_000, 1_000_000] : [Number(process.argv[at + 1])]
const dir = mkdtempSync(join(tmpdir(), 'tollbook-bench-'))
const server = await startEmbedded({ dataDir: dir })
try {
  for (const rows of sizes) console.log(JSON.stringify(await measure(rows)))
} finally {
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
}

async function measure(rows: number): Promise<Record<string, unknown>> {
  const file = join(dir, `master-${rows}.csv`)
  await writeFile(file, rows)
  const db = await freshDatabase(`bench_${rows}`)
  try {
    const before = await bareCopy(db, file)
    const tenantId = await furnish(db)
    const memory = watchMemory()
    const cpu = process.cpuUsage()
    const report = await imported(db, tenantId, file)
    const used = process.cpuUsage(cpu)
    const peak = memory.stop()
    // Before and after, because a machine with other work is not the same from one minute to the next.
    const bare = (before + (await bareCopy(db, file))) / 2
    assert(report.inserted === report.read && report.rejected === 0, 'every row is inserted')
    const charges = await db.pool.query('select count(*)::int as n from charge')
    const speed = report.read / report.seconds
    return {
      bench: 'import',
      rows: report.read,
      calls: report.calls,
      rated: report.rated,
      charges: charges.rows[0].n,
      seconds: round(report.seconds, 2),
      rows_per_second: round(speed, 0),
      bare_copy_rows_per_second: round(report.read / bare, 0),
      ratio: round((bare * speed) / report.read, 3),
      peak_rss_mb: round(peak, 0),
      // What this process spent, which tells a slow build from a busy machine; PostgreSQL spends about as much.
      cpu_us_per_row: round((used.user + used.system) / report.read, 1),
      machine: await machine(db),
    }
  } finally {
    await db.close()
    rmSync(file)
  }
}

async function writeFile(path: string, rows: number): Promise<void> {
  const out = createWriteStream(path)
  for (const text of believableCdrs(rows)) if (!out.write(text)) await once(out, 'drain')
  out.end()
  await once(out, 'close')
}

async function freshDatabase(name: string): Promise<Db> {
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
async function furnish(db: Db): Promise<TenantId> {
  const nowMs = systemClock.now()
  const tenantId = await transaction(db, async (tx) => {
    const tenant = await ensureTenant(tx, { slug: 'main', name: 'Bench', currency: 'EUR' }, nowMs)
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

async function imported(db: Db, tenantId: TenantId, path: string): Promise<ImportReport> {
  const options = { tenantId, source: 'bench', zone: 'auto', filename: 'Master.csv', path, clock: systemClock }
  const report = await importCdrs(db, options)
  assert(report.ok, 'the file is imported')
  return report.value
}

/** Largest resident memory of this process from now on, MB: reader, stitcher, rater and both lanes are in it. */
function watchMemory(): { stop(): number } {
  let peak = 0
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss() / 1024 / 1024)
  }
  look()
  const timer = setInterval(look, 50)
  return {
    stop() {
      clearInterval(timer)
      look()
      return peak
    },
  }
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
