// How fast calls are rated on one core, and how a large deck gets from a sheet into force. 200,000 prefixes with three
// time windows each (600,000 rates) in a zone with summer time, twelve-digit numbers below random prefixes, instants at
// random over a year: look-ups that no cache foresees. One JSON object. Beside it a bare baseline in the same run: the
// longest prefix out of a Map and one bigint price, without windows, dates, fees, blocks or a rounding rule.
//
// Lives here because the way of a sheet into force goes through tariffs and the database. Loading a deck of a million
// rates runs in a process of its own, so that `load_1m_rss_mb` is its memory alone.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { connect, type Db, migrate, transaction } from '@tollbook/db'
import { startEmbedded } from '@tollbook/db/embedded'
import { ensureTenant } from '@tollbook/directory'
import { assert, micros, systemClock, type TenantId } from '@tollbook/kernel'
import {
  type CompiledDeck,
  chargeColumns,
  compileDeck,
  explainCall,
  maxSeconds,
  rateCall,
  rateColumns,
} from '@tollbook/rating'
import { loadDeck } from '@tollbook/tariffs'
import { importRateDeck } from '../src/import-rate-deck.ts'
import {
  BELIEVABLE_TERMS,
  believableCalls,
  believablePrefixes,
  believableRates,
  believableSheet,
} from './believable-rates.ts'

const PREFIXES = 200_000
const CALLS = 1_000_000
const CREDIT = micros(5_000_000n)
const AS_CHILD = '--load-of'

if (process.argv[2] === AS_CHILD) await loadHere(process.argv[3]!, Number(process.argv[4]))
else await measureAll()

async function measureAll(): Promise<void> {
  const load = loadavg()[0]!
  const rated = await measureRating()
  const stored = await measureDecks()
  console.log(JSON.stringify({ bench: 'rating', ...rated, ...stored, machine: machine(load) }))
}

type Calls = ReturnType<typeof believableCalls>

async function measureRating(): Promise<Record<string, unknown>> {
  const prefixes = believablePrefixes(PREFIXES)
  const before = await memoryInUse()
  const started = performance.now()
  const deck = compileDeck(believableRates(prefixes, [1, 2, 0]), BELIEVABLE_TERMS)
  const compileSeconds = (performance.now() - started) / 1000
  const deckMb = ((await memoryInUse()) - before) / 1e6
  const calls = believableCalls(prefixes, CALLS)
  const prices = new Map(prefixes.map((prefix, i) => [prefix, BigInt(i)]))
  const minute = columnsPerSecond(deck, calls, 60)
  const bare = perSecond(CALLS, () => bareAll(prices, calls))
  return {
    prefixes: PREFIXES,
    rates: deck.size,
    rate_60s_per_second: minute,
    rate_3600s_per_second: columnsPerSecond(deck, calls, 3600),
    single_call_60s_per_second: perSecond(CALLS, () => rateAll(deck, calls)),
    bare_map_per_second: bare,
    ratio: round(minute / bare, 2),
    trace_per_second: perSecond(CALLS / 5, () => explainAll(deck, calls, CALLS / 5)),
    max_seconds_per_second: perSecond(CALLS, () => talkAll(deck, calls)),
    compile_seconds: round(compileSeconds, 2),
    deck_mb: round(deckMb, 1),
  }
}

/** All calls at once, as rerating does it; every one of them has a rate. */
function columnsPerSecond(deck: CompiledDeck, { digits, atMs }: Calls, talked: number): number {
  const seconds = new Int32Array(CALLS).fill(talked)
  const out = chargeColumns(CALLS)
  const speed = perSecond(CALLS, () => rateColumns(deck, { digits, atMs, seconds }, out))
  assert(
    out.rate.every((rate) => rate >= 0),
    'every number has a rate',
  )
  return speed
}

/** One by one, as a call that ends is rated. */
function rateAll(deck: CompiledDeck, { digits, atMs }: Calls): bigint {
  let sum = 0n
  for (let i = 0; i < CALLS; i++) {
    const rated = rateCall(deck, { digits: digits[i]!, atMs: atMs[i]!, seconds: 60 })
    assert(rated.ok, 'every number has a rate')
    sum += rated.value.amount
  }
  return sum
}

function explainAll(deck: CompiledDeck, { digits, atMs }: Calls, count: number): number {
  let steps = 0
  for (let i = 0; i < count; i++) {
    const call = { digits: digits[i]!, atMs: atMs[i]!, seconds: 60, dialled: digits[i]!, rule: 'plain' }
    steps += explainCall(deck, { ...call, destinationName: String }).length
  }
  return steps
}

function talkAll(deck: CompiledDeck, { digits, atMs }: Calls): number {
  let sum = 0
  for (let i = 0; i < CALLS; i++) {
    const longest = maxSeconds(deck, { digits: digits[i]!, atMs: atMs[i]!, credit: CREDIT })
    assert(longest.ok, 'every number has a rate')
    sum += longest.value
  }
  return sum
}

/** What cannot be left out: the longest prefix, and its price times the seconds. */
function bareAll(prices: ReadonlyMap<string, bigint>, { digits }: Calls): bigint {
  let sum = 0n
  for (let i = 0; i < CALLS; i++) {
    for (let length = 8; length >= 3; length--) {
      const price = prices.get(digits[i]!.slice(0, length))
      if (price === undefined) continue
      sum += (60n * price) / 60n
      break
    }
  }
  return sum
}

/** Of five runs the middle one, after one that does not count: what is measured is not the compiler. */
function perSecond(count: number, run: () => unknown): number {
  const seconds = Array.from({ length: 6 }, () => {
    const started = performance.now()
    run()
    return (performance.now() - started) / 1000
  })
  const sorted = seconds.slice(1).sort((a, b) => a - b)
  return round(count / sorted[2]!, 0)
}

/** Bytes of live objects and arrays, everything else collected; arrays are given back beside, so it waits for that. */
async function memoryInUse(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let i = 0; i < 3; i++) {
    collect()
    await sleep(200)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** A sheet of 200,000 rates from text to a deck that rates, and the memory it takes to load one of a million. */
async function measureDecks(): Promise<Record<string, unknown>> {
  const dir = mkdtempSync(join(tmpdir(), 'tollbook-bench-'))
  const server = await startEmbedded({ dataDir: dir })
  const db = connect(server.url())
  try {
    await migrate(db, new URL('../../../migrations', import.meta.url).pathname)
    const tenantId = await furnish(db)
    const text = believableSheet(believablePrefixes(PREFIXES))
    const started = performance.now()
    const sheet = { tenantId, name: 'Sheet', side: 'sell', currency: 'EUR', filename: 'sheet.csv', text } as const
    const imported = await importRateDeck(db, { ...sheet, nowMs: systemClock.now() })
    assert(imported.ok, 'the sheet is imported')
    const deck = await loadDeck(db, imported.value.deckId)
    const seconds = (performance.now() - started) / 1000
    assert(deck?.size === PREFIXES, 'the deck has every rate')
    const million = await loadInChild(server.url(), await millionRates(db, imported.value.deckId))
    return {
      deck_load_seconds: round(seconds, 2),
      deck_load_rows_per_second: round(PREFIXES / seconds, 0),
      load_1m_seconds: round(million.seconds, 2),
      load_1m_rss_mb: round(million.peakRssMb, 0),
    }
  } finally {
    await db.close()
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function furnish(db: Db): Promise<TenantId> {
  const tenant = await transaction(db, (tx) =>
    ensureTenant(tx, { slug: 'main', name: 'Bench', currency: 'EUR' }, systemClock.now()),
  )
  return tenant.tenantId
}

/** A second version of the deck with a million rates, written straight into the table. */
async function millionRates(db: Db, deckId: number): Promise<number> {
  const prefixes = believablePrefixes(1_000_000)
  const of = { deck: deckId, version: 2 }
  await db.pool.query(
    `insert into deck_version (deck_id, version, rates, filename, created_at, activated_at)
     select deck_id, $2, $3, 'million', created_at, activated_at from deck_version where deck_id = $1 and version = 1`,
    [of.deck, of.version, prefixes.length],
  )
  await db.pool.query(
    `insert into rate (deck_id, version, prefix, effective_from, destination_id, price_per_minute, connect_fee,
       first_block_s, increment_s)
     select $1, $2, prefix, '2026-01-01Z', 1 + n % 4000, (40 + n * 7919 % 2500) * 0.0001, 0, 60, 60
     from unnest($3::text[]) with ordinality as p (prefix, n)`,
    [of.deck, of.version, prefixes],
  )
  return deckId
}

type Loaded = { readonly seconds: number; readonly peakRssMb: number }

async function loadInChild(url: string, deckId: number): Promise<Loaded> {
  const words = [...process.execArgv, process.argv[1]!, AS_CHILD, url, String(deckId)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  const [code] = await once(child, 'close')
  assert(code === 0, 'the loading process ends well')
  return JSON.parse(out)
}

async function loadHere(url: string, deckId: number): Promise<void> {
  const db = connect(url)
  const started = performance.now()
  const deck = await loadDeck(db, deckId, 2)
  const seconds = (performance.now() - started) / 1000
  assert(deck?.size === 1_000_000, 'the deck has every rate')
  await db.close()
  const loaded: Loaded = { seconds, peakRssMb: process.resourceUsage().maxRSS / 1024 }
  console.log(JSON.stringify(loaded))
}

/** `load` is the one-minute load before the run: what else the machine had to do. */
function machine(load: number): Record<string, unknown> {
  return {
    cpus: availableParallelism(),
    model: cpus()[0]?.model ?? '',
    memory_gb: round(totalmem() / 1024 ** 3, 0),
    node: process.version,
    load_before: round(load, 2),
  }
}

function round(n: number, places: number): number {
  return Number(n.toFixed(places))
}
