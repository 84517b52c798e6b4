// How fast calls are charged anew when every price has changed: counted, then reversed and charged in two lanes, against
// PostgreSQL alone writing the same rows into bare tables of the same form. One JSON object. `--calls N` for another size,
// default a million in one month, 200 accounts, one deck of 882 rates on each side, 1 call in 50 without a rate.
//
// Measured on two cores shared with other work: 33 s, 30,700 calls/s, 0.67 of what PostgreSQL alone takes.
//
// Then the prices change again and the process is killed in the middle; another goes on, and the sums have to be right.
// The work runs in a process of its own, so that it can be killed, and its memory is its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { connect, type Db, ensureMonths, migrate, transaction } from '@tollbook/db'
import { startEmbedded } from '@tollbook/db/embedded'
import { ensureAccounts, ensureCarrier, ensureTenant, loadDirectory, saveTrunk } from '@tollbook/directory'
import { assert, type Clock, systemClock, type TenantId } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { importRateDeck, importRateDraft } from '../src/import-rate-deck.ts'
import { verifyPackageUse } from '../src/package-use.ts'
import { applyRevaluation, revaluationById, startRevaluation } from '../src/revaluation/revaluations.ts'
import { runRevaluation } from '../src/revaluation/run-revaluation.ts'

const AS_CHILD = '--revalue-of'
const FROM = Date.UTC(2026, 9, 1)
const MONTH_S = 31 * 86_400
const ACCOUNTS = 200

if (process.argv[2] === AS_CHILD) await revalueHere(process.argv.slice(3))
else await measureAll()

async function measureAll(): Promise<void> {
  const at = process.argv.indexOf('--calls')
  const calls = at < 0 ? 1_000_000 : Number(process.argv[at + 1])
  const dir = mkdtempSync(join(tmpdir(), 'tollbook-bench-'))
  const server = await startEmbedded({ dataDir: dir })
  try {
    const admin = connect(server.url(), { max: 1 })
    await admin.pool.query('create database rerate')
    await admin.close()
    const url = server.url('rerate')
    const db = connect(url)
    await migrate(db, new URL('../../../migrations', import.meta.url).pathname)
    const figures = await measure(db, url, calls)
    console.log(JSON.stringify({ bench: 'rerate', ...figures, machine: machine() }))
    await db.close()
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function measure(db: Db, url: string, calls: number): Promise<Record<string, unknown>> {
  const tenantId = await furnish(db)
  await deck(db, tenantId, 'retail', 'sell', '0.0575')
  await makeCalls(db, tenantId, calls)
  const first = await rerate(db, url, tenantId)
  await deck(db, tenantId, 'retail', 'sell', '0.0625')
  await db.pool.query('vacuum analyze')
  const changed = await rerate(db, url, tenantId)
  const bare = await bareWrites(db)
  await deck(db, tenantId, 'retail', 'sell', '0.0500')
  const killed = await killedRerate(db, url, tenantId)
  const again = await rerate(db, url, tenantId)
  const tried = await impact(db, url, tenantId)
  assert(again.changed === 0, 'a rerate that was cut off leaves nothing to do')
  assert((await verifyLedger(db)).differences.length === 0, 'balances are the sum of entries')
  assert((await verifyPackageUse(db)).length === 0, 'package use is the sum of charges')
  const seconds = changed.applied.seconds
  return {
    calls,
    changed: changed.changed,
    seconds: round(seconds),
    calls_per_second: Math.floor(calls / seconds),
    ratio: round(bare / seconds),
    bare_seconds: round(bare),
    preview_seconds: round(changed.counted.seconds),
    impact_seconds: round(tried.seconds),
    first_charge_seconds: round(first.applied.seconds),
    nothing_to_do_seconds: round(again.applied.seconds),
    killed_at_calls: killed.seenWhenKilled,
    killed_resumed_seconds: round(killed.resumed.seconds),
    peak_rss_mb: Math.floor(Math.max(changed.applied.peakRssMb, changed.counted.peakRssMb)),
    node_cpu_seconds: round(changed.applied.cpuSeconds),
  }
}

type Ran = { readonly seconds: number; readonly peakRssMb: number; readonly cpuSeconds: number }

async function rerate(db: Db, url: string, tenantId: TenantId) {
  const id = await order(db, tenantId)
  const counted = await inChild(url, 0)
  assert(await applyRevaluation(db, tenantId, id), 'it was counted')
  const applied = await inChild(url, 0)
  const done = await revaluationById(db, tenantId, id)
  assert(done?.state === 'done', `it is done, not ${done?.state}`)
  return { counted, applied, changed: done.callsChanged }
}

/** Killed once a third is done; its beat is left behind, so the next process is one of a minute later. */
async function killedRerate(db: Db, url: string, tenantId: TenantId) {
  const id = await order(db, tenantId)
  await inChild(url, 0)
  await applyRevaluation(db, tenantId, id)
  const child = start(url, 0)
  const seen = async () => (await revaluationById(db, tenantId, id))!
  while ((await seen()).callsSeen * 3 < (await seen()).callsTotal) await new Promise((go) => setTimeout(go, 100))
  child.kill('SIGKILL')
  await once(child, 'close')
  const seenWhenKilled = (await seen()).callsSeen
  const resumed = await inChild(url, 60_000)
  const done = await seen()
  assert(done.state === 'done' && done.callsSeen === done.callsTotal, 'every call was looked at once')
  return { seenWhenKilled, resumed }
}

/** The dry run of a draft on the same calls. */
async function impact(db: Db, url: string, tenantId: TenantId): Promise<Ran> {
  const input = {
    tenantId,
    name: 'retail',
    side: 'sell',
    currency: 'EUR',
    filename: '',
    text: sheet('0.0700'),
  } as const
  const draft = await importRateDraft(db, { ...input, nowMs: systemClock.now() })
  assert(draft.ok, 'the draft is imported')
  const { deckId, version } = draft.value
  const scope = { fromMs: FROM, toMs: FROM + MONTH_S * 1000, deckId, version }
  const id = await startRevaluation(db, { tenantId, kind: 'impact', scope, nowMs: systemClock.now() })
  const ran = await inChild(url, 0)
  assert((await revaluationById(db, tenantId, id))?.state === 'done', 'the impact is counted')
  return ran
}

function order(db: Db, tenantId: TenantId): Promise<string> {
  const scope = { fromMs: FROM, toMs: FROM + MONTH_S * 1000 }
  return startRevaluation(db, { tenantId, kind: 'rerate', scope, nowMs: systemClock.now() })
}

function start(url: string, aheadMs: number) {
  const words = [...process.execArgv, process.argv[1]!, AS_CHILD, url, String(aheadMs)]
  return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function inChild(url: string, aheadMs: number): Promise<Ran> {
  const child = start(url, aheadMs)
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  const [code] = await once(child, 'close')
  assert(code === 0, 'the process ends well')
  return JSON.parse(out)
}

async function revalueHere([url, aheadMs]: string[]): Promise<void> {
  const db = connect(url!)
  const clock: Clock = { now: () => systemClock.now() + Number(aheadMs) }
  const cpu = process.cpuUsage()
  const started = performance.now()
  assert((await runRevaluation(db, clock)) !== undefined, 'there is something to do')
  const seconds = (performance.now() - started) / 1000
  const used = process.cpuUsage(cpu)
  await db.close()
  const peakRssMb = process.resourceUsage().maxRSS / 1024
  console.log(JSON.stringify({ seconds, peakRssMb, cpuSeconds: (used.user + used.system) / 1e6 } satisfies Ran))
}

async function furnish(db: Db): Promise<TenantId> {
  const nowMs = systemClock.now()
  const tenantId = await transaction(db, async (tx) => {
    const tenant = await ensureTenant(tx, { slug: 'main', name: 'Bench', currency: 'EUR' }, nowMs)
    const codes = Array.from({ length: ACCOUNTS }, (_, i) => `ACCT-${i + 1}`)
    await ensureAccounts(tx, tenant.tenantId, codes, nowMs)
    return tenant.tenantId
  })
  const buyDeckId = await deck(db, tenantId, 'wholesale', 'buy', '0.0123')
  await transaction(db, async (tx) => {
    const carrierId = await ensureCarrier(tx, tenantId, { name: 'North', buyDeckId }, nowMs)
    await saveTrunk(tx, tenantId, { peer: 'PJSIP/north', carrierId }, nowMs)
  })
  return tenantId
}

async function deck(db: Db, tenantId: TenantId, name: string, side: 'sell' | 'buy', price: string): Promise<number> {
  const input = { tenantId, name, side, currency: 'EUR', filename: '', text: sheet(price) }
  const done = await importRateDeck(db, { ...input, effective: 'always', nowMs: systemClock.now() })
  assert(done.ok, 'the deck is imported')
  return done.value.deckId
}

function sheet(price: string): string {
  const head = 'prefix,destination,rate,connect_fee,first_block,increment\n'
  // Numbers begin with 100 to 999: 2 of 100 have no rate.
  return head + Array.from({ length: 882 }, (_, i) => `${i + 100},Zone ${i % 60},${price},0.01,30,6\n`).join('')
}

/** Calls spread over the month, without legs: keys as capturing makes them, the time first. */
async function makeCalls(db: Db, tenantId: TenantId, calls: number): Promise<void> {
  await ensureMonths(db, ['2026-10'])
  const { accountsById, carriersById, trunksById } = await loadDirectory(db, tenantId)
  const firstAccount = [...accountsById.keys()].sort((a, b) => a - b)[0]!
  const [carrierId, trunkId] = [[...carriersById.keys()][0]!, [...trunksById.keys()][0]!]
  await db.pool.query(
    `insert into call (call_key, opened_at, started_at, answered_at, ended_at, stitched_at, tenant_id, account_id,
       trunk_id, carrier_id, destination_id, talk_s, ring_s, wait_s, duration_s, bill_s, source_id, direction,
       outcome, hangup_cause, country_id, legs, attempts, final, from_number, to_number, accountcode, linkedid)
     select (substr(key, 1, 8) || '-' || substr(key, 9, 4) || '-8' || substr(md, 1, 3) || '-8' || substr(md, 4, 3) || '-' ||
         substr(md, 7, 12))::uuid,
       at, at, at, at + bill * interval '1 second', at, $1, $2 + account, $3, $4, 1, bill, 0, 0, bill, bill, 1, 2,
       1, 16, 0, 1, 1, true, '201', '00' || (100 + h % 900) || lpad((h % 10000000)::text, 7, '0'),
       'ACCT-' || (account + 1), n::text
     from (select n, at, md, lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as key, h,
         (h % $5)::int as account, (5 + h % 300)::int as bill
       from (select n, to_timestamp($6::float8 + floor(n * ($7::float8 / $8))) as at, md5(n::text) as md,
           abs(hashint8(n))::bigint as h from generate_series(0, $8::int - 1) n) a) b
     order by 1`,
    [tenantId, firstAccount, trunkId, carrierId, ACCOUNTS, FROM / 1000, MONTH_S, calls],
  )
  await db.pool.query('vacuum analyze call')
}

/** Seconds PostgreSQL takes to write the rows of the last rerate once more, by two connections, with the same keys. */
async function bareWrites(db: Db): Promise<number> {
  await db.pool.query(`create table bare_charge (like charge including defaults,
    primary key (call_key, side, line, revision, opened_at))`)
  await db.pool.query(`create table bare_entry (like ledger_entry including defaults,
    primary key (account_id, entry_key, effective_at))`)
  const started = performance.now()
  await Promise.all([
    db.pool.query('insert into bare_charge select * from charge where revision > 0'),
    db.pool.query(`insert into bare_entry select e.* from ledger_entry e
      where not exists (select from call c where c.call_key = e.entry_key and c.opened_at = e.effective_at)`),
  ])
  const seconds = (performance.now() - started) / 1000
  await db.pool.query('drop table bare_charge, bare_entry')
  return seconds
}

function machine(): Record<string, unknown> {
  const memory_gb = Math.floor(totalmem() / 1024 ** 3)
  return { cpus: availableParallelism(), model: cpus()[0]?.model ?? '', memory_gb, node: process.version }
}

function round(n: number): number {
  return Number(n.toFixed(2))
}
