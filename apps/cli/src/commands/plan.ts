// tollbook plan list and show: what accounts are sold.

import { listPlans, type PlanPackage, type StoredPlan } from '@tollbook/tariffs'
import { type Answer, type Args, type Command, type TenantSurroundings, UsageError } from '../command.ts'
import { localTime } from '../effective.ts'
import { findPlan } from '../find-plan.ts'
import { planFile } from '../plan-file.ts'
import { counted, grouped, table } from '../text.ts'

const right = { align: 'right' as const }

export const planList: Command = {
  needs: 'tenant',
  help: `plan list shows the tariff plans.

  tollbook plan list [--tenant SLUG] [--json]`,
  options: {},
  run: list,
}

export const planShow: Command = {
  needs: 'tenant',
  help: `plan show shows one plan: its decks with their markups, what it does not sell, its packages.

  tollbook plan show PLAN [--tenant SLUG] [--json]

With --json it is the file that plan set reads:
  tollbook plan show Business --json > business.json`,
  options: {},
  run: show,
}

async function list(_args: Args, { db, tenant }: TenantSurroundings): Promise<Answer> {
  const plans = await listPlans(db, tenant.tenantId)
  const json = {
    plans: plans.map(({ planId: id, accounts, isDefault, ...plan }) => ({
      id,
      name: plan.name,
      choice: plan.choice,
      decks: plan.decks.map((d) => d.name),
      blocked: plan.blocked.length,
      packages: plan.packages.length,
      accounts,
      isDefault,
    })),
  }
  const columns = [
    { title: 'plan' },
    { title: 'choice' },
    { title: 'decks' },
    { title: 'blocked', ...right },
    { title: 'packages', ...right },
    { title: 'accounts', ...right },
  ]
  const rows = json.plans.map((plan) => [
    `${plan.name}${plan.isDefault ? ' (default)' : ''}`,
    ...[plan.choice, plan.decks.join(', '), grouped(plan.blocked), grouped(plan.packages), grouped(plan.accounts)],
  ])
  const none = 'There is no plan: accounts are sold by their deck. Next: tollbook plan set FILE.json'
  return { json, text: plans.length === 0 ? none : table(columns, rows) }
}

const CHOICES: Readonly<Record<StoredPlan['choice'], string>> = {
  order: 'The first deck that has a rate is charged by',
  longest: 'The deck with the longest prefix is charged by',
  lcr: 'The cheapest deck is charged by',
  lcd: 'The dearest deck is charged by',
}

async function show(args: Args, around: TenantSurroundings): Promise<Answer> {
  const [name, ...more] = args.words
  if (name === undefined || more.length > 0) throw new UsageError('tollbook plan show PLAN (quote a name with blanks)')
  const plan = await findPlan(around, name)
  return { json: planFile(plan), text: textOf(plan, around.tenant.zone) }
}

function textOf(plan: StoredPlan, zone: string): string {
  const who = `${counted(plan.accounts, 'account')}${plan.isDefault ? ', and all that have no terms of their own' : ''}`
  const by = plan.choice === 'lcr' || plan.choice === 'lcd' ? `, for a call of ${plan.expectedSeconds} s` : ''
  const parts = [`${plan.name}: ${who}. ${CHOICES[plan.choice]}${by}.`]
  const decks = plan.decks.map((deck, i) => [String(i + 1), deck.name, deck.side, deck.currency, markupText(deck)])
  parts.push(
    table(
      [{ title: '', ...right }, { title: 'deck' }, { title: 'side' }, { title: 'currency' }, { title: 'markup' }],
      decks,
    ),
  )
  if (plan.packages.length > 0) {
    const rows = plan.packages.map((pack) => [
      pack.name,
      givesText(pack),
      startText(pack),
      pack.prefixes.join(', ') || 'every number',
      validText(pack, zone),
    ])
    parts.push(
      table([{ title: 'package' }, { title: 'gives' }, { title: 'anew' }, { title: 'for' }, { title: 'valid' }], rows),
    )
  }
  if (plan.blocked.length > 0) {
    parts.push(
      table(
        [{ title: 'not sold' }, { title: '' }],
        plan.blocked.map((b) => [b.prefix, b.note]),
      ),
    )
  }
  return parts.join('\n\n')
}

function markupText({
  markupKind,
  markupPercent,
  markupPerMinute,
  markupPerCall,
  pricePlaces,
}: StoredPlan['decks'][number]): string {
  if (markupKind === 'none') return '–'
  const fees = [
    ...(markupPerMinute === '0' ? [] : [`${markupPerMinute} a minute`]),
    ...(markupPerCall === '0' ? [] : [`${markupPerCall} a call`]),
  ]
  return [`${markupKind} ${markupPercent} %`, ...fees, `to ${pricePlaces} places`].join(', ')
}

function givesText({ kind, amount }: PlanPackage): string {
  return kind === 'unlimited' ? 'everything' : `${grouped(amount)} ${kind}`
}

function startText({ period, startDay }: PlanPackage): string {
  if (period === 'day') return 'every day'
  return period === 'week' ? `every week, on day ${startDay}` : `every month, on the ${startDay}.`
}

function validText({ validFromMs, validToMs }: PlanPackage, zone: string): string {
  const from = validFromMs === 0 ? '' : `from ${localTime(validFromMs, zone)}`
  return `${from}${validToMs === undefined ? '' : ` to ${localTime(validToMs, zone)}`}`.trim() || 'always'
}
