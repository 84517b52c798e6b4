// `npm start`: database, pages, processes, and on the very first start the sample. Everything it starts, it stops.

import { createServer } from 'node:net'
import { createLoginLink } from '@tollbook/directory/people'
import { systemClock } from '@tollbook/kernel'
import { type Config, type Lifecycle, pause, takeLifecycle } from '@tollbook/runtime'
import { loadSample, SAMPLE_STAGES, sampleState } from '@tollbook/sample'
import type { Command } from '../command.ts'
import { type OpenDatabase, openDatabase } from '../open-database.ts'
import { pagesAddress, signinUrl } from '../pages-address.ts'
import { startProcesses } from '../processes.ts'
import { type Progress, progressOn } from '../progress.ts'
import { provision } from '../provision.ts'
import { ensureWebBuilt } from '../web-build.ts'

/** What runs below `npm start`. */
const PROCESSES = ['api', 'worker', 'ingest'] as const
/** First answer of the api, milliseconds: a cold start on a busy machine takes a few seconds. */
const READY_MS = 120_000

type UpOptions = { readonly config: Config; readonly say: (text: string) => void; readonly terminal: boolean }

export const upCommand: Command = {
  needs: 'nothing',
  help: `up runs everything: database, pages, live capture; on an empty database it makes the sample. Ctrl-C stops it.

  tollbook up [--no-sample]        (npm start is this)

  --no-sample   do not make the sample tenant`,
  options: { 'no-sample': { type: 'boolean' } },
  async run(args, { config, err, tty }) {
    const say = (text: string) => err(`${text}\n`)
    const code = await up(args.options['no-sample'] === true, { config, say, terminal: tty.err })
    return { json: { stopped: true }, text: '', failed: code !== 0 }
  },
}

/** Runs until a signal, or until something fails; then everything that was started is stopped, and the process ends. */
async function up(noSample: boolean, options: UpOptions): Promise<number> {
  const life = takeLifecycle({ watchAncestors: true })
  try {
    return await start(noSample, options, life)
  } catch (error) {
    // A stop that is under way makes things fail that were still starting: nobody wants to read that.
    if (!life.stopping.aborted) options.say(error instanceof Error ? error.message : String(error))
    life.stop(1)
    return forever()
  }
}

/** Resolves only when it cannot start and has started nothing: to the exit code. */
async function start(noSample: boolean, options: UpOptions, life: Lifecycle): Promise<number> {
  const { config, say } = options
  const taken = await portTaken(config.host, config.port)
  if (taken !== undefined) {
    say(`${taken} Choose another with PORT=8081 npm start.`)
    return 1
  }
  say('Starting the database …')
  const building = ensureWebBuilt(config.rootDir, life.stopping)
  building.catch(() => undefined) // awaited below; it may fail while the database is still starting
  const opening = openDatabase(config, 'up', say, () => life.stop(1))
  // Registered before it is open: a signal in between must still stop the server.
  life.onStop(async () => (await opening.catch(() => undefined))?.close())
  const open = await opening
  await building
  const admin = await provision(open.db, systemClock)
  if (life.stopping.aborted) return forever()
  const processes = startProcesses({
    config,
    databaseUrl: open.url,
    names: PROCESSES,
    say,
    onGivenUp: (name) => {
      say(`${name} cannot be kept running; stopping.`)
      life.stop(1)
    },
  })
  life.onStop(async () => {
    say('Stopping …')
    await processes.stop()
  })
  await untilReady(config, life)
  if (life.stopping.aborted) return forever()
  const token = await createLoginLink(open.db, admin, systemClock)
  say(greeting(config, token))
  await sampleOnFirstStart(open, options, noSample, life)
  return forever()
}

/** A sentence when somebody else listens there already. */
function portTaken(host: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', (e: NodeJS.ErrnoException) => {
      if (e.code === 'EADDRINUSE') done(`Port ${port} on ${host} is taken by another program (or another Tollbook).`)
      else if (e.code === 'EACCES') done(`Port ${port} needs more rights than this user has.`)
      else done(`${host}:${port} cannot be listened on: ${e.message}.`)
    })
    server.listen(port, host, () => server.close(() => done(undefined)))
  })
}

async function untilReady(config: Config, life: Lifecycle): Promise<void> {
  const url = `${pagesAddress(config)}/readyz`
  for (let waited = 0; waited < READY_MS && !life.stopping.aborted; waited += 100) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined)
    if (answer?.ok) return
    await pause(100, life.stopping)
  }
  if (!life.stopping.aborted)
    throw new Error(`The pages did not get ready within ${READY_MS / 1000} s; see tollbook.log in ${config.dataDir}.`)
}

function greeting(config: Config, token: string): string {
  return `
Tollbook is running.

  Sign in   ${signinUrl(config, token)}
            (works once, for an hour; another: npm run -s tollbook -- signin)
  Pages     ${pagesAddress(config)}
  Data      ${config.databaseUrl === undefined ? config.dataDir : 'the server named by DATABASE_URL'}

Ctrl-C stops everything.
`
}

/** On an empty database, or when an earlier start was cut off while it made the sample. Never when it was deleted. */
async function sampleOnFirstStart(
  open: OpenDatabase,
  options: UpOptions,
  unwanted: boolean,
  life: Lifecycle,
): Promise<void> {
  const state = await sampleState(open.db)
  const wanted = !unwanted && (state === 'unfinished' || (state === 'none' && open.isNew))
  if (!wanted) return
  const progress = progressOn(options.terminal, options.say)
  try {
    const report = await loadSample(open.db, {
      clock: systemClock,
      dataDir: options.config.dataDir,
      onProgress: ({ stage, fraction }) => show(progress, stage, fraction),
    })
    progress.end()
    options.say(`The sample tenant is ready: ${report.legs} CDRs, ${report.calls} calls, ${report.invoices} invoices.`)
  } catch (error) {
    progress.end()
    if (life.stopping.aborted) return // it goes on from here at the next start
    options.say(`The sample could not be made: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function show(progress: Progress, stage: (typeof SAMPLE_STAGES)[number], fraction: number): void {
  const done = (SAMPLE_STAGES.indexOf(stage) + fraction) / SAMPLE_STAGES.length
  progress.show(`Sample: ${stage}`, done)
}

function forever(): Promise<number> {
  return new Promise(() => undefined)
}
