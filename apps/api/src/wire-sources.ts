// What goes over the wire about sources: PBXs, their live connections, the files and tables that are followed.

type Instant = string

/** GET /api/v1/sources */
export type SourceRow = {
  readonly name: string
  readonly zone: string
  readonly zoneDetected: string
  readonly ami: {
    readonly host: string
    readonly port: number
    readonly username: string
    readonly enabled: boolean
    readonly transport: AmiTransport
    readonly auth: AmiAuth
    readonly caPem: string
    readonly serverName: string
    readonly httpPath: string
  } | null
  readonly state: 'none' | 'connecting' | 'live' | 'refused' | 'reconnecting' | 'stopped'
  readonly detail: string
  readonly asteriskVersion: string
  readonly changedAt: Instant | null
  readonly seenAt: Instant | null
  readonly lastEventAt: Instant | null
  readonly legs: number
  readonly cel: number
  readonly rejected: number
}

/**
 * A file or a table that is followed. GET /api/v1/feeds; POST takes { source, kind, settings, zone?, secret? },
 * PATCH …/{id} { zone?, enabled?, secret?, content? }. Whoever names files of the server must be its administrator.
 */
export type FeedRow = {
  readonly id: number
  readonly source: string
  readonly kind: 'file' | 'table'
  /** The path, or "asteriskcdrdb.cdr". */
  readonly name: string
  /** file: { path, content, columns? }; table: { engine, host, port, user, database, table, content, … }. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly hasSecret: boolean
  readonly zone: string
  readonly zoneDetected: string
  readonly enabled: boolean
  /** none: nothing has looked at it yet. */
  readonly state: 'none' | 'starting' | 'live' | 'waiting' | 'refused' | 'stopped'
  /** In words, what is wrong and what to do; '' when all is well. */
  readonly detail: string
  readonly read: number
  readonly behindBytes: number
  readonly caughtUpAt: Instant | null
  readonly changedAt: Instant | null
  readonly seenAt: Instant | null
}

/** POST /api/v1/feeds/check, with what POST /feeds takes: nothing is stored. `kind` is the format found, or the fault. */
export type FeedCheck = { readonly ok: boolean; readonly kind: string; readonly detail: string }

/** PUT /api/v1/sources/{name}/ami */
export type AmiSettings = {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly secret: string
  /** Absent = tcp. Over http(s), `httpPath` is the prefix of http.conf. */
  readonly transport?: AmiTransport | undefined
  /** Absent = auto: by MD5 challenge, in clear only where that is refused. */
  readonly auth?: AmiAuth | undefined
  /** Certificate authorities to trust over tls and https, PEM; '' = those of the server Tollbook runs on. */
  readonly caPem?: string | undefined
  /** The name its certificate must bear; '' = the host. */
  readonly serverName?: string | undefined
  readonly httpPath?: string | undefined
}

export type AmiTransport = 'tcp' | 'tls' | 'http' | 'https'
export type AmiAuth = 'auto' | 'md5' | 'plain'

/** POST /api/v1/sources/{name}/check, with AmiSettings or {} for those that are stored: steps in the order tried. */
export type AmiCheck = {
  readonly ok: boolean
  readonly steps: readonly { readonly ok: boolean; readonly kind: string; readonly detail: string }[]
}
