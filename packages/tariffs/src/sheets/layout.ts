// What a column of a rate sheet may be, and how a sheet is read. A layout is guessed, and corrected by whoever imports.

/** Besides the plain fields there are those of A2Billing's rate table: three tiers side by side, and its rounding rules. */
export const SHEET_FIELDS = [
  'ignore',
  'prefix',
  'country-code',
  'area-code',
  'destination',
  'price',
  'connect-fee',
  'disconnect-fee',
  'disconnect-after',
  'minimum-charge',
  'maximum-charge',
  'after-maximum',
  'first-block',
  'increment',
  'blocks',
  'anchor',
  'grace',
  'effective-from',
  'valid-to',
  'window',
  'tiers',
  'tier-1-price',
  'tier-1-seconds',
  'tier-1-fee',
  'tier-1-increment',
  'tier-2-price',
  'tier-2-seconds',
  'tier-2-fee',
  'tier-2-increment',
  'tier-3-price',
  'tier-3-seconds',
  'tier-3-fee',
  'tier-3-increment',
  'added-seconds',
  'round-from',
  'round-to',
  'block-charge',
  'block-charge-seconds',
  'week-from',
  'week-to',
] as const

export type SheetField = (typeof SHEET_FIELDS)[number]

export type Delimiter = ',' | ';' | '\t' | '|' | ''

export type SheetLayout = {
  /** Of a workbook with several; '' = the first. */
  readonly sheet: string
  /** '' for a workbook. */
  readonly delimiter: Delimiter
  /** Line of the header, 1 = the first; 0 = none. Rates begin on the next line. */
  readonly headerLine: number
  readonly columns: readonly SheetField[]
  readonly decimalComma: boolean
  readonly unit: 'per-minute' | 'per-second'
  readonly cents: boolean
  /** How dates are read whose year does not come first. */
  readonly dateOrder: 'ymd' | 'dmy' | 'mdy'
  /** For rates without their own. */
  readonly firstBlockSeconds: number
  readonly incrementSeconds: number
  readonly anchor: 'first-block' | 'zero'
  /** 'a2billing': signed fees, increments of 0 and A2Billing's zero dates are allowed; the deck becomes one of its kind. */
  readonly mode: 'plain' | 'a2billing'
}

/** Why a file is no rate sheet at all. */
export type NotASheet =
  | { readonly kind: 'too-large'; readonly message: string }
  | { readonly kind: 'not-text'; readonly message: string }
  | { readonly kind: 'bad-workbook'; readonly message: string }
  | { readonly kind: 'empty'; readonly message: string }
  | { readonly kind: 'missing-columns'; readonly message: string; readonly missing: readonly string[] }

/** A row that is no rate: its line in the file, what is wrong, and the line itself. */
export type SheetProblem = { readonly line: number; readonly message: string; readonly raw: string }
