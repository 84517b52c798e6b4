// tollbook doctor: looks at everything a person would be asked about first, and says what to do. Changes nothing.

import { statfs } from 'node:fs/promises'
import { type Answer, type Args, type Command, optional, type Surroundings } from '../command.ts'
import type { Check } from '../doctor/check.ts'
import { checkColumns } from '../doctor/check-columns.ts'
import { checkBooks, checkMonths, checkPostgres, checkWaiting } from '../doctor/check-database.ts'
import { checkHealth } from '../doctor/check-health.ts'
import { checkAmi, checkSources } from '../doctor/check-sources.ts'
import type { OpenDatabase } from '../open-database.ts'
import { colours, table } from '../text.ts'

export const doctorCommand: Command = {
  needs: 'nothing',
  help: `doctor checks the installation: disk, PostgreSQL, books, live connections, cdr.conf; and says what to do.

  tollbook doctor [--tenant SLUG] [--json]

  --tenant SLUG   only this tenant's sources (default: all)

Exit code 1 when something does not work; advice alone is exit code 0.`,
  options: { tenant: { type: 'string' } },
  run,
}

async function run(args: Args, around: Surroundings): Promise<Answer> {
  const checks: Check[] = [checkNode(), await checkDisk(around.config.dataDir)]
  const open = await openOrFault(around)
  if ('fault' in open) checks.push({ name: 'PostgreSQL', state: 'failed', detail: open.fault })
  else {
    try {
      const slug = optional(args, 'tenant')
      checks.push(...(await checkPostgres(open.db, around.config)))
      checks.push(await checkBooks(open.db), ...(await checkWaiting(open.db)))
      checks.push(await checkColumns(open.db, around.config.dataDir))
      checks.push(...(await checkMonths(open.db, around.clock.now())))
      checks.push(...(await checkSources(open.db, slug)), ...(await checkAmi(open.db, around, slug)))
      checks.push(...(await checkHealth(open.db, slug, around.clock.now())))
    } finally {
      await open.close()
    }
  }
  const failed = checks.some((c) => c.state === 'failed')
  return { json: { ok: !failed, checks }, text: textOf(checks, around), failed }
}

async function openOrFault(around: Surroundings): Promise<OpenDatabase | { fault: string }> {
  try {
    return await around.openDatabase('doctor')
  } catch (error) {
    return { fault: (error as Error).message }
  }
}

/** The repository pins this; an older one comes only from starting main.ts by hand. */
const NODE_MAJOR = 26

function checkNode(): Check {
  const version = process.versions.node
  const old = Number(version.split('.')[0]) < NODE_MAJOR
  return old
    ? { name: 'Node', state: 'failed', detail: `${version}; start through npm, which brings Node ${NODE_MAJOR} along` }
    : { name: 'Node', state: 'ok', detail: `${version}, ${process.platform}-${process.arch}` }
}

const GIB = 1024 ** 3
/** Below this PostgreSQL is about to stop for want of space. */
const DISK_FAILED = GIB
/** A year of a busy PBX (10 million legs with their calls, charges and indexes) takes about this much. */
const DISK_ADVICE = 10 * GIB

async function checkDisk(dataDir: string): Promise<Check> {
  const found = await statfs(dataDir).catch(() => undefined)
  if (!found) return { name: 'Disk', state: 'advice', detail: `${dataDir} is not there yet; npm start makes it` }
  const free = found.bavail * found.bsize
  const detail = `${(free / GIB).toFixed(1)} GiB free in ${dataDir}`
  if (free < DISK_FAILED) return { name: 'Disk', state: 'failed', detail: `${detail}: make room now` }
  return { name: 'Disk', state: free < DISK_ADVICE ? 'advice' : 'ok', detail }
}

function textOf(checks: readonly Check[], around: Surroundings): string {
  const paint = colours(around.config.colour && around.tty.out)
  const words = { ok: paint.green('ok'), advice: paint.yellow('advice'), failed: paint.red('failed') }
  const lines = table(
    [{ title: '' }, { title: '' }],
    checks.map((c) => [c.name, c.detail]),
  ).split('\n')
  // Colour codes have no width, so the state stands last in its own column of fixed words.
  const marked = checks.map((c, i) => `${' '.repeat(6 - c.state.length)}${words[c.state]}  ${lines[i + 1]}`)
  const worst = checks.find((c) => c.state === 'failed') ?? checks.find((c) => c.state === 'advice')
  return [...marked, '', worst ? `Next: ${worst.name}: ${worst.detail}` : 'All is well.'].join('\n')
}
