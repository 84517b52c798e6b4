// Telephone numbers for people who may not see them whole: "+4420•••••50". What was masked cannot be told again from it.

/** Shorter ones are extensions and short codes, which belong to nobody outside. */
const SHORTEST = 7
/** Always as many dots, so that the length is not told either. */
const DOTS = '•••••'
const SHOWN_LAST = 2
/** Country and area; an international prefix is shown besides. */
const SHOWN_FIRST = 4
/** At least as many digits are hidden. */
const HIDDEN_LEAST = 5

/** A number masked; what is no number, or too short to be a subscriber's, stays as it is. */
export function maskNumber(text: string): string {
  const bare = text.replace(/[\s().\-/]/g, '')
  return new RegExp(`^\\+?\\d{${SHORTEST},}$`).test(bare) ? masked(bare) : text
}

/**
 * Every number inside a text masked: `PJSIP/00442071838750@north,30`, `"Ada" <+442071838750>`. Left alone are ids, which hide
 * nobody: UUIDs, ids of channels (`1730000000.12`), the ends of channel names (`-0000001a`), decimals.
 */
export function maskNumbersIn(text: string): string {
  return text.replace(IDS_AND_NUMBERS, (found, number: string | undefined) =>
    number === undefined ? found : masked(number),
  )
}

/** Ids first, so that no number is found inside of one; only numbers are in a group. */
const IDS_AND_NUMBERS = new RegExp(
  [
    '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
    '(?<![\\d+])\\d{1,10}\\.\\d+',
    '(?<=/\\S*)-[0-9a-f]{8}(?=(?:;[12])?(?:$|[,\\s"&|]))',
    `(\\+?\\d{${SHORTEST},})`,
  ].join('|'),
  'gi',
)

function masked(bare: string): string {
  const sign = bare.startsWith('+') ? '+' : ''
  const digits = bare.slice(sign.length)
  const wanted = SHOWN_FIRST + (digits.startsWith('00') ? 2 : 0)
  const first = Math.max(0, Math.min(wanted, digits.length - SHOWN_LAST - HIDDEN_LEAST))
  return `${sign}${digits.slice(0, first)}${DOTS}${digits.slice(-SHOWN_LAST)}`
}
