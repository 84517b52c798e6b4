// A moment as people write it on a command line.

import { DateTime } from 'luxon'
import { UsageError } from './command.ts'

/**
 * Milliseconds of "2026-11-23T17:24:14Z", of the same with an offset, or of "2026-11-23", "2026-11-23 17:24[:14]" in `zone`.
 * Throws a usage error that names the option.
 */
export function parseInstant(option: string, text: string, zone: string): number {
  const at = DateTime.fromISO(text.trim().replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T'), { zone })
  if (!/^\d{4}-\d{2}-\d{2}/.test(text.trim()) || !at.isValid) {
    throw new UsageError(`--${option} ${text} is not a moment such as 2026-11-23T17:24:14Z or "2026-11-23 17:24".`)
  }
  return at.toMillis()
}
