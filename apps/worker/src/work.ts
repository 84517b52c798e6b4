// What there is to do in the background, each as one task that does a bounded piece and says whether there is more.

import { rm } from 'node:fs/promises'
import { claimImport } from '@tollbook/calls'
import { importCdrs, keepRated, runRevaluation } from '@tollbook/charging'
import { detachNext } from '@tollbook/charging/keep'
import { keepFinal, runRestitch } from '@tollbook/charging/restitch'
import { type Db, ensureMonths, monthOf } from '@tollbook/db'
import type { Clock } from '@tollbook/kernel'
import type { Log } from '@tollbook/runtime'
import { rollUpTouched } from '@tollbook/stats'
import { type ColumnCopy, keepColumns, keepMissed, tidyColumns } from '@tollbook/stats/columns'
import { activateDue } from '@tollbook/tariffs'
import { sweepUploads } from './sweep-uploads.ts'
import type { Task } from './tasks.ts'

/** A running import writes its beat every second or so; a minute of silence means that its process is gone. */
const STALE_IMPORT_MS = 60_000
/** A person who gave an account a deck looks at its calls about then. */
const RATE_EVERY_MS = 5_000
const DAY_MS = 86_400_000
/** A day that goes on changing is copied by columns this often; its last hours are read from the tables until then. */
const COPY_EVERY_MS = 10 * 60_000

/** `uploadDir` is where the api stores what waits for an import. */
export type WorkDeps = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly uploadDir: string
  readonly columns: ColumnCopy
}

/** The tasks of this process. */
export function work(deps: WorkDeps): readonly Task[] {
  const keep = keepRated(deps.db)
  return [
    { name: 'roll up', everyMs: 2_000, topics: ['calls'], run: () => rollUp(deps) },
    { name: 'import uploads', everyMs: 5_000, topics: ['imports'], run: () => importNext(deps) },
    { name: 'rate what waits', everyMs: RATE_EVERY_MS, topics: ['decks'], run: () => rateWaiting(deps, keep) },
    { name: 'activate versions', everyMs: 2_000, topics: [], run: () => activate(deps) },
    { name: 'revalue', everyMs: 5_000, topics: ['revaluations'], run: (stopping) => revalue(deps, stopping) },
    { name: 'stitch again', everyMs: 5_000, topics: ['restitches'], run: (stopping) => restitch(deps, stopping) },
    { name: 'make final', everyMs: 60_000, topics: [], run: () => makeFinal(deps) },
    { name: 'copy by columns', everyMs: 30_000, topics: [], run: () => copyColumns(deps) },
    { name: 'tidy columns', everyMs: COPY_EVERY_MS, topics: [], run: () => tidy(deps) },
    { name: 'sweep uploads', everyMs: DAY_MS / 4, topics: [], run: () => sweep(deps) },
    { name: 'make partitions', everyMs: DAY_MS / 4, topics: [], run: () => makeMonths(deps) },
    { name: 'detach old months', everyMs: DAY_MS / 4, topics: [], run: () => detachOld(deps) },
  ]
}

async function rollUp({ db, clock }: WorkDeps): Promise<boolean> {
  const { hours } = await rollUpTouched(db, clock.now())
  return hours > 0
}

async function rateWaiting({ clock, log }: WorkDeps, keep: ReturnType<typeof keepRated>): Promise<boolean> {
  const { rated } = await keep(clock.now())
  if (rated > 0) log.info({ rated }, 'rated calls that had waited')
  return false
}

/** Pages show as live the version whose moment has come; prices follow the timeline by themselves. */
async function activate({ db, clock, log }: WorkDeps): Promise<boolean> {
  const decks = await activateDue(db, clock.now())
  if (decks.length > 0) log.info({ decks }, 'deck versions came into force')
  return false
}

async function revalue({ db, clock, log }: WorkDeps, stopping: AbortSignal): Promise<boolean> {
  const id = await runRevaluation(db, clock, stopping)
  if (id !== undefined) log.info({ revaluation: id }, 'revalued calls')
  return id !== undefined
}

async function restitch({ db, clock, log }: WorkDeps, stopping: AbortSignal): Promise<boolean> {
  const run = await runRestitch(db, clock, stopping)
  if (run !== undefined) log.info({ restitch: run.id, seen: run.seen, changed: run.changed }, 'stitched calls again')
  return run !== undefined && !stopping.aborted
}

async function makeFinal({ db, clock, log }: WorkDeps): Promise<boolean> {
  const calls = await keepFinal(db, clock.now())
  if (calls > 0) log.debug({ calls }, 'calls are final')
  return false
}

/** Takes one upload that waits, or one whose worker died, and imports it. */
async function importNext({ db, clock, log }: WorkDeps): Promise<boolean> {
  const next = await claimImport(db, clock.now(), STALE_IMPORT_MS)
  if (next === undefined) return false
  const source = await db.q
    .selectFrom('source')
    .select('name')
    .where('source_id', '=', next.sourceId)
    .executeTakeFirstOrThrow()
  const done = await importCdrs(db, {
    tenantId: next.tenantId,
    source: source.name,
    zone: next.zoneAsked,
    columns: next.columns === '' ? undefined : next.columns,
    filename: next.filename,
    path: next.storedPath,
    clock,
    importId: next.importId,
  })
  if (done.ok) log.info({ import: next.importId, ...done.value }, 'imported')
  else log.warn({ import: next.importId, reason: done.error }, 'import refused')
  await rm(next.storedPath, { force: true })
  return true
}

async function copyColumns({ db, clock, log, columns }: WorkDeps): Promise<boolean> {
  const copied = await keepColumns(db, columns, clock.now(), { everyMs: COPY_EVERY_MS })
  if (copied !== undefined) log.debug({ ...copied }, 'copied a day by columns')
  // Made of several days, so when all are copied.
  const made = copied ?? (await keepMissed(db, columns))
  return made !== undefined
}

async function tidy({ db, clock, log, columns }: WorkDeps): Promise<boolean> {
  const { lost } = await tidyColumns(db, columns, clock.now())
  if (lost > 0) log.warn({ days: lost }, 'days of the copy by columns were damaged or gone, and are made again')
  return false
}

async function sweep({ db, clock, log, uploadDir }: WorkDeps): Promise<boolean> {
  const removed = await sweepUploads(db, uploadDir, clock.now())
  if (removed > 0) log.info({ removed }, 'took away uploads that nobody waits for')
  return false
}

/** This month and the next two: the first call of a month never waits for a table, not even after weeks without a worker. */
async function makeMonths({ db, clock }: WorkDeps): Promise<boolean> {
  const now = new Date(clock.now())
  const month = (ahead: number) => monthOf(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
  await ensureMonths(db, [month(0), month(1), month(2)])
  return false
}

async function detachOld({ db, clock, log }: WorkDeps): Promise<boolean> {
  const month = await detachNext(db, clock.now())
  if (month !== undefined) log.info({ month }, 'detached a month by the retention rule')
  return month !== undefined
}
