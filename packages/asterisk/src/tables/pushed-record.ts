// A record that somebody sends by itself, as JSON: an object of plain values by Asterisk's names → the record a table
// would have. What it says of its zone is kept beside it.

import { err, ok, type Result } from '@tollbook/kernel'
import type { TableRecord } from './table-record.ts'

export type PushedRecord = {
  readonly record: TableRecord
  /** '' = it does not say. */
  readonly zone: string
}

/** More than any CDR with its extras; a record of Asterisk itself has 2 KiB at most. */
export const PUSHED_BYTES_MAX = 16 * 1024
const MOST_FIELDS = 100

/** Reads one record; the reason of a refusal is for people. */
export function pushedRecord(value: unknown): Result<PushedRecord, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return err('it is not an object')
  const entries = Object.entries(value)
  if (entries.length > MOST_FIELDS) return err(`it has ${entries.length} fields; at most ${MOST_FIELDS} are taken`)
  const record: Record<string, string | null> = {}
  let zone = ''
  for (const [name, field] of entries) {
    const text = textOf(field)
    if (text === undefined) return err(`field ${JSON.stringify(name.slice(0, 40))} is not a plain value`)
    if (name === 'zone') zone = text ?? ''
    else record[name] = text
  }
  return ok({ record, zone })
}

/** The same from the bytes of its JSON. */
export function pushedRecordIn(json: string): Result<PushedRecord, string> {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return err('it is not proper JSON')
  }
  return pushedRecord(value)
}

function textOf(value: unknown): string | null | undefined {
  if (value === null) return null
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
