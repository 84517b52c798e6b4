// Money as text: decimal strings in, grouped digits out. Arithmetic is on bigint micro-units; no amount ever becomes a
// binary float on its way to the screen.

const DIGITS = 6
const SCALE = 10n ** BigInt(DIGITS)

export type MoneyText = {
  readonly sign: '' | '−'
  /** Grouped whole part and the two loud places: "4,180.07". */
  readonly loud: string
  /** Digits below the cent, drawn quietly: "08" of 0.3708; '' when there are none. */
  readonly quiet: string
}

export type Places = 2 | 'stored' | 'exact'

/**
 * Splits an amount for display. `places: 2` rounds half away from zero, for sums; `places: 'stored'` keeps what was
 * stored (at least four places, so that a column of single calls lines up); 'exact' keeps it with no zeros added.
 */
export function moneyText(amount: string, places: Places = 2): MoneyText {
  const [, minus, whole = '0', fraction = ''] = split(places === 2 ? fromMicros(roundTo(toMicros(amount), 2)) : amount)
  const digits =
    places === 2 ? fraction.slice(0, 2) : fraction.replace(/0+$/, '').padEnd(places === 'stored' ? 4 : 2, '0')
  return {
    sign: minus && /[1-9]/.test(whole + digits) ? '−' : '',
    loud: `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${digits.slice(0, 2)}`,
    quiet: digits.slice(2),
  }
}

/** One string of it: "−€4.37". `symbol` is '' where the column head names the currency. */
export function moneyLine(amount: string, symbol: string, places: Places = 2): string {
  const { sign, loud, quiet } = moneyText(amount, places)
  return `${sign}${symbol}${loud}${quiet}`
}

/** Micro-units of a decimal string; digits past the sixth are cut (the wire never sends them). Throws on anything else. */
export function toMicros(amount: string): bigint {
  const [, sign, whole = '0', fraction = ''] = split(amount)
  const micros = BigInt(whole) * SCALE + BigInt(fraction.slice(0, DIGITS).padEnd(DIGITS, '0'))
  return sign ? -micros : micros
}

/** The decimal string of micro-units, six places. */
export function fromMicros(micros: bigint): string {
  const magnitude = micros < 0n ? -micros : micros
  return `${micros < 0n ? '-' : ''}${magnitude / SCALE}.${String(magnitude % SCALE).padStart(DIGITS, '0')}`
}

export function sumMoney(amounts: readonly string[]): string {
  return fromMicros(amounts.reduce((sum, amount) => sum + toMicros(amount), 0n))
}

export function subtractMoney(a: string, b: string): string {
  return fromMicros(toMicros(a) - toMicros(b))
}

export function isNegative(amount: string): boolean {
  return toMicros(amount) < 0n
}

/** a/b in thousandths, halves away from zero as ratios of /stats are shown, such as 36.2 (per cent); null when b is zero. */
export function moneyShare(part: string, whole: string): number | null {
  const of = toMicros(whole)
  if (of === 0n) return null
  const tenth = (toMicros(part) * 10_000n) / (of < 0n ? -of : of)
  return Number((tenth + (tenth < 0n ? -5n : 5n)) / 10n) / 10
}

/** Charged something, but no buy deck said what it cost: zero is then no cost but an unknown one. */
export function isCostUnknown(sums: { readonly revenue: string; readonly cost: string }): boolean {
  return toMicros(sums.cost) === 0n && toMicros(sums.revenue) !== 0n
}

/** Calls wait for a rate and none has been charged: zero is then no revenue but an unknown one. */
export function isRevenueUnknown(sums: { readonly revenue: string; readonly unrated: number }): boolean {
  return sums.unrated > 0 && toMicros(sums.revenue) === 0n
}

/** For drawing only: how tall a bar is, never what it is worth. */
export function moneyHeight(amount: string): number {
  return Number(toMicros(amount) / 1000n)
}

/** "€" of EUR; the code itself where a currency has no sign of its own. Kept: making a format costs a tenth of a millisecond. */
export function currencySymbol(code: string): string {
  const kept = symbols.get(code) ?? makeSymbol(code)
  symbols.set(code, kept)
  return kept
}

const symbols = new Map<string, string>()

function makeSymbol(code: string): string {
  try {
    const parts = new Intl.NumberFormat('en', {
      style: 'currency',
      currency: code,
      currencyDisplay: 'narrowSymbol',
    }).formatToParts(0)
    const symbol = parts.find((part) => part.type === 'currency')?.value ?? code
    return /^[A-Z]{3}$/.test(symbol) ? `${symbol} ` : symbol
  } catch {
    return `${code} `
  }
}

function split(amount: string): RegExpExecArray {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount.trim())
  if (!match) throw new Error(`not an amount: ${amount}`)
  return match
}

function roundTo(micros: bigint, places: number): bigint {
  const unit = 10n ** BigInt(DIGITS - places)
  const magnitude = micros < 0n ? -micros : micros
  const rounded = ((magnitude + unit / 2n) / unit) * unit
  return micros < 0n ? -rounded : rounded
}
