// tollbook plan set and assign: a plan from a file, and who is sold by it.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { placeAndRate } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { loadDirectory, saveAccount, setDefaultPlan } from '@tollbook/directory'
import { listDecks, listPlans, type StoredPlan, savePlan } from '@tollbook/tariffs'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { findPlan } from '../find-plan.ts'
import { readPlanFile } from '../plan-file.ts'
import { rollUpAll } from '../roll-up-all.ts'
import { counted } from '../text.ts'

export const planSet: Command = {
  needs: 'tenant',
  help: `plan set makes a plan from a file, or replaces the one of that name.

  tollbook plan set FILE.json [--tenant SLUG] [--json]        (- reads standard input)

  {
    "name": "Business",
    "choice": "order",                 which deck charges: order, longest, lcr (cheapest), lcd (dearest)
    "expectedSeconds": 180,            how long a call is taken to be, for lcr and lcd
    "decks": [
      { "deck": "Retail" },
      { "deck": "Northlink", "markupKind": "markup", "markupPercent": "20", "markupPerMinute": "0.001",
        "markupPerCall": "0", "pricePlaces": 4 }
    ],
    "blocked": [{ "prefix": "882", "note": "satellite" }],
    "packages": [
      { "name": "100 minutes", "kind": "seconds", "amount": 6000, "period": "month", "startDay": 1,
        "prefixes": ["353"], "validFrom": "2026-12-01", "validTo": "2027-12-01" }
    ]
  }

Only name and decks must be there. markupKind is markup (on top of the price) or margin (share of what is asked);
a package gives seconds, calls or unlimited. Packages that keep their name keep what was used of them.
Calls that are charged stay as they are: see tollbook rerate.`,
  options: {},
  run: set,
}

export const planAssign: Command = {
  needs: 'tenant',
  help: `plan assign sells accounts by a plan.

  tollbook plan assign PLAN --account A | --default [--tenant SLUG] [--json]

  --account    the account of this code; its plan goes before any deck of its own
  --default    all accounts that have neither plan nor deck of their own

PLAN may be none: the account, or all of them, are then sold by their deck again.

  tollbook plan assign Business --account 1017`,
  options: { account: { type: 'string' }, default: { type: 'boolean' } },
  run: assign,
}

async function set(args: Args, around: TenantSurroundings): Promise<Answer> {
  const [file, ...more] = args.words
  if (file === undefined || more.length > 0) throw new UsageError('One file: tollbook plan set FILE.json')
  const { db, clock, tenant } = around
  const text = file === '-' ? await around.readStdin() : await read(resolve(around.config.invokedFrom, file))
  const [decks, plans] = [await listDecks(db, tenant.tenantId), await listPlans(db, tenant.tenantId)]
  const plan = readPlanFile(text, { decks, plans, zone: tenant.zone })
  const saved = await transaction(db, (tx) => savePlan(tx, tenant.tenantId, plan, clock.now()))
  if (!saved.ok) throw new CommandError(saved.error.kind, saved.error.message)
  const rated = await chargeWaiting(around)
  const planId = saved.value
  const replaced = plan.planId !== undefined
  const users = plans.find((p) => p.planId === planId)?.accounts ?? 0
  const lines = [
    `${replaced ? 'Plan replaced' : 'Plan made'}: ${plan.name}, ${counted(plan.decks.length, 'deck')}.`,
    ...(rated > 0 ? [`${counted(rated, 'call')} that had no rate: charged now.`] : []),
    users > 0
      ? `${counted(users, 'account')} sold by it.`
      : `Next: tollbook plan assign "${plan.name}" --account CODE, or --default`,
  ]
  return { json: { planId, name: plan.name, replaced, rated }, text: lines.join('\n') }
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError('no-file', `${path} cannot be read (${error.code}).`)
  })
}

async function chargeWaiting({ db, clock, tenant }: TenantSurroundings): Promise<number> {
  const { rated } = await placeAndRate(db, tenant.tenantId, clock.now())
  await rollUpAll(db, clock)
  return rated
}

async function assign(args: Args, around: TenantSurroundings): Promise<Answer> {
  const [name, ...more] = args.words
  const [code, all] = [optional(args, 'account'), args.options.default === true]
  if (name === undefined || more.length > 0 || all === (code !== undefined)) {
    throw new UsageError('tollbook plan assign PLAN --account A | --default (quote a name with blanks)')
  }
  const plan = name === 'none' ? undefined : await findPlan(around, name)
  const who = code === undefined ? await assignDefault(around, plan) : await assignAccount(around, code, plan)
  const rated = await chargeWaiting(around)
  const by = plan === undefined ? 'by no plan any more, but by their deck' : `by the plan ${plan.name}`
  const text = [
    `${who} sold ${by}.`,
    ...(rated > 0 ? [`${counted(rated, 'call')} that had no rate: charged now.`] : []),
  ]
  text.push('Calls that are charged stay as they are. To charge them anew: tollbook rerate')
  return {
    json: { planId: plan?.planId ?? 0, plan: plan?.name ?? '', account: code ?? null, default: all, rated },
    text: text.join('\n'),
  }
}

async function assignDefault({ db, tenant }: TenantSurroundings, plan: StoredPlan | undefined): Promise<string> {
  const currency = plan?.decks[0]?.currency ?? tenant.currency
  if (currency !== tenant.currency) throw otherCurrency(plan!, currency, `accounts are in ${tenant.currency}`)
  await setDefaultPlan(db, tenant.tenantId, plan?.planId ?? 0)
  return 'Accounts without terms of their own are'
}

async function assignAccount(
  { db, tenant, clock }: TenantSurroundings,
  code: string,
  plan: StoredPlan | undefined,
): Promise<string> {
  const account = (await loadDirectory(db, tenant.tenantId)).accountsByCode.get(code)
  if (account === undefined) throw new CommandError('no-account', `There is no account "${code}".`)
  const currency = plan?.decks[0]?.currency ?? account.currency
  if (currency !== account.currency) throw otherCurrency(plan!, currency, `the account is in ${account.currency}`)
  await transaction(db, (tx) => saveAccount(tx, tenant.tenantId, { code, planId: plan?.planId ?? 0 }, clock.now()))
  return `Account ${code}${account.name === code ? '' : ` ${account.name}`} is`
}

function otherCurrency(plan: StoredPlan, currency: string, is: string): CommandError {
  return new CommandError('other-currency', `The plan "${plan.name}" is in ${currency}, and ${is}.`)
}
