// What travels between api and browser about tariffs: decks and their versions, plans, revaluations, the simulator.
// Types only; see wire.ts for how money and instants are written.

import type { DeckRow, Instant, Money, RateRow, TraceStep, UnratedReason } from './wire.ts'

/** A decimal as text, of any number of places: "0.0575", "-2.5". */
export type DecimalText = string

/** A named time window of a deck; see GET /api/v1/decks/{id}. Minutes of the local day, ISO weekdays. */
export type WindowInfo = {
  readonly id: number
  readonly name: string
  readonly priority: number
  readonly rules: readonly {
    readonly weekdays?: readonly number[] | undefined
    readonly fromMinute?: number | undefined
    readonly toMinute?: number | undefined
    readonly fromDate?: string | undefined
    readonly toDate?: string | undefined
    readonly holidays?: 'only' | 'except' | undefined
  }[]
}

export type VersionState = 'draft' | 'scheduled' | 'in-force' | 'superseded' | 'withdrawn'

/** One version of a deck, newest first in DeckDetail. */
export type VersionRow = {
  readonly version: number
  readonly state: VersionState
  readonly origin: 'import' | 'edit' | 'rollback'
  readonly rates: number
  readonly filename: string
  readonly note: string
  readonly createdAt: Instant
  readonly createdBy: string
  /** Null while it is a draft; 1970-01-01T00:00:00.000Z means "from the beginning". */
  readonly effectiveFrom: Instant | null
  readonly problemCount: number
}

/**
 * GET /api/v1/decks/{id}/versions/{version}: a version with how its sheet was read, so that a draft can be opened again.
 * As files: GET …/decks/{id}/rates.csv?version (imports again to the same rates), GET …/decks/{id}/price-list.csv and
 * …/price-list.pdf?locale (for customers, of the version in force).
 */
export type VersionDetail = VersionRow & {
  /** Null when it was not read from a sheet. */
  readonly layout: SheetLayout | null
  /** Rows left out, at most as many as the import reports. */
  readonly problems: readonly SheetProblemRow[]
}

/** GET /api/v1/decks/{id}; PATCH takes { name?, zone?, rounding?, places?, windowChoice? } while no version is active. */
export type DeckDetail = {
  readonly deck: DeckRow
  readonly zone: string
  readonly rounding: 'half-up' | 'half-even' | 'up' | 'down'
  readonly places: number
  readonly mode: 'plain' | 'a2billing'
  readonly windowChoice: 'start' | 'split'
  readonly windows: readonly WindowInfo[]
  readonly holidays: readonly string[]
  readonly versions: readonly VersionRow[]
  /** Where it is used: plans, carriers, accounts of its own, the tenant's default. */
  readonly usedBy: readonly { readonly kind: 'default' | 'plan' | 'carrier' | 'account'; readonly name: string }[]
}

export type TierInfo = {
  readonly seconds: number
  readonly pricePerMinute: DecimalText
  readonly entryFee: DecimalText
  readonly incrementSeconds: number
}

/** One rate in full. GET /api/v1/decks/{id}/rates?version&q&cursor answers a page of these. */
export type RateDetail = RateRow & {
  readonly match: 'prefix' | 'pattern' | 'default'
  /** Name of its window, '' = always. */
  readonly window: string
  readonly windowId: number
  readonly validTo: Instant | null
  readonly disconnectFee: DecimalText
  readonly disconnectAfterSeconds: number
  readonly anchor: 'first-block' | 'zero'
  readonly minimumCharge: DecimalText
  readonly maximumCharge: DecimalText | null
  readonly afterMaximum: 'free' | 'stop'
  readonly graceSeconds: number
  readonly tiers: readonly TierInfo[]
}

/** What a column of a rate sheet may be. */
export type SheetField =
  | 'ignore'
  | 'prefix'
  | 'country-code'
  | 'area-code'
  | 'destination'
  | 'price'
  | 'connect-fee'
  | 'disconnect-fee'
  | 'minimum-charge'
  | 'maximum-charge'
  | 'first-block'
  | 'increment'
  | 'blocks'
  | 'grace'
  | 'effective-from'
  | 'valid-to'
  | 'window'
  | 'disconnect-after'
  | 'after-maximum'
  | 'anchor'
  | 'tiers'
  | A2BillingField

/** Columns that only an A2Billing sheet has; pages need not offer them. */
export type A2BillingField =
  | `tier-${1 | 2 | 3}-${'price' | 'seconds' | 'fee' | 'increment'}`
  | 'added-seconds'
  | 'round-from'
  | 'round-to'
  | 'block-charge'
  | 'block-charge-seconds'
  | 'week-from'
  | 'week-to'

/** How a sheet is read: guessed, and corrected by whoever imports. */
export type SheetLayout = {
  /** Of a workbook with several; '' = the first. */
  readonly sheet: string
  readonly delimiter: ',' | ';' | '\t' | '|' | ''
  /** Line of the header, 1 = the first; 0 = none. Rates begin on the next line. */
  readonly headerLine: number
  readonly columns: readonly SheetField[]
  readonly decimalComma: boolean
  readonly unit: 'per-minute' | 'per-second'
  readonly cents: boolean
  readonly dateOrder: 'ymd' | 'dmy' | 'mdy'
  /** For rates without their own. */
  readonly firstBlockSeconds: number
  readonly incrementSeconds: number
  readonly anchor: 'first-block' | 'zero'
  /** 'a2billing' when the header is that of A2Billing's rate table; the deck becomes one in its manner. */
  readonly mode: 'plain' | 'a2billing'
}

/** Answer of POST /api/v1/decks/preview (multipart: file, name?, side?, layout? as JSON). Nothing is stored. */
export type SheetPreview = {
  readonly filename: string
  readonly layout: SheetLayout
  readonly sheets: readonly string[]
  /** Text of the header cells, '' when there is no header. */
  readonly header: readonly string[]
  /** Why each column was taken for what it is; empty for one that a person chose. */
  readonly reasons: readonly string[]
  /** Columns that none was taken for, and without which nothing can be imported: prefix, destination, price. */
  readonly missing?: readonly string[] | undefined
  readonly sample: readonly { readonly line: number; readonly cells: readonly string[]; readonly problem: string }[]
  readonly rows: number
  readonly rates: number
  readonly blankRows: number
  readonly duplicateRows: number
  readonly problems: readonly SheetProblemRow[]
  readonly problemCount: number
}

export type SheetProblemRow = { readonly line: number; readonly message: string; readonly raw: string }

/**
 * Answer of POST /api/v1/decks/draft (multipart: file, name, side, currency, zone?, layout?, allowProblems?, note?):
 * a draft version, stored and not in force.
 */
export type DraftReport = {
  readonly deckId: number
  readonly name: string
  readonly version: number
  readonly rates: number
  readonly problems: readonly SheetProblemRow[]
  readonly problemCount: number
}

export type RateChangeKind = 'new' | 'raised' | 'lowered' | 'closed' | 'terms' | 'same'

/** One rate that a version has and another has differently. */
export type RateChange = {
  readonly kind: RateChangeKind
  readonly prefix: string
  readonly window: string
  readonly destination: string
  readonly oldPrice: DecimalText | null
  readonly newPrice: DecimalText | null
  /** What else differs, in words of the sheet: "30/6 → 60/60". */
  readonly terms: string
  /** Of last month; null until an impact has been counted. */
  readonly seconds: number | null
  readonly oldAmount: Money | null
  readonly newAmount: Money | null
}

/** GET /api/v1/decks/{id}/versions/{version}/diff?against&kind&q&cursor */
export type VersionDiff = {
  readonly deckId: number
  readonly version: number
  /** The version compared with; 0 = there is none. */
  readonly against: number
  readonly counts: Readonly<Record<RateChangeKind, number>>
  readonly items: readonly RateChange[]
  readonly next: string | null
  readonly warnings: readonly {
    readonly kind: 'doubles' | 'below-cost' | 'closed-with-calls' | 'newly-rated'
    readonly text: string
    readonly prefix: string
  }[]
}

/** POST /api/v1/decks/{id}/versions/{version}/activate { effectiveFrom: 'always' | 'now' | Instant } → DeckDetail.
 *  POST …/withdraw, POST …/rollback (a new version with the rates of that one, from now), DELETE …/{version} (draft). */
export type ActivateRequest = { readonly effectiveFrom: 'always' | 'now' | Instant }

/** POST /api/v1/decks/{id}/rates { changes, effectiveFrom } → DraftReport: a new version with these rates changed. */
export type RateEdit = {
  readonly effectiveFrom: 'always' | 'now' | Instant
  readonly note?: string | undefined
  readonly set?:
    | readonly ({ readonly [K in keyof RateDetail]?: RateDetail[K] | undefined } & {
        readonly prefix: string
        readonly destination: string
      })[]
    | undefined
  readonly remove?: readonly { readonly prefix: string; readonly windowId: number }[] | undefined
  /** Replace those of the version in force; a rate keeps its window by id. */
  readonly windows?: readonly WindowInfo[] | undefined
  readonly holidays?: readonly string[] | undefined
}

export type RevaluationState = 'counting' | 'ready' | 'applying' | 'done' | 'cancelled' | 'failed'

/** Calls of a span priced anew beside what they cost now. GET /api/v1/revaluations, GET …/{id} */
export type Revaluation = {
  readonly id: string
  readonly kind: 'impact' | 'rerate'
  readonly state: RevaluationState
  readonly from: Instant
  readonly to: Instant
  readonly account: { readonly id: number; readonly code: string; readonly name: string } | null
  readonly deck: { readonly id: number; readonly name: string } | null
  readonly version: number | null
  readonly reasons: readonly UnratedReason[]
  readonly reason: string
  readonly createdAt: Instant
  readonly createdBy: string
  readonly finishedAt: Instant | null
  readonly callsTotal: number
  readonly callsSeen: number
  readonly callsChanged: number
  /** Of those changed: they stand on an invoice and are left alone; see CreditProposal. */
  readonly callsInvoiced: number
  readonly error: string
  /** Sums per currency: what is charged, what would be. */
  readonly totals: readonly {
    readonly currency: string
    readonly old: Money
    readonly new: Money
    readonly difference: Money
    /** Decimal with one place; null when the old sum is zero. */
    readonly percent: string | null
  }[]
  /** Per account for a rerate, per rate for an impact; the largest differences first, at most 500. */
  readonly lines: readonly RevaluationLine[]
}

export type RevaluationLine = {
  readonly key: string
  readonly label: string
  readonly currency: string
  readonly calls: number
  readonly seconds: number
  readonly old: Money
  readonly new: Money
  readonly difference: Money
  readonly newlyRated: number
  readonly noLongerRated: number
}

/** POST /api/v1/revaluations. An impact names a deck and a version; a rerate what to charge anew. Starts counting. */
export type RevaluationRequest = {
  readonly kind: 'impact' | 'rerate'
  /** Defaults to the month before this one, in the tenant's zone. */
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
  readonly accountId?: number | undefined
  readonly deckId?: number | undefined
  readonly version?: number | undefined
  readonly reasons?: readonly UnratedReason[] | undefined
  readonly reason?: string | undefined
}
// POST /api/v1/revaluations/{id}/apply and …/cancel answer the Revaluation.

/** GET /api/v1/credit-proposals; POST …/dismiss { accountId, callKey } */
export type CreditProposal = {
  readonly account: { readonly id: number; readonly code: string; readonly name: string }
  readonly callKey: string
  readonly invoice: { readonly id: string; readonly number: string }
  readonly currency: string
  readonly charged: Money
  readonly wouldBe: Money
  readonly difference: Money
  readonly proposedAt: Instant
}

export type PackageInfo = {
  /** 0 or absent in a new one. */
  readonly id?: number | undefined
  readonly name: string
  readonly kind: 'seconds' | 'calls' | 'unlimited'
  readonly amount: number
  readonly period: 'day' | 'week' | 'month'
  readonly startDay: number
  readonly prefixes: readonly string[]
}

export type PlanDeckInfo = {
  readonly deckId: number
  readonly deck?: string | undefined
  readonly side?: 'sell' | 'buy' | undefined
  readonly currency?: string | undefined
  readonly markupKind: 'none' | 'markup' | 'margin'
  readonly markupPercent: DecimalText
  readonly markupPerMinute: DecimalText
  readonly markupPerCall: DecimalText
  readonly pricePlaces: number
}

/** GET /api/v1/plans, POST /api/v1/plans, PUT /api/v1/plans/{id}, DELETE. `accounts` and `isDefault` are answered only. */
export type PlanInfo = {
  readonly id: number
  readonly name: string
  readonly choice: 'order' | 'longest' | 'lcr' | 'lcd'
  readonly expectedSeconds: number
  readonly decks: readonly PlanDeckInfo[]
  readonly blocked: readonly { readonly prefix: string; readonly note: string }[]
  readonly packages: readonly PackageInfo[]
  readonly accounts?: number | undefined
  readonly isDefault?: boolean | undefined
}

/** GET /api/v1/simulate?account&number&at&seconds&credit — nothing is charged. `account` is its code; '' = the default. */
export type Simulation = {
  readonly account: { readonly id: number; readonly code: string; readonly name: string } | null
  readonly plan: string
  readonly number: string
  /** In international form; '' when it is no number. */
  readonly digits: string
  readonly at: Instant
  readonly zone: string
  readonly seconds: number
  readonly currency: string
  readonly outcome:
    | 'charged'
    | 'no-rate'
    | 'blocked'
    | 'expired'
    | 'ambiguous'
    | 'no-deck'
    | 'not-a-number'
    | 'no-account'
  readonly destination: string
  readonly prefix: string
  readonly deck: string
  readonly deckId: number
  readonly deckVersion: number
  readonly billedSeconds: number
  readonly freeSeconds: number
  readonly amount: Money | null
  readonly trace: readonly TraceStep[]
  /** "How long may he talk with …?"; null when no credit was given. */
  readonly talk: {
    readonly credit: Money
    readonly seconds: number
    readonly costs: Money
    readonly next: Money | null
  } | null
  /** Cheapest first. */
  readonly routes: readonly RouteOffer[]
}

export type RouteOffer = {
  readonly trunk: string
  readonly trunkId: number
  readonly carrier: string
  readonly deck: string
  readonly prefix: string
  readonly pricePerMinute: DecimalText | null
  readonly cost: Money | null
  readonly currency: string
  /** Null when it is not known or in another currency. */
  readonly margin: Money | null
  readonly marginPercent: string | null
  readonly outcome: 'priced' | 'no-rate' | 'expired' | 'ambiguous' | 'no-deck'
}

/** GET /api/v1/coverage?from&to: what is called and has no price, and what is sold below what it costs. */
export type Coverage = {
  readonly from: Instant
  readonly to: Instant
  readonly unrated: readonly {
    /** First digits of the number, at most seven. */
    readonly prefix: string
    readonly country: number
    readonly reason: UnratedReason
    readonly calls: number
    readonly seconds: number
    readonly lastAt: Instant
  }[]
  readonly belowCost: readonly {
    readonly destination: { readonly id: number; readonly name: string }
    readonly carrier: { readonly id: number; readonly name: string }
    readonly calls: number
    readonly seconds: number
    readonly currency: string
    readonly revenue: Money
    readonly cost: Money
    readonly margin: Money
  }[]
}
