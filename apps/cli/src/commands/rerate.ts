// tollbook rerate: calls charged anew by what is in force now. First counted and shown, then, when asked, charged.

import { type Unrated, unratedWord } from '@tollbook/calls'
import {
  applyRevaluation,
  type Revaluation,
  revaluationById,
  revaluationLines,
  startRevaluation,
} from '@tollbook/charging'
import { loadDirectory } from '@tollbook/directory'
import { deckDetail } from '@tollbook/tariffs'
import { callsSpan, sinceLastMonth } from '../calls-span.ts'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { findDeck } from '../find-deck.ts'
import { totalsOf } from '../money-change.ts'
import { rollUpAll } from '../roll-up-all.ts'
import { seeThrough } from '../see-through.ts'
import { counted, grouped, shortMoney, table } from '../text.ts'
import { UNRATED_REASONS, unratedNumbers } from '../unrated-words.ts'
import { linesText, partyNames, signed, spanText } from './deck-impact.ts'

export const rerateCommand: Command = {
  needs: 'tenant',
  help: `rerate charges calls anew by the tariffs that are in force for them now.

  tollbook rerate [--account A] [--deck NAME] [--from DATE] [--to DATE] [--reason no-rate,…] [--note TEXT] [--apply]
                  [--tenant SLUG] [--json]
  tollbook rerate --resume ID [--apply]

  --account       only calls of this account code
  --deck          only calls that are charged by this deck, or would be
  --from, --to    when the calls were made, --to exclusive (default: from the beginning of last month until now)
  --reason        only calls without a charge, for one of: ${UNRATED_REASONS.join(', ')}
  --note          why; it is kept with the rerate
  --apply         charge it; without it the difference is only shown
  --resume        go on with one that was counted, cut off or failed; its id is said at the beginning

Each changed call is taken back with a negative line and charged anew; nothing is deleted. A call that stands on an
invoice is left alone and noted as a proposal for credit. Cut off, it can be gone on with at any time.

  tollbook rerate --deck Retail --from 2026-11-01 --note "price list of November was late" --apply`,
  options: {
    ...Object.fromEntries(
      ['account', 'deck', 'from', 'to', 'reason', 'note', 'resume'].map((name) => [name, { type: 'string' as const }]),
    ),
    apply: { type: 'boolean' },
  },
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}`)
  const { db, clock, tenant, err } = around
  const id = await begun(args, around)
  err(`Rerate ${id}\n`)
  const before = await revaluationById(db, tenant.tenantId, id)
  const again = `rerate --resume ${id}${args.options.apply === true ? ' --apply' : ''}`
  // One that was being charged goes on being charged, whatever is said now.
  let now =
    before?.state === 'done'
      ? before
      : await seeThrough(around, id, before?.state === 'applying' ? 'Charging' : 'Counting', again)
  if (now.state === 'ready' && args.options.apply === true && now.callsChanged > now.callsInvoiced) {
    await applyRevaluation(db, tenant.tenantId, id)
    now = await seeThrough(around, id, 'Charging', again)
  }
  if (now.state === 'done') await rollUpAll(db, clock)
  return answerOf(now, args, around)
}

/** The id of a new one, or of the one to go on with. */
async function begun(args: Args, around: TenantSurroundings): Promise<string> {
  const { db, clock, tenant } = around
  const resume = optional(args, 'resume')
  if (resume === undefined) {
    const scope = await scopeOf(args, around)
    const order = { tenantId: tenant.tenantId, kind: 'rerate' as const, scope, nowMs: clock.now() }
    return startRevaluation(db, { ...order, reason: optional(args, 'note') ?? '' })
  }
  const more = ['account', 'deck', 'from', 'to', 'reason', 'note'].find((name) => optional(args, name) !== undefined)
  if (more !== undefined) throw new UsageError(`--resume goes on with what was said then; --${more} cannot be changed`)
  const found = UUID.test(resume) ? await revaluationById(db, tenant.tenantId, resume) : undefined
  if (found === undefined || found.kind !== 'rerate')
    throw new CommandError('no-rerate', `There is no rerate ${resume}.`)
  if (found.state === 'failed' && !(await applyRevaluation(db, tenant.tenantId, resume))) {
    throw new CommandError(
      'failed',
      `It failed before anything was charged: ${found.error} Begin anew: tollbook rerate …`,
    )
  }
  return resume
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

async function scopeOf(args: Args, around: TenantSurroundings) {
  const { db, clock, tenant } = around
  const span = callsSpan(args, tenant.zone, clock.now(), sinceLastMonth(clock.now(), tenant.zone))
  const [code, deck, reason] = [optional(args, 'account'), optional(args, 'deck'), optional(args, 'reason')]
  const reasons = reason === undefined ? undefined : unratedNumbers(reason)
  const account = code === undefined ? undefined : (await loadDirectory(db, tenant.tenantId)).accountsByCode.get(code)
  if (code !== undefined && account === undefined)
    throw new CommandError('no-account', `There is no account "${code}".`)
  const deckId = deck === undefined ? undefined : (await findDeck(around, deck)).deckId
  return {
    ...span,
    ...(account && { accountId: account.accountId }),
    ...(deckId && { deckId }),
    ...(reasons && { reasons }),
  }
}

async function answerOf(now: Revaluation, args: Args, around: TenantSurroundings): Promise<Answer> {
  const { db } = around
  const lines = async (part: 'account' | 'carrier' | 'reason') => await revaluationLines(db, now.id, [part], ALL)
  const [accounts, carriers, reasons] = [await lines('account'), await lines('carrier'), await lines('reason')]
  const totals = { revenue: totalsOf(accounts), cost: totalsOf(carriers) }
  const named = {
    accounts: await partyNames(around, 'sell', accounts),
    carriers: await partyNames(around, 'buy', carriers),
  }
  const waiting = reasons.map((line) => ({ reason: unratedWord(Number(line.key) as Unrated), calls: line.calls }))
  const { id, state, callsTotal, callsChanged, callsInvoiced, reason: note } = now
  const counts = { callsTotal, callsChanged, callsInvoiced }
  const span = { from: new Date(now.scope.fromMs).toISOString(), to: new Date(now.scope.toMs).toISOString() }
  const json = { id, state, applied: state === 'done', ...span, note, ...counts, totals, ...named, reasons: waiting }
  const parts = [await headText(now, around)]
  if (accounts.length > 0) parts.push(linesText('account', named.accounts.slice(0, SHOWN)))
  if (accounts.length > SHOWN) parts.push(`… and ${grouped(accounts.length - SHOWN)} accounts more: --json`)
  if (carriers.length > 0) parts.push(`What carriers are paid:\n${linesText('', named.carriers)}`)
  if (waiting.length > 0) parts.push(`Calls that had no charge:\n${waitingText(waiting)}`)
  parts.push(totalText(totals.revenue))
  if (callsInvoiced > 0) {
    parts.push(
      `${grouped(callsInvoiced)} of the calls stand on an invoice and are left alone: each is a proposal for credit.`,
    )
  }
  parts.push(nextText(now, args.options.apply === true))
  return { json, text: parts.filter((part) => part !== '').join('\n\n') }
}

const ALL = 1_000_000
const SHOWN = 40

async function headText(now: Revaluation, { db, tenant, clock }: TenantSurroundings): Promise<string> {
  const { scope, callsTotal, callsChanged } = now
  const deck = scope.deckId === undefined ? undefined : await deckDetail(db, tenant.tenantId, scope.deckId, clock.now())
  const of = [spanText(scope, tenant.zone), ...(deck ? [`deck ${deck.name}`] : [])].join(', ')
  return `${counted(callsTotal, 'call')} (${of}): ${grouped(callsChanged)} ${now.state === 'done' ? 'changed' : 'would change'}.`
}

function totalText(totals: ReturnType<typeof totalsOf>): string {
  return totals
    .map((t) => {
      const percent = t.percent === null ? '' : ` (${t.percent} %)`
      return `Together: ${shortMoney(t.old)} → ${shortMoney(t.new)} ${t.currency}, ${signed(t.difference)}${percent}`
    })
    .join('\n')
}

function waitingText(waiting: readonly { reason: string; calls: number }[]): string {
  const columns = [{ title: 'reason' }, { title: 'calls', align: 'right' as const }]
  return table(
    columns,
    waiting.map((w) => [w.reason, grouped(w.calls)]),
  )
}

function nextText({ state, id, callsChanged, callsInvoiced }: Revaluation, apply: boolean): string {
  if (state === 'done') return 'Charged.'
  if (callsChanged <= callsInvoiced) return 'There is nothing to charge.'
  return apply ? '' : `Nothing was charged. Next: tollbook rerate --resume ${id} --apply`
}
