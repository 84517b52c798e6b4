// What travels between api and browser for finding again: departments, saved views, tags, callers who were missed. Types only.

import type { Instant } from './wire-values.ts'

/** GET /api/v1/departments. An extension or account belongs to one department at most. */
export type DepartmentRow = {
  readonly id: number
  readonly name: string
  /** Each by itself, in order. */
  readonly extensions: readonly string[]
  /** Codes of accounts. */
  readonly accounts: readonly string[]
}

/** Body of POST /api/v1/departments and PUT /api/v1/departments/{id}: the whole department. */
export type DepartmentWish = {
  readonly name: string
  /** "201-219, 230" */
  readonly extensions: string
  readonly accounts: readonly string[]
}

/** GET /api/v1/views: a page as its user has left it, by a name. Nobody else sees it. */
export type SavedView = {
  readonly id: number
  readonly name: string
  /** "/calls" */
  readonly path: string
  /** What stands behind the "?" of the address. */
  readonly query: string
}

/** Body of POST /api/v1/views; replaces the view of the same name. */
export type SavedViewWish = { readonly name: string; readonly path: string; readonly query: string }

/** GET /api/v1/tags */
export type TagRow = { readonly tag: string; readonly calls: number }

/** Body of POST /api/v1/calls/tags */
export type TagChange = {
  readonly keys: readonly string[]
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** How often a tag was put on a call or taken off one. */
export type TagReport = { readonly changed: number }

/** One row of GET /api/v1/missed-calls: a caller nobody spoke with, by the last nine digits of his number. */
export type MissedCaller = {
  /** As it was told last; "none" = all who withheld it. */
  readonly number: string
  readonly name: string
  /** Missed in the span. */
  readonly calls: number
  readonly firstAt: Instant
  readonly lastAt: Instant
  readonly longestWaitSeconds: number
  /** Telephones of ours that rang in vain. */
  readonly rang: readonly string[]
  /** Number of ours that was called last; '' = none. */
  readonly did: string
  readonly account: { readonly id: number; readonly code: string; readonly name: string } | null
  /** Key of the last missed call. */
  readonly lastCall: string
  /** The first conversation after a missed call, in time. */
  readonly returned: {
    readonly at: Instant
    /** Telephone of ours that spoke; '' = not known. */
    readonly by: string
    readonly direction: 'outbound' | 'inbound'
    readonly call: string
    /** After the missed call before it. */
    readonly afterSeconds: number
  } | null
}

/** GET /api/v1/missed-calls */
export type MissedCallers = {
  readonly items: readonly MissedCaller[]
  /** Of the whole span; `rate` is the metric return_rate, null where nobody was missed. */
  readonly total: { readonly callers: number; readonly returned: number; readonly rate: number | null }
  readonly next: string | null
}
