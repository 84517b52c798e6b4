// Puts the sample into a database by the road every customer's data takes: decks, import, rating, rollups, invoices.
//
// It may be killed at any moment and started again. The last instant of the sample is the tenant's birth, so a second
// start writes the same file to the byte; importing is idempotent by leg; a deck that is live is left alone; what was
// rolled up is rolled up; an invoiced entry is not invoiced twice. Invoices come last, month
// by month: when every account has the last one, the sample is complete.

import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ImportReport, importCdrs, placeAndRate } from '@tollbook/charging'
import type { Db } from '@tollbook/db'
import { runInvoices } from '@tollbook/invoices'
import { type Clock, fixedClock } from '@tollbook/kernel'
import { rollUpTouched } from '@tollbook/stats'
import { DateTime } from 'luxon'
import { sampleCdrLines } from './cdr-lines.ts'
import { ensureSampleTenant, type SampleTenant, writeSampleDirectory } from './sample-directory.ts'
import { sampleState } from './sample-state.ts'
import { writeSampleTariffs } from './sample-tariffs.ts'
import { SAMPLE_SOURCE } from './world.ts'

/** The stages in order, as a progress bar may name them. */
export const SAMPLE_STAGES = ['prepare', 'import', 'rate', 'roll up', 'invoice'] as const
export type SampleStage = (typeof SAMPLE_STAGES)[number]

export type SampleProgress = {
  readonly stage: SampleStage
  /** Of this stage, 0 to 1. */
  readonly fraction: number
}

export type LoadSampleOptions = {
  readonly clock: Clock
  /** A folder to write the CSV file to while it is imported. */
  readonly dataDir: string
  readonly onProgress?: (progress: SampleProgress) => void
  /** Times as many calls as usual, for tests and benchmarks. Not to be changed between a start and its repetition. */
  readonly scale?: number
}

export type SampleReport = {
  /** False when the sample was there already and nothing was done. */
  readonly loaded: boolean
  readonly tenantId: number
  readonly legs: number
  readonly calls: number
  readonly rejected: number
  readonly invoices: number
}

/** Any number will do; this one has shown a believable month. */
const SEED = 20_260
const FILENAME = 'northpier-Master.csv'
/** Three months are rolled up in a handful of sets; more would mean that they never end. */
const ROLL_UP_SETS_MAX = 1_000
/** Lines written to the file at once. */
const LINES_A_CHUNK = 500

/** Loads the sample tenant, or finishes what an earlier start began. Does nothing when it is complete. */
export async function loadSample(db: Db, options: LoadSampleOptions): Promise<SampleReport> {
  const { clock } = options
  const say = (stage: SampleStage, fraction: number) => options.onProgress?.({ stage, fraction })
  say('prepare', 0)
  const tenant = await ensureSampleTenant(db, clock.now())
  if ((await sampleState(db)) === 'complete') return report(db, tenant, false)
  await writeSampleDirectory(db, tenant, clock.now())
  const path = await writeSampleFile(tenant, options)
  say('prepare', 1)
  await importFile(db, tenant, path, clock, (fraction) => say('import', fraction))
  await rm(path, { force: true })
  await writeSampleTariffs(db, tenant, clock.now())

  say('rate', 0)
  await placeAndRate(db, tenant.tenantId, clock.now())
  say('rate', 1)
  await rollUpAll(db, clock, (fraction) => say('roll up', fraction))
  say('invoice', 0)
  for (const month of pastMonths(tenant)) {
    // Issued on the morning after the month, whenever that is made up for: the papers are the same after any interruption.
    const clock = fixedClock(Math.min(tenant.endMs, month.plus({ months: 1, hours: 8 }).toMillis()))
    await runInvoices(db, { tenantId: tenant.tenantId, month: month.toFormat('yyyy-MM'), clock })
  }
  say('invoice', 1)
  return report(db, tenant, true)
}

/** The months of the sample that are over, oldest first: a later month's invoice would else collect the earlier ones. */
function pastMonths({ endMs, zone }: SampleTenant): DateTime[] {
  const thisMonth = DateTime.fromMillis(endMs, { zone }).startOf('month')
  return [3, 2, 1].map((ago) => thisMonth.minus({ months: ago }))
}

async function writeSampleFile(tenant: SampleTenant, { dataDir, scale = 1 }: LoadSampleOptions): Promise<string> {
  const folder = join(dataDir, 'sample')
  await mkdir(folder, { recursive: true })
  const path = join(folder, FILENAME)
  const lines = sampleCdrLines({ endMs: tenant.endMs, seed: SEED, zone: tenant.zone, scale })
  await pipeline(Readable.from(chunksOf(lines)), createWriteStream(path))
  return path
}

function* chunksOf(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = []
  for (const line of lines) {
    chunk.push(line)
    if (chunk.length === LINES_A_CHUNK) {
      yield `${chunk.join('\n')}\n`
      chunk = []
    }
  }
  if (chunk.length > 0) yield `${chunk.join('\n')}\n`
}

/** Imports the file unless an earlier start did to its end. One that was cut off is begun anew and meets duplicates. */
async function importFile(
  db: Db,
  tenant: SampleTenant,
  path: string,
  clock: Clock,
  onProgress: (fraction: number) => void,
): Promise<ImportReport | undefined> {
  const earlier = await db.q
    .selectFrom('import')
    .select('import_id')
    .where('tenant_id', '=', tenant.tenantId)
    .where('filename', '=', FILENAME)
    .where('state', '=', 'done')
    .executeTakeFirst()
  if (earlier) return undefined
  const done = await importCdrs(db, {
    tenantId: tenant.tenantId,
    source: SAMPLE_SOURCE,
    zone: 'auto',
    filename: FILENAME,
    path,
    clock,
    onProgress: ({ bytesDone, bytesTotal }) => onProgress(bytesTotal === 0 ? 1 : bytesDone / bytesTotal),
  })
  if (!done.ok) throw new Error(`the sample's file was refused: ${JSON.stringify(done.error)}`)
  return done.value
}

async function rollUpAll(db: Db, clock: Clock, onProgress: (fraction: number) => void): Promise<void> {
  const waiting = await countTouched(db)
  onProgress(0)
  let hours = 0
  for (let set = 0; set < ROLL_UP_SETS_MAX; set++) {
    const done = await rollUpTouched(db, clock.now())
    // Nothing left, or a worker is at it: then it will end it.
    if (done.hours === 0) break
    hours += done.hours
    onProgress(Math.min(1, hours / Math.max(1, waiting)))
  }
  onProgress(1)
}

async function countTouched(db: Db): Promise<number> {
  const row = await db.q
    .selectFrom('touched_hour')
    .select((e) => e.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

async function report(db: Db, tenant: SampleTenant, loaded: boolean): Promise<SampleReport> {
  const { tenantId } = tenant
  const count = async (table: 'leg' | 'call' | 'ingest_reject' | 'invoice') => {
    const row = await db.q
      .selectFrom(table)
      .select((e) => e.fn.countAll<string>().as('n'))
      .where('tenant_id', '=', tenantId)
      .executeTakeFirstOrThrow()
    return Number(row.n)
  }
  return {
    loaded,
    tenantId,
    legs: await count('leg'),
    calls: await count('call'),
    rejected: await count('ingest_reject'),
    invoices: await count('invoice'),
  }
}
