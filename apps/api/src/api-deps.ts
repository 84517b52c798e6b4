// What the api is given: the database, the clock, a log, its settings, and the work of other rooms.

import type { Db } from '@tollbook/db'
import type { PushHolder, SignedIn, TenantAccess } from '@tollbook/directory/people'
import type { Clock } from '@tollbook/kernel'
import type { ColumnCopy } from '@tollbook/stats/columns'
import type { LiveFeed } from './live-feed.ts'

/** The part of the house's log that is used here. */
export type ApiLog = { error(data: object, message: string): void }

export type ApiConfig = {
  /** Shown to clients: the version of Tollbook. */
  readonly version: string
  /** Uploads wait here for the worker. Must be on the disk that has room for them. */
  readonly uploadDir: string
  /** All bytes of one upload request. */
  readonly maxUploadBytes: number
  /** The built pages; '' serves none. */
  readonly webDir: string
  /** The last migration this code knows ("0001-core.sql"); '' = do not ask. */
  readonly latestMigration: string
  /** Bound to loopback: only local names and `hostNames` are answered, so that no foreign page can rebind a name to us. */
  readonly loopbackOnly: boolean
  /** Further names this server is reached by, without port. */
  readonly hostNames: readonly string[]
  /** People come by HTTPS, through a proxy of one's own: cookies are Secure, X-Forwarded-For is believed. */
  readonly httpsProxy: boolean
  /** For /metrics; undefined = open on loopback. */
  readonly metricsToken?: string | undefined
}

export type ApiDeps = {
  readonly db: Db
  readonly clock: Clock
  readonly log: ApiLog
  readonly config: ApiConfig
  /** Seals the secrets of AMI users (see runtime: secret box). */
  readonly secretKey: Buffer
  readonly feed: LiveFeed
  /** The calls by columns, for figures no rollup knows; without it PostgreSQL answers all. */
  readonly columns?: ColumnCopy | undefined
}

/**
 * What the middleware leaves for the handlers. `tenant` is there behind a guard with a role; `push` where a program came with
 * a push token, and no user then.
 */
export type ApiEnv = {
  Variables: {
    user: SignedIn
    token: string
    tenants: readonly TenantAccess[]
    tenant: TenantAccess
    push: PushHolder | undefined
    /** Set by a handler that has masked numbers itself where `seesMasked` says so: files the door cannot look through. */
    numbersMasked: boolean | undefined
  }
}
