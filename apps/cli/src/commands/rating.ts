// tollbook rating: the rating engine by itself, fed with cases. For comparing with the system it is to replace.

import type { Result } from '@tollbook/kernel'
import { type A2BillingRow, a2billingCost, a2billingTimeout } from '@tollbook/rating/a2billing'
import { type Answer, type Args, type Command, type Surroundings, UsageError } from '../command.ts'

export const ratingA2Billing: Command = {
  needs: 'nothing',
  help: `rating a2billing works out calls as A2Billing does, in exact numbers.

  tollbook rating a2billing cost|timeout < cases.jsonl

Each line of standard input is one case: {"id": …, "rate": {…}, "input": {…}}
  rate     columns of A2Billing's rate table: rateinitial, initblock, billingblock, connectcharge, chargea …
  input    cost: duration, free_seconds_left, free_call
           timeout: credit, min_credit_2call, maxtime_…, package_type, package_amount, package_used

Each case gets one line of JSON. A line that cannot be read is named on standard error, and the exit code is then 1.`,
  options: {},
  run,
}

type Case = { readonly id: unknown; readonly rate: A2BillingRow; readonly input: Readonly<Record<string, unknown>> }
type Worked = Result<object, { readonly message: string }>

async function run(args: Args, { stdinLines, out, err }: Surroundings): Promise<Answer> {
  const [what = '', ...more] = args.words
  const work = Object.hasOwn(WORK, what) ? WORK[what] : undefined
  if (work === undefined || more.length > 0)
    throw new UsageError('tollbook rating a2billing cost|timeout < cases.jsonl')
  let line = 0
  let cases = 0
  let bad = 0
  let lines = ''
  for await (const text of stdinLines()) {
    line++
    if (text.trim() === '') continue
    const worked = workOn(text, work)
    if (worked.ok) {
      cases++
      lines += `${JSON.stringify(worked.value)}\n`
      if (lines.length > CHUNK) {
        out(lines)
        lines = ''
      }
    } else {
      bad++
      err(`line ${line}: ${worked.error.message}\n`)
    }
  }
  if (lines !== '') out(lines)
  if (bad > 0) err(`${bad} of ${cases + bad} lines could not be worked out.\n`)
  return { json: { cases, bad }, text: '', streamed: true, failed: bad > 0 }
}

/** Lines are written together: a write for each would be most of the work. */
const CHUNK = 64 * 1024

function workOn(text: string, work: (one: Case) => Worked): Worked {
  const one = readCase(text)
  return one.ok ? work(one.value) : one
}

function readCase(text: string): Result<Case, { readonly message: string }> {
  const fault = (message: string) => ({ ok: false as const, error: { message } })
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return fault('this is not JSON.')
  }
  if (!isObject(parsed)) return fault('this is no object with "id", "rate" and "input".')
  const { id, rate, input } = parsed
  if (!isObject(rate)) return fault('"rate" is missing or no object.')
  if (!isObject(input)) return fault('"input" is missing or no object.')
  return { ok: true, value: { id, rate: rate as A2BillingRow, input } }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const WORK: Readonly<Record<string, (one: Case) => Worked>> = {
  cost({ id, rate, input }) {
    const cost = a2billingCost(rate, input)
    if (!cost.ok) return cost
    const { charge, buycost, billedSeconds, billedSecondsByTier, buyBilledSeconds } = cost.value
    const seconds = { billed_seconds: billedSeconds, billed_seconds_by_tier: billedSecondsByTier }
    return { ok: true, value: { id, charge, buycost, ...seconds, buy_billed_seconds: buyBilledSeconds } }
  },
  timeout({ id, rate, input }) {
    const answer = a2billingTimeout(rate, input)
    if (!answer.ok) return answer
    const { timeout, error, timeoutWithoutRules, freeSecondsIncluded, freeCall } = answer.value
    const rest = { free_seconds_included: freeSecondsIncluded, free_call: freeCall }
    return { ok: true, value: { id, timeout, error, timeout_without_rules: timeoutWithoutRules, ...rest } }
  },
}
