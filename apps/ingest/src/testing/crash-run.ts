// One crash run: calls are told, the process is killed at one place or PostgreSQL is ended at once or the connection is
// cut at a byte, calls go on being told, all comes back, the file is there, and then everything is compared.

import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type Db } from '@tollbook/db'
import { type FakeAsterisk, fakeAsterisk, type Seeded, seeded } from '@tollbook/testkit/fake-asterisk'
import { compareTruth, type Difference } from './compare-truth.ts'
import type { CrashCluster } from './crash-cluster.ts'
import { type CrashTenant, connectTo, followFileAt } from './crash-tenant.ts'
import { type IngestChild, ingestChild } from './ingest-child.ts'

/** What happens to it: `point:NAME` kills the process there, `shutdown` ends PostgreSQL, `cut` breaks the connection. */
export type Crash = `point:${string}` | 'shutdown' | 'cut'

export type CrashRun = {
  readonly crash: Crash
  readonly seed: number
  readonly differences: readonly Difference[]
  /** Whether the place of a `point:` was passed; else the process was killed in the end, wherever it was. */
  readonly reached: boolean
  readonly legs: number
  readonly cel: number
  /** Legs that only the file had. */
  readonly missed: number
  readonly seconds: number
}

export type CrashRoom = { readonly cluster: CrashCluster; readonly dir: string; readonly key: Buffer }

/** Longer than any pause between two tries to store or to connect, milliseconds. */
const STILL_MS = 10_000
const LOOK_MS = 40
/** A place that is passed for sure is passed by then, milliseconds; waited for no longer than it takes. */
const REACHED_MS = 40_000
const LOGIN_MS = 1_000
const MORE_MS = 1_500
const MORE_CALLS = 2

/** Runs one; the folder and the database stay when something differs. */
export async function crashRun(crash: Crash, seed: number, room: CrashRoom): Promise<CrashRun> {
  const startedMs = performance.now()
  const name = `crash_${crash.replace(/[^a-z]/g, '_')}_${seed}`
  const dir = join(room.dir, name)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  copyFileSync(join(room.dir, 'secret.key'), join(dir, 'secret.key'))
  await room.cluster.drop(name)
  const url = await room.cluster.clone(name)
  const pbx = await fakeAsterisk(dir, seed)
  const db = connect(url, { max: 3 })
  try {
    pbx.history(2)
    const tenant = await connectTo(db, pbx, room.key, Date.now())
    const world: World = { ...{ room, dir, url, db, pbx, tenant }, random: seeded(seed) }
    const reached = await (crash === 'shutdown'
      ? shutDown(world)
      : crash === 'cut'
        ? cut(world)
        : die(world, crash, seed))
    const differences = await compareTruth(db, pbx.truth)
    const { truth } = pbx
    const counts = { legs: truth.calls.flatMap(({ legs }) => legs).length, cel: truth.cel, missed: truth.missed.length }
    return { crash, seed, differences, reached, ...counts, seconds: (performance.now() - startedMs) / 1000 }
  } finally {
    await db.close()
    await pbx.close()
  }
}

type World = {
  readonly room: CrashRoom
  readonly dir: string
  readonly url: string
  readonly db: Db
  readonly pbx: FakeAsterisk
  readonly tenant: CrashTenant
  readonly random: Seeded
}

/** Removes what a run that went well left. */
export async function forget(run: CrashRun, room: CrashRoom): Promise<void> {
  const name = `crash_${run.crash.replace(/[^a-z]/g, '_')}_${run.seed}`
  await room.cluster.drop(name)
  rmSync(join(room.dir, name), { recursive: true, force: true })
}

const start = ({ url, dir }: World, failPoint?: string) => ingestChild({ databaseUrl: url, dataDir: dir, failPoint })

/** The file is followed only now: a process that dies storing old rows before its first login never listened. */
async function listening({ db, pbx, tenant }: World, child: IngestChild): Promise<void> {
  await Promise.race([pbx.loggedIn(), child.ended])
  await followFileAt(db, tenant, pbx.masterCsv, Date.now())
  while (child.isRunning() && !(await isBegun(db))) await sleep(LOOK_MS)
}

/** Whether a file was looked into: what is renamed before that is an older file, which nobody asked for. */
async function isBegun(db: Db): Promise<boolean> {
  const { rowCount } = await db.pool.query('select 1 from feed_checkpoint')
  return rowCount === 1
}

/** kill -9 at a place: at the first time it is passed, every other seed at a later one. */
async function die(world: World, crash: string, seed: number): Promise<boolean> {
  const { pbx, random } = world
  const nth = seed % 2 === 1 ? 1 : 1 + (seed % 3)
  const first = EARLIER[crash] ?? 0
  const child = start(world, `${crash.slice('point:'.length)}:${first + nth}`)
  await listening(world, child)
  const told = pbx.tell((LATER[crash] ?? 8) + random.below(6), 600)
  if (random.below(4) === 0) await sleep(random.below(300)).then(() => pbx.kill(2, 20))
  await told
  // It may need the batch after the last call to come by that place; what is deleted was stored before. A first time there
  // always is, however late on a busy machine; not every place is passed again.
  const isSure = nth === 1 || LATER[crash] !== undefined
  await Promise.race([child.ended, sleep(isSure ? REACHED_MS : 700)])
  const reached = !child.isRunning()
  child.kill()
  const { code, signal } = await child.ended
  if (signal !== 'SIGKILL') {
    throw new Error(`it was not killed, it ended otherwise (${signal ?? code}); see ${world.dir}/ingest.log`)
  }
  await whileAway(world)
  const again = start(world)
  await Promise.race([pbx.loggedIn(), again.ended])
  await lastCalls(world)
  await settle(world, again)
  return reached
}

/** Passes before and at the first login: until that is kept, the process might as well never have listened. */
const EARLIER: Readonly<Record<string, number>> = {
  'point:spool.before-write': 2,
  'point:spool.half-written': 2,
  'point:spool.segment-begun': 1,
}

/** Calls until a segment of the spool is full, and until one is so old that it is deleted. */
const LATER: Readonly<Record<string, number>> = {
  'point:spool.segment-begun': 120,
  'point:spool.before-delete': 1000,
  'point:spool.deleted': 1000,
}

/** PostgreSQL ends in the middle and stays away a moment; the process goes on. */
async function shutDown(world: World): Promise<boolean> {
  const { pbx, random, room } = world
  const child = start(world)
  await listening(world, child)
  const told = pbx.tell(8 + random.below(6), 600)
  await sleep(100 + random.below(800))
  await room.cluster.shutDownAtOnce()
  await told
  await pbx.tell(2, 20)
  await room.cluster.start()
  await lastCalls(world)
  await settle(world, child)
  return true
}

/** The connection ends at a byte; calls go on being told while nobody hears. */
async function cut(world: World): Promise<boolean> {
  const { pbx, random } = world
  const child = start(world)
  await listening(world, child)
  pbx.cutAfter(1 + random.below(60_000))
  await pbx.tell(8 + random.below(6), 400)
  const cuts = pbx.logins()
  await whileAway(world)
  await Promise.race([pbx.loggedIn(), child.ended])
  await lastCalls(world)
  await settle(world, child)
  return pbx.logins() > cuts || pbx.truth.missed.length > 0
}

/** What a PBX does while nobody listens: calls, now and then a rotated file or a restart. */
async function whileAway({ db, pbx, random }: World): Promise<void> {
  await pbx.tell(random.below(4), 10)
  if (random.below(4) === 0 && (await isBegun(db))) pbx.rotate()
  if (random.below(4) === 0) await pbx.restart(10)
  await pbx.tell(1 + random.below(3), 10)
}

/** The file covers the time until the end of its last row, a whole second: that must not lie before the last login. */
async function lastCalls({ pbx }: World): Promise<void> {
  // The process notes its login a little after the PBX does, on a busy machine much later.
  const nowMs = Date.now()
  await sleep(Math.ceil((nowMs + LOGIN_MS) / 1000) * 1000 - nowMs + LOOK_MS)
  await pbx.tell(3, 60)
}

/** Waits until all is stored and ends the process in order. */
async function settle(world: World, child: IngestChild): Promise<void> {
  await untilStored(world, child)
  const alive = child.isRunning()
  const { code } = await child.stop()
  if (!alive || code !== 0) throw new Error(`the process died of it (exit ${code}); see ${world.dir}/ingest.log`)
}

/**
 * All that was told is stored and no gap is open; or nothing has changed for so long that nothing more will. What the
 * process says of itself is a second old: a gap whose end still waited in the spool would be stored only by its stop, when
 * no later row closes it. So it goes by the last event told and by what the database holds.
 */
async function untilStored({ db, pbx }: World, child: IngestChild): Promise<void> {
  let more = MORE_CALLS
  let before = ''
  let sinceMs = performance.now()
  while (child.isRunning()) {
    const last = lastTold(pbx)
    const { rows } = await db.pool.query(PROGRESS, [last.linkedid])
    const now = JSON.stringify(rows[0])
    const legs = pbx.truth.calls.flatMap((call) => call.legs).length
    const isStored = rows[0].legs >= legs && rows[0].ranges === 1
    if (isStored && rows[0].last >= last.events && rows[0].gaps === 0) return
    if (now !== before) sinceMs = performance.now()
    else if (performance.now() - sinceMs > STILL_MS) return
    else if (isStored && more > 0 && performance.now() - sinceMs > MORE_MS) {
      // The login was later than the last call of all, on a slow machine: a PBX goes on, and so does what its file covers.
      // Of this shape the row is the last thing told, so that it covers the most.
      more--
      await pbx.tell(1, 1, ['answered'])
    }
    before = now
    await sleep(LOOK_MS)
  }
}

/** The call of the last CEL event, and how many it has: live events come in order, so all before is stored with it. */
function lastTold({ truth }: FakeAsterisk): { readonly linkedid: string; readonly events: number } {
  let last = { linkedid: '', events: 0, atMs: 0 }
  for (const [linkedid, toldAt] of truth.celAt) {
    const atMs = toldAt.at(-1) ?? 0
    if (atMs >= last.atMs) last = { linkedid, events: toldAt.length, atMs }
  }
  return last
}

/** More than one range: a backlog is stored beside what comes now. */
const PROGRESS = `select (select count(*)::int from leg) as legs, (select count(*)::int from cel) as cel,
  (select count(*)::int from cel where linkedid = $1) as last,
  (select count(*)::int from capture_gap where closed_at is null) as gaps,
  (select jsonb_array_length(position->'ranges') from spool_position) as ranges`
