// The one place where the environment is read. Every process starts from this frozen value; all faults are listed at once.

import { join, resolve } from 'node:path'
import { type FailPointSpec, parseFailPoint } from './fail-point.ts'

export type Config = {
  /** Root of the checkout: migrations and the built pages are found from here. */
  readonly rootDir: string
  /** Embedded database, uploads, keys. */
  readonly dataDir: string
  /** A PostgreSQL of the user's own; undefined = the embedded one. */
  readonly databaseUrl: string | undefined
  readonly host: string
  readonly port: number
  /** Host names the pages may be asked by, besides localhost: guards against DNS rebinding. */
  readonly allowedHosts: readonly string[]
  /** True behind an HTTPS proxy: cookies are then marked Secure. */
  readonly secureCookies: boolean
  readonly logLevel: LogLevel
  /** Largest accepted upload, bytes. */
  readonly uploadBytesMax: number
  /** Where the user stood when he gave the command; file names are meant from here. */
  readonly invokedFrom: string
  readonly colour: boolean
  /** Secret of an AMI user, for the command that stores a connection; never taken from the command line. */
  readonly amiSecret: string | undefined
  /** What each live source may wait with on disk before the database has taken it, bytes. */
  readonly spoolBytesMax: number
  /** Who asks for /metrics has to show it; undefined = whoever reaches the api on loopback may ask. */
  readonly metricsToken: string | undefined
  /** Only for tests of crashes: where this process is to die. */
  readonly failPoint: FailPointSpec | undefined
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Thrown with every fault of the environment in its message. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

const MIB = 1024 ** 2
const GIB = 1024 ** 3
const LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error'] satisfies LogLevel[]

/** Reads the configuration from environment variables; see docs/operations.md for what each means. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = []
  const rootDir = resolve(import.meta.dirname, '../../..')
  const port = wholeNumber('PORT', env.PORT, 8080, 0, 65_535, faults)
  const gib = wholeNumber('TOLLBOOK_UPLOAD_GIB', env.TOLLBOOK_UPLOAD_GIB, 4, 1, 1024, faults)
  const spoolMib = wholeNumber('TOLLBOOK_SPOOL_MIB', env.TOLLBOOK_SPOOL_MIB, 1024, 1, 1_048_576, faults)
  const failAt = text(env.TOLLBOOK_FAIL_POINT)
  const failPoint = failAt === undefined ? undefined : parseFailPoint(failAt)
  if (failAt !== undefined && failPoint === undefined)
    faults.push(`TOLLBOOK_FAIL_POINT is "${failAt}"; there is no such place`)
  const logLevel = text(env.TOLLBOOK_LOG) ?? 'info'
  if (!LEVELS.includes(logLevel)) faults.push(`TOLLBOOK_LOG is "${logLevel}"; use one of ${LEVELS.join(', ')}`)
  const metricsToken = text(env.TOLLBOOK_METRICS_TOKEN)
  if (metricsToken !== undefined && !/^[\x21-\x7e]{16,200}$/.test(metricsToken))
    faults.push('TOLLBOOK_METRICS_TOKEN must be 16 to 200 characters without spaces')
  const databaseUrl = text(env.DATABASE_URL)
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    faults.push('DATABASE_URL must start with postgres:// or postgresql://')
  }
  if (faults.length > 0)
    throw new ConfigError(`The configuration cannot be used:\n${faults.map((f) => `  ${f}`).join('\n')}`)
  return Object.freeze({
    rootDir,
    dataDir: resolve(text(env.TOLLBOOK_DATA_DIR) ?? join(rootDir, '.data')),
    databaseUrl,
    host: text(env.HOST) ?? '127.0.0.1',
    port,
    allowedHosts: (text(env.TOLLBOOK_HOSTS) ?? '')
      .split(',')
      .map((h) => h.trim())
      .filter((h) => h !== ''),
    secureCookies: env.TOLLBOOK_HTTPS === '1',
    logLevel: logLevel as LogLevel,
    uploadBytesMax: gib * GIB,
    invokedFrom: text(env.INIT_CWD) ?? process.cwd(),
    colour: env.NO_COLOR === undefined,
    amiSecret: text(env.TOLLBOOK_AMI_SECRET),
    spoolBytesMax: spoolMib * MIB,
    metricsToken,
    failPoint,
  })
}

function text(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

function wholeNumber(
  name: string,
  value: string | undefined,
  usual: number,
  min: number,
  max: number,
  faults: string[],
): number {
  const given = text(value)
  if (given === undefined) return usual
  const n = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN
  if (n >= min && n <= max) return n
  faults.push(`${name} is "${given}"; use a whole number from ${min} to ${max}`)
  return usual
}
