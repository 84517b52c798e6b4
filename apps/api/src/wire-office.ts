// What travels between api and browser about how people order their calls: departments, tags, views kept, missed calls.
// Types only.

import type { Instant } from './wire-values.ts'

/** GET /api/v1/departments; POST and PUT …/{id} take a DepartmentChange and answer the row. */
export type DepartmentRow = {
  readonly id: number
  readonly name: string
  readonly extensions: readonly string[]
  /** Codes. */
  readonly accounts: readonly string[]
}

/** `extensions` as people write them: "201-219, 230". */
export type DepartmentChange = {
  readonly name: string
  readonly extensions: string
  readonly accounts: readonly string[]
}

/** GET /api/v1/tags */
export type TagRow = { readonly tag: string; readonly calls: number }

/** POST /api/v1/calls/tags */
export type TagOrder = {
  readonly keys: readonly string[]
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** GET /api/v1/views; POST takes it without its id, and replaces the one of that name. */
export type SavedView = {
  readonly id: number
  readonly name: string
  /** "/calls" */
  readonly path: string
  /** "range=30d&direction=inbound" */
  readonly query: string
}

/** GET /api/v1/missed-calls: a caller whose inbound calls nobody took. */
export type MissedCaller = {
  /** As he was told last; '' = without a number: he cannot be called back. */
  readonly number: string
  readonly name: string
  /** Missed calls. */
  readonly calls: number
  readonly firstAt: Instant
  readonly lastAt: Instant
  readonly longestWaitSeconds: number
  /** Telephones that rang in vain, whichever of the calls. */
  readonly rang: readonly string[]
  /** The number of yours he called last. */
  readonly did: string
  readonly account: { readonly id: number; readonly code: string; readonly name: string } | null
  /** The last missed call. */
  readonly lastCall: string
  /** When he was spoken with after a missed call, within the hours asked for: the first time. */
  readonly returned: MissedReturn | null
}

export type MissedReturn = {
  readonly at: Instant
  /** Telephone of yours. */
  readonly by: string
  /** outbound = he was called back, inbound = he called again. */
  readonly direction: 'outbound' | 'inbound'
  readonly call: string
  /** From the missed call to this. */
  readonly afterSeconds: number
}

export type MissedCalls = {
  readonly items: readonly MissedCaller[]
  readonly total: { readonly callers: number; readonly returned: number; readonly rate: number | null }
  readonly next: string | null
}
