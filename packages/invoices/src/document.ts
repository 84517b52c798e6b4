// The frozen paper: everything an invoice says, as it is kept in the database and handed to whoever draws it.
// Amounts are decimal strings of six places; what is printed of them is decided in paper.ts.

/** Languages a paper can be in; a Chinese one carries the English words beside the Chinese. */
export type InvoiceLocale = 'en' | 'zh-CN'

export type InvoiceDocument = {
  readonly version: 1
  readonly number: string
  readonly locale: InvoiceLocale
  /** Local dates of the tenant, "2026-11-01". */
  readonly issuedOn: string
  readonly dueOn: string
  readonly firstDay: string
  /** Inclusive. */
  readonly lastDay: string
  readonly zone: string
  /** ISO 4217 letters. */
  readonly currency: string
  readonly from: {
    readonly name: string
    readonly address: readonly string[]
    readonly taxId: string
    readonly iban: string
  }
  readonly to: { readonly name: string; readonly address: readonly string[]; readonly account: string }
  readonly lines: readonly InvoiceDocumentLine[]
  /** Sum of the lines, exact. */
  readonly net: string
  /** What brings `net` to whole cents; `net + rounding` is the base of the tax. */
  readonly rounding: string
  /** "0.23"; "" when the tenant charges no tax and the paper has no such row. */
  readonly taxRate: string
  readonly tax: string
  /** net + rounding + tax, whole cents. Negative: the paper is a credit note. */
  readonly total: string
}

/**
 * `calls`: calls of the month to one destination. `late`: calls of an earlier month that came after its invoice.
 * `correction`: what a rerate changed on calls that stand on an earlier invoice.
 */
export type InvoiceSection = 'calls' | 'late' | 'correction'

export type InvoiceDocumentLine = {
  readonly line: number
  readonly section: InvoiceSection
  readonly description: string
  /** 0 for lines that are not about one destination. */
  readonly destinationId: number
  readonly calls: number
  /** Talked and charged seconds. */
  readonly seconds: number
  readonly billedSeconds: number
  readonly amount: string
}
