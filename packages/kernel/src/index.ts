export type { Clock } from './clock.ts'
export { fixedClock, systemClock } from './clock.ts'
export { currencyLetters, currencyNumber } from './currency.ts'
export type { Decimal, Rounding } from './decimal.ts'
export { divideRounding, formatDecimal, parseDecimal } from './decimal.ts'
export { digitsOfErased, erasedNumber } from './erased-number.ts'
export type { FailPoint } from './fail-point.ts'
export { FAIL_POINTS, failPoint, failPointsArmed, onFailPoint } from './fail-point.ts'
export type { AccountId, CallKey, DeckId, SourceId, TenantId } from './ids.ts'
export { asAccountId, asCallKey, asDeckId, asSourceId, asTenantId, millisOfUuid, NONE, timeFirstUuid } from './ids.ts'
export { maskNumber, maskNumbersIn } from './mask-number.ts'
export type { Micros } from './money.ts'
export {
  addMoney,
  formatMoney,
  MICROS_PER_UNIT,
  micros,
  negateMoney,
  parseMoney,
  subtractMoney,
  ZERO,
} from './money.ts'
export type { NumberPlan, NumberRule, PhoneDigits, ReadNumber } from './phone-number.ts'
export { PLAIN_PLAN, readNumber, toPhoneDigits } from './phone-number.ts'
export type { Err, Ok, Result } from './result.ts'
export { AssertionError, assert, err, ok } from './result.ts'
export type { Way } from './way.ts'
export { WAY } from './way.ts'
