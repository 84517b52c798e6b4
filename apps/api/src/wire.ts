// What travels between api and browser, as JSON. Types only: the api answers with them, the pages read them.
// Money is a decimal string with six places; instants are ISO 8601 in UTC; ids are strings or small numbers.

import type { Instant, Money } from './wire-values.ts'

export type {
  CallChange,
  CallDetail,
  CallRow,
  CelRow,
  ChargeInfo,
  Direction,
  Disposition,
  LegRow,
  Outcome,
  PageOfCalls,
  QueueEventRow,
  SegmentInfo,
  TraceStep,
  UnratedReason,
  WayName,
} from './wire-calls.ts'
export type {
  BusyHourAt,
  BusyHours,
  LoadFigures,
  LoadPoint,
  TrunkFigures,
  TrunkLoad,
} from './wire-load.ts'
export type {
  DepartmentChange,
  DepartmentRow,
  MissedCaller,
  MissedCalls,
  SavedView,
  TagOrder,
  TagRow,
} from './wire-office.ts'
export type { AmiAuth, AmiCheck, AmiSettings, AmiTransport, FeedCheck, FeedRow, SourceRow } from './wire-sources.ts'
export type { Instant, Money } from './wire-values.ts'

/** RFC 9457 problem details, the body of every answer that is not 2xx. `kind` is stable and meant for programs. */
export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly kind: string
  readonly detail?: string
  readonly fields?: readonly { readonly field: string; readonly message: string }[]
}

export type Role = 'viewer' | 'operator' | 'admin'

export type TenantInfo = {
  readonly slug: string
  readonly name: string
  readonly zone: string
  readonly currency: string
  readonly isSample: boolean
  readonly role: Role
  /** True while the tenant has no calls: pages greet with what to do first. */
  readonly isEmpty: boolean
  /** Span of the calls there are, for choosing a first date range; null while empty. */
  readonly firstCallAt: Instant | null
  readonly lastCallAt: Instant | null
}

/** GET /api/v1/session */
export type SessionInfo = {
  readonly user: {
    readonly name: string
    readonly email: string
    readonly locale: string
    readonly hasPassword: boolean
    readonly isAdmin: boolean
  }
  readonly tenants: readonly TenantInfo[]
  readonly version: string
}

/** A page of a list read by cursor; `next` is handed back as ?cursor= and is null at the end. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null }

/** What figures are grouped by. All but the first three lines are filters of the same name. */
export type StatsBy =
  | ('none' | 'hour' | 'day' | 'week' | 'month')
  /** Keys 0–23; 1–7, 1 = Monday; "1-09". */
  | ('hour_of_day' | 'weekday' | 'weekday_hour')
  | ('source' | 'direction' | 'outcome' | 'disposition' | 'cause')
  | ('country' | 'destination' | 'prefix' | 'account' | 'carrier' | 'trunk')
  | ('did' | 'extension' | 'department' | 'tag')

/** Metrics by name. Counts and seconds are numbers, ratios numbers or null (empty denominator), money strings. */
export type StatsRow = {
  readonly key: string
  readonly label: string
  /** With ?split=: the second dimension's key and its name; rows come per pair. */
  readonly split?: string | undefined
  readonly splitLabel?: string | undefined
  readonly [metric: string]: string | number | null | undefined
}

/** GET /api/v1/stats?from&to&by&split&metrics=a,b&zone&limit&compare + filters (every dimension that is not one of time) */
export type StatsAnswer = {
  readonly from: Instant
  readonly to: Instant
  readonly zone: string
  readonly by: StatsBy
  readonly split?: StatsBy | undefined
  readonly currency: string
  readonly rows: readonly StatsRow[]
  readonly total: Readonly<Record<string, string | number | null>>
  /** Metrics that could not be told exactly, such as NER where no cause was recorded. */
  readonly approximate?: readonly string[] | undefined
  /** With ?compare=: the same of the span before; rows stand beside the rows here, but for series of time. */
  readonly before?: Pick<StatsAnswer, 'from' | 'to' | 'rows' | 'total' | 'approximate'> | undefined
}

export type AccountRow = {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly currency: string
  readonly deckId: number
  readonly deck: string
  /** What it is sold; 0 and '' = by its deck. */
  readonly planId?: number | undefined
  readonly plan?: string | undefined
  readonly locale: string
  readonly email: string
  readonly address: string
  /** What the account owes: debits less credits of its receivable. */
  readonly balance: Money
  readonly lastCallAt: Instant | null
}

export type DeckRow = {
  readonly id: number
  readonly name: string
  readonly side: 'sell' | 'buy'
  readonly currency: string
  readonly version: number
  readonly rates: number
  readonly importedAt: Instant | null
  readonly filename: string
  /** True for the sell deck that accounts without one of their own are charged by. */
  readonly isDefault: boolean
  /** The next version that is active already and begins later; null or absent = none. */
  readonly scheduled?: { readonly version: number; readonly effectiveFrom: Instant } | null | undefined
  /** The newest draft that waits to be activated; null or absent = none. */
  readonly draft?: number | null | undefined
}

export type RateRow = {
  readonly prefix: string
  readonly destination: string
  readonly pricePerMinute: string
  /** A decimal of any number of places. */
  readonly connectFee: string
  readonly firstBlockSeconds: number
  readonly incrementSeconds: number
  readonly effectiveFrom: Instant
}

/** Answer of POST /api/v1/decks/import */
export type DeckImportReport = {
  readonly deckId: number
  readonly name: string
  readonly version: number
  readonly rates: number
  readonly problems: readonly { readonly line: number; readonly message: string; readonly raw: string }[]
}

export type InvoiceRow = {
  readonly id: string
  readonly number: string
  readonly account: { readonly id: number; readonly code: string; readonly name: string }
  readonly periodFrom: Instant
  readonly periodTo: Instant
  readonly currency: string
  readonly net: Money
  readonly tax: Money
  readonly total: Money
  readonly calls: number
  readonly issuedAt: Instant
  readonly dueOn: string
}

export type InvoiceLine = {
  readonly line: number
  readonly description: string
  readonly destinationId: number
  readonly calls: number
  readonly seconds: number
  readonly billedSeconds: number
  readonly amount: Money
}

/** GET /api/v1/invoices/{id}; its calls: GET /api/v1/calls?invoice={id}&line={n} */
export type InvoiceDetail = {
  readonly invoice: InvoiceRow
  readonly zone: string
  readonly locale: string
  readonly from: { readonly name: string; readonly address: readonly string[]; readonly taxId: string }
  readonly to: { readonly name: string; readonly address: readonly string[] }
  readonly taxRate: string
  readonly lines: readonly InvoiceLine[]
}

/** Answer of POST /api/v1/invoices/run { month: "2026-10" } */
export type InvoiceRunReport = {
  readonly month: string
  readonly created: number
  readonly unchanged: number
  readonly invoices: readonly InvoiceRow[]
}

export type ImportRow = {
  readonly id: string
  readonly filename: string
  readonly source: string
  readonly state: 'queued' | 'running' | 'done' | 'failed'
  readonly format: string
  readonly zone: string
  readonly bytesTotal: number
  readonly bytesDone: number
  readonly read: number
  /** Legs, channel events and queue events that were new. */
  readonly inserted: number
  readonly cel: number
  readonly queueEvents: number
  readonly duplicates: number
  readonly rejected: number
  readonly calls: number
  readonly rated: number
  readonly unrated: number
  readonly error: string
  readonly createdAt: Instant
  readonly finishedAt: Instant | null
}

/** A row set aside. GET /api/v1/rejects, POST /api/v1/rejects/retry { keys?: [{source, key}] } (all when absent) */
export type RejectRow = {
  readonly source: string
  readonly key: string
  readonly importId: string | null
  readonly filename: string
  readonly line: number
  readonly reason: string
  readonly raw: string
  readonly rejectedAt: Instant
}

export type RetryReport = { readonly tried: number; readonly recovered: number; readonly stillRejected: number }

/** Server-sent events on GET /api/v1/events; each tells what to read again, none carries data of its own. */
export type LiveEvent = { readonly topic: 'calls' | 'imports' | 'sources' | 'stats' | 'decks' | 'revaluations' }

/** POST /api/v1/session { email, password }. The token is for `Authorization: Bearer`; browsers use the cookie set beside it. */
export type SignInAnswer = { readonly token: string; readonly session: SessionInfo }

/** PATCH /api/v1/me; absent = leave. `currentPassword` is asked when there is a password already. */
export type ProfileChange = {
  readonly name?: string | undefined
  readonly locale?: string | undefined
  readonly password?: string | undefined
  readonly currentPassword?: string | undefined
}

/** POST /api/v1/accounts; PATCH /api/v1/accounts/{id} takes the same without `code` and `currency`, absent = leave. */
export type NewAccount = {
  readonly code: string
  readonly name: string
  readonly currency?: string | undefined
  readonly deckId?: number | undefined
  /** 0 = none. */
  readonly planId?: number | undefined
  readonly locale?: string | undefined
  readonly email?: string | undefined
  readonly address?: string | undefined
}

/** GET /api/v1/tenants/{slug}; PATCH takes any part of it. */
export type TenantSettings = {
  readonly name: string
  readonly zone: string
  readonly currency: string
  readonly countryCode: string
  readonly internationalPrefixes: readonly string[]
  readonly nationalPrefix: string
  /** Taken off a dialled number before all else, the longest first: "9", "0#". */
  readonly stripPrefixes?: readonly string[] | undefined
  /** The plan of accounts that have neither a plan nor a deck of their own; 0 or absent = by the default deck. */
  readonly planId?: number | undefined
  /** For whom numbers are masked. */
  readonly maskNumbers?: 'none' | 'viewers' | 'all-but-admin' | undefined
  readonly legal: {
    readonly address: readonly string[]
    readonly taxId: string
    readonly taxRate: string
    readonly iban: string
  }
}

/** GET /api/v1/trunks; POST takes { peer, name?, carrierId?, capacity? }, PATCH …/{id} any of these (0 = none); both answer the row. */
export type TrunkRow = {
  readonly id: number
  readonly name: string
  readonly peer: string
  readonly carrier: { readonly id: number; readonly name: string } | null
  /** Channels; null while unknown. */
  readonly capacity: number | null
}

/** GET /api/v1/carriers; POST takes { name, currency, deckId? }, PATCH …/{id} { name?, deckId? } (0 = none); both answer the row. */
export type CarrierRow = {
  readonly id: number
  readonly name: string
  readonly currency: string
  readonly deckId: number
  readonly deck: string
}
