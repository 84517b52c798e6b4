// Logging: one JSON line an event on standard output, secrets taken out.

import { pino } from 'pino'
import type { LogLevel } from './config.ts'

/** What a room may say. The first argument is data, the second a sentence. */
export type Log = {
  debug(data: object, message: string): void
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

/** Keys whose values never reach a log, at the top and one level down. */
const SECRET = ['password', 'secret', 'token', 'cookie', 'authorization', 'databaseUrl', 'url', 'key']

/** The log of the process `name` ("api", "worker", "ingest"). */
export function createLog(name: string, level: LogLevel): Log {
  return pino({
    name,
    level,
    redact: { paths: [...SECRET, ...SECRET.map((k) => `*.${k}`)], censor: '[removed]' },
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
  })
}
