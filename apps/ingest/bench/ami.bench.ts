// Live capture at full load: a fake Asterisk in a process of its own sends calls with seven channel events and one Cdr each
// to the real ingest process on an embedded PostgreSQL, at 10,000 Cdr/s in a burst and at 2,500 Cdr/s for as long. Told for
// both: whether the sender ever waited, what was lost, how long until a call is visible, how much memory ingest took, how
// much waited on the disk. Beside it a bare reader of the same socket that only counts bytes.
//
// The burst is more than two cores can store: its lag is that of calls sent from the moment it ends, while its backlog is
// still being stored. `--seconds N` (60), `--only burst|sustained`.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { legContext, queueEventFromRow, type ZoneConverter, zoneConverter } from '@tollbook/calls'
import { importRateDeck } from '@tollbook/charging'
import { connect, type Db, migrate, transaction } from '@tollbook/db'
import { type EmbeddedServer, startEmbedded } from '@tollbook/db/embedded'
import { ensureCarrier, ensureSource, ensureTenant, saveTrunk, setAmiConnection } from '@tollbook/directory'
import { assert, type SourceId, systemClock } from '@tollbook/kernel'
import { loadSecretKey, nodeLimits, sealSecret } from '@tollbook/runtime'
import type { Order, Told } from './fake-sender.ts'

const ROOT = join(import.meta.dirname, '../../..')
const option = (name: string) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}
const seconds = Number(option('seconds') ?? 60)
const only = option('only')

/** Calls of which the time to be visible is taken, a second. */
const PROBES_PER_SECOND = 10
/** After a burst calls go on like this. */
const AFTER = { perSecond: 50, seconds: 10 }
const LOOK_MS = 25
const WARM_CALLS = 200
const LIMIT_MS = 900_000
/** Nothing stored for this long: what is missing is lost. */
const STUCK_MS = 30_000

await measureAll()

async function measureAll(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tollbook-bench-'))
  const server = await startEmbedded({ dataDir: dir })
  try {
    const bare = await bareReader()
    const burst = only === 'sustained' ? undefined : await measure(server, dir, 'burst', 10_000)
    const sustained = only === 'burst' ? undefined : await measure(server, dir, 'sustained', 2_500)
    const ratio = (of: typeof burst) => (of === undefined ? undefined : round(of.cdr_per_second / bare.cdrPerSecond, 3))
    const figures = { bare_reader_cdr_per_second: round(bare.cdrPerSecond, 0), ratio: ratio(burst ?? sustained) }
    console.log(JSON.stringify({ bench: 'ami', seconds, ...figures, burst, sustained }))
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function measure(server: EmbeddedServer, dir: string, name: 'burst' | 'sustained', perSecond: number) {
  const db = await freshDatabase(server, name)
  const dataDir = join(dir, name)
  const sender = await startSender()
  const sourceId = await furnish(db, dataDir, sender.port)
  const loggedIn = sender.told('logged-in')
  const ingest = startIngest(server.url(name), dataDir)
  const spool = watchSpool(join(dataDir, 'spool', String(sourceId)))
  try {
    await loggedIn
    await settled(sender, db)
    const during = watchCalls(db, sourceId)
    const run = await sender.send({ kind: 'calls', perSecond, seconds, probeEvery: every(perSecond) }, during.add)
    const ended = performance.now()
    const then = watchCalls(db, sourceId)
    const after = await sender.send({ kind: 'calls', ...AFTER, probeEvery: every(AFTER.perSecond) }, then.add)
    const lags = name === 'burst' ? await then.lags() : await during.lags()
    const sent = WARM_CALLS + run.calls + after.calls
    const legs = await drained(db, 'leg', sent)
    // The last event of a call comes behind its Cdr.
    const cel = (await drained(db, 'cel', sent * 7)).count
    return {
      cdr_per_second: round(run.calls / run.seconds, 0),
      lost: sent - legs.count,
      cel_lost: sent * 7 - cel,
      calls_lost: sent - (await count(db, 'call')),
      lag_p50_ms: percentile(lags, 0.5),
      lag_p99_ms: percentile(lags, 0.99),
      peak_rss_mb: round(peakRssMb(ingest), 0),
      longest_stall_ms: round(run.longestStallMs, 0),
      mb_per_second: round(run.bytes / run.seconds / 1e6, 1),
      peak_spool_mb: round(spool.peakBytes() / 1e6, 1),
      stored_after_s: round((legs.atMs - ended) / 1000, 1),
      lag_during_p99_ms: percentile(await during.lags(), 0.99),
      cpu_s: round(cpuSeconds(ingest), 1),
    }
  } finally {
    spool.stop()
    await stop(ingest)
    sender.stop()
    await db.close()
  }
}

function every(perSecond: number): number {
  return Math.max(1, Math.round(perSecond / PROBES_PER_SECOND))
}

/** A few calls first: code is loaded, months are made, connections are open. */
async function settled(sender: Sender, db: Db): Promise<void> {
  await sender.send({ kind: 'calls', perSecond: 100, seconds: WARM_CALLS / 100, probeEvery: 1_000_000 })
  while ((await count(db, 'leg')) < WARM_CALLS) await sleep(LOOK_MS)
}

type Probe = { readonly linkedid: string; readonly sentMs: number }

type Sent = Extract<Told, { kind: 'sent' }>

type Sender = {
  readonly port: number
  told(kind: Told['kind']): Promise<Told>
  send(order: Order, onProbe?: (probe: Probe) => void): Promise<Sent>
  stop(): void
}

async function startSender(): Promise<Sender> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fake-sender.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const told = (kind: Told['kind']) =>
    new Promise<Told>((resolve) => {
      const hear = (message: unknown) => {
        if ((message as Told).kind !== kind) return
        child.off('message', hear)
        resolve(message as Told)
      }
      child.on('message', hear)
    })
  const listening = await told('listening')
  assert(listening.kind === 'listening', 'the sender listens')
  return {
    port: listening.port,
    told,
    async send(order, onProbe = () => undefined) {
      const note = (message: unknown) => {
        const said = message as Told
        if (said.kind === 'probe') onProbe(said)
      }
      child.on('message', note)
      child.send(order)
      const sent = await told('sent')
      child.off('message', note)
      assert(sent.kind === 'sent', 'the sender tells what it sent')
      return sent
    },
    stop: () => child.disconnect(),
  }
}

async function bareReader(): Promise<{ readonly cdrPerSecond: number }> {
  const sender = await startSender()
  const socket = connectSocket(sender.port, '127.0.0.1')
  let bytes = 0
  socket.on('data', (chunk) => {
    bytes += chunk.length
  })
  await once(socket, 'data')
  const sent = await sender.send({ kind: 'flood', seconds: 3 })
  while (bytes < sent.bytes) await sleep(LOOK_MS)
  socket.destroy()
  sender.stop()
  return { cdrPerSecond: sent.calls / sent.seconds }
}

function startIngest(databaseUrl: string, dataDir: string): ChildProcess {
  const { flags, env } = nodeLimits('ingest')
  const settings = { DATABASE_URL: databaseUrl, TOLLBOOK_DATA_DIR: dataDir, TOLLBOOK_LOG: 'warn' }
  return spawn(process.execPath, [...flags, ...process.execArgv, join(ROOT, 'apps/ingest/src/main.ts')], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** A tenant with a deck on each side and a trunk, so that every call has two charges and an entry; and the connection. */
async function furnish(db: Db, dataDir: string, port: number): Promise<SourceId> {
  const nowMs = systemClock.now()
  const tenantId = await transaction(db, async (tx) => {
    return (await ensureTenant(tx, { slug: 'main', name: 'Bench', currency: 'EUR' }, nowMs)).tenantId
  })
  const head = 'prefix,destination,rate,connect_fee,first_block,increment,effective_from\n'
  const text = `${head}${Array.from({ length: 999 }, (_, i) => `${i + 1},Zone ${i % 60},0.0575,0.01,30,6,2020-01-01\n`).join('')}`
  const deck = async (side: 'sell' | 'buy') => {
    const done = await importRateDeck(db, {
      tenantId,
      name: side,
      side,
      currency: 'EUR',
      filename: `${side}.csv`,
      text,
      nowMs,
    })
    assert(done.ok, 'the deck is imported')
    return done.value.deckId
  }
  await deck('sell')
  const buyDeckId = await deck('buy')
  const key = loadSecretKey(dataDir)
  return await transaction(db, async (tx) => {
    const carrierId = await ensureCarrier(tx, tenantId, { name: 'northlink', currency: 'EUR', buyDeckId }, nowMs)
    await saveTrunk(tx, tenantId, { name: 'northlink', peer: 'PJSIP/northlink', carrierId }, nowMs)
    const { sourceId } = await ensureSource(tx, tenantId, 'pbx', nowMs)
    const target = { host: '127.0.0.1', port, username: 'bench', secretSealed: sealSecret(key, 'bench') }
    await setAmiConnection(tx, { sourceId, ...target }, nowMs)
    return sourceId
  })
}

async function freshDatabase(server: EmbeddedServer, name: string): Promise<Db> {
  const admin = connect(server.url(), { max: 1 })
  await admin.pool.query(`create database ${name}`)
  await admin.close()
  const db = connect(server.url(name), { max: 4 })
  await migrate(db, join(ROOT, 'migrations'))
  return db
}

type Visible = {
  add(probe: Probe): void
  /** Milliseconds from the sending of each probe to its row in table call, when all have one. */
  lags(): Promise<readonly number[]>
}

/** Looks for the calls of probes again and again while they are being sent. */
function watchCalls(db: Db, sourceId: SourceId): Visible {
  const context = legContext(sourceId, zoneConverter('UTC') as ZoneConverter)
  const waiting = new Map<string, number>()
  const lags: number[] = []
  let over = false
  const look = async () => {
    const text = `select call_key from call where call_key = any($1::uuid[]) and opened_at > now() - interval '1 hour'`
    const { rows } = await db.pool.query<{ call_key: string }>(text, [[...waiting.keys()]])
    for (const { call_key } of rows) {
      lags.push(Date.now() - waiting.get(call_key)!)
      waiting.delete(call_key)
    }
  }
  const looking = (async () => {
    const limit = performance.now() + LIMIT_MS
    while ((!over || waiting.size > 0) && performance.now() < limit) {
      if (waiting.size > 0) await look()
      await sleep(LOOK_MS)
    }
  })()
  return {
    add({ linkedid, sentMs }) {
      const row = {
        epochMs: sentMs,
        callid: linkedid,
        queue: '',
        event: '',
        agent: '',
        data: [],
        raw: undefined,
        line: 0,
      }
      const event = queueEventFromRow(row, context)
      assert(event.ok, 'a linkedid gives a call key')
      waiting.set(event.value.callKey, sentMs)
    },
    async lags() {
      over = true
      await looking
      // One that never came waited without end.
      return [...lags, ...[...waiting].map(() => Number.POSITIVE_INFINITY)].sort((a, b) => a - b)
    },
  }
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Waits until so many rows are there, or none has come for long. */
async function drained(
  db: Db,
  table: 'leg' | 'cel',
  wanted: number,
): Promise<{ readonly count: number; readonly atMs: number }> {
  let last = { count: -1, atMs: performance.now() }
  for (;;) {
    const now = await count(db, table)
    if (now !== last.count) last = { count: now, atMs: performance.now() }
    if (now >= wanted || performance.now() - last.atMs > STUCK_MS) return last
    await sleep(500)
  }
}

async function count(db: Db, table: 'leg' | 'cel' | 'call'): Promise<number> {
  const { rows } = await db.pool.query(`select count(*)::int as n from ${table}`)
  return rows[0].n
}

/** The largest sum of the files of a directory, looked at again and again. */
function watchSpool(dir: string): { peakBytes(): number; stop(): void } {
  let peak = 0
  const timer = setInterval(() => {
    if (!existsSync(dir)) return
    let bytes = 0
    for (const file of readdirSync(dir)) bytes += statSync(join(dir, file), { throwIfNoEntry: false })?.size ?? 0
    peak = Math.max(peak, bytes)
  }, 200)
  return { peakBytes: () => peak, stop: () => clearInterval(timer) }
}

/** Of the process alone; needs /proc. */
function peakRssMb({ pid }: ChildProcess): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024
}

function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100 // a tick is 10 ms on every Linux
}

function round(n: number, places: number): number {
  return Number(n.toFixed(places))
}
