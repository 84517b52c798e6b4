// Accounts: who pays us, what they owe, when they last called.

import { createRoute, z } from '@hono/zod-openapi'
import { type Db, lockInTransaction, type Queryable, type Tx, transaction } from '@tollbook/db'
import { saveAccount } from '@tollbook/directory'
import { currencyNumber } from '@tollbook/kernel'
import { planById } from '@tollbook/tariffs'
import { sql } from 'kysely'
import type { ApiDeps } from '../api-deps.ts'
import { given } from '../given.ts'
import { lockPlans } from '../plan-lock.ts'
import { Refusal } from '../problem.ts'
import { anywhere, cursorField, decodeCursor, idField, isoOf, limitField, toPage } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { AccountChange, AccountRow, NewAccount } from '../schemas/money.ts'
import { lettersOf } from '../session-info.ts'
import type * as wire from '../wire.ts'

const tags = ['Accounts']
const Place = z.tuple([z.string()])

const listAccounts = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/accounts',
  tags,
  summary: 'Accounts by code, with balance and last call',
  request: {
    query: z.object({ q: z.string().max(100).optional(), cursor: cursorField, limit: limitField(500, 200) }),
  },
  responses: { 200: json(pageOf(AccountRow, 'PageOfAccounts'), 'A page of accounts') },
})

const addAccount = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/accounts',
  tags,
  summary: 'Add an account',
  request: { body: jsonBody(NewAccount) },
  responses: { 201: json(AccountRow, 'The account') },
})

const changeAccount = createRoute({
  ...access('admin'),
  method: 'patch',
  path: '/accounts/{id}',
  tags,
  summary: 'Change an account; its code and currency stay',
  request: { params: z.object({ id: idField }), body: jsonBody(AccountChange) },
  responses: { 200: json(AccountRow, 'The account') },
})

export function accountRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(listAccounts, async (c) => {
      const { q, cursor, limit } = c.req.valid('query')
      const after = decodeCursor(cursor, Place)?.[0]
      const rows = await readAccounts(db, c.get('tenant').tenantId, { q, after, limit: limit + 1 })
      return c.json(
        toPage(rows, limit, accountRow, (row) => [row.code]),
        200,
      )
    })
    .openapi(addAccount, async (c) => {
      const { deckId, planId, ...account } = c.req.valid('json')
      const { tenantId } = c.get('tenant')
      await refuseForeignDeck(db, tenantId, deckId)
      if (account.currency !== undefined && currencyNumber(account.currency) === undefined) throw unknownCurrency()
      const id = await transaction(db, async (tx) => {
        await lockInTransaction(tx, `accounts of ${tenantId}`)
        await refuseForeignPlan(tx, tenantId, planId, account.currency ?? lettersOf(c.get('tenant').currency))
        const [taken] = await readAccounts(tx, tenantId, { code: account.code, limit: 1 })
        if (taken) throw new Refusal('already-exists', `There is an account "${account.code}" already.`)
        return saveAccount(tx, tenantId, { ...given(account), ...soldBy(deckId, planId) }, clock.now())
      })
      return c.json(await readAccount(db, tenantId, id), 201)
    })
    .openapi(changeAccount, async (c) => {
      const { tenantId } = c.get('tenant')
      const { id } = c.req.valid('param')
      const { deckId, planId, ...change } = c.req.valid('json')
      const { code, currency } = await readAccount(db, tenantId, id)
      await refuseForeignDeck(db, tenantId, deckId)
      const now = clock.now()
      await transaction(db, async (tx) => {
        await refuseForeignPlan(tx, tenantId, planId, currency)
        await saveAccount(tx, tenantId, { code, ...given(change), ...soldBy(deckId, planId) }, now)
      })
      return c.json(await readAccount(db, tenantId, id), 200)
    })
}

function soldBy(deckId: number | undefined, planId: number | undefined): { sellDeckId?: number; planId?: number } {
  return { ...(deckId !== undefined && { sellDeckId: deckId }), ...(planId !== undefined && { planId }) }
}

export function unknownCurrency(): Refusal {
  return new Refusal('invalid', undefined, [{ field: 'currency', message: 'is not a currency known here' }])
}

/** 0 means "the tenant's deck" and is always right. */
async function refuseForeignDeck(db: Db, tenantId: number, deckId: number | undefined): Promise<void> {
  if (deckId === undefined || deckId === 0) return
  const deck = await db.q
    .selectFrom('rate_deck')
    .select('deck_id')
    .where('deck_id', '=', deckId)
    .where('tenant_id', '=', tenantId)
    .where('side', '=', 1)
    .executeTakeFirst()
  if (!deck) throw new Refusal('invalid', undefined, [{ field: 'deckId', message: 'is no sell deck here' }])
}

/** 0 means "no plan of its own" and is always right. What is let through stays until the transaction ends. */
export async function refuseForeignPlan(
  tx: Tx,
  tenantId: number,
  planId: number | undefined,
  currency: string,
): Promise<void> {
  if (planId === undefined || planId === 0) return
  await lockPlans(tx, tenantId)
  const plan = await planById(tx, tenantId, planId)
  const fault = (message: string) => new Refusal('invalid', undefined, [{ field: 'planId', message }])
  if (plan === undefined) throw fault('is no plan here')
  // Calls would find no price: charging sells an account nothing in a currency that is not its own.
  const other = plan.decks.find((deck) => deck.currency !== currency)
  if (other) throw fault(`is in ${other.currency}, and has to be in ${currency}`)
}

async function readAccount(db: Db, tenantId: number, accountId: number): Promise<wire.AccountRow> {
  const [row] = await readAccounts(db, tenantId, { accountId, limit: 1 })
  if (!row) throw new Refusal('not-found')
  return accountRow(row)
}

type Asked = {
  readonly q?: string | undefined
  readonly after?: string | undefined
  readonly accountId?: number
  readonly code?: string
  readonly limit: number
}
type Row = Awaited<ReturnType<typeof readAccounts>>[number]

/** The last call is one look into the index (account_id, call_key); the receivable is ledger account id * 10 + 1. */
async function readAccounts(db: Queryable, tenantId: number, asked: Asked) {
  return await db.q
    .selectFrom('account as a')
    .leftJoin('rate_deck as k', 'k.deck_id', 'a.sell_deck_id')
    .leftJoin('tariff_plan as p', 'p.plan_id', 'a.plan_id')
    .leftJoin('balance as b', (j) =>
      j.onRef('b.account_id', '=', 'a.account_id').on('b.ledger_id', '=', sql<string>`a.account_id::bigint * 10 + 1`),
    )
    .leftJoinLateral(
      (e) =>
        e
          .selectFrom('call as c')
          .select('c.opened_at')
          .whereRef('c.account_id', '=', 'a.account_id')
          .orderBy('c.call_key', 'desc')
          .limit(1)
          .as('l'),
      (j) => j.onTrue(),
    )
    .select(['a.account_id', 'a.code', 'a.name', 'a.currency', 'a.sell_deck_id', 'a.locale', 'a.email', 'a.address'])
    .select(['k.name as deck', 'a.plan_id', 'p.name as plan', 'b.amount', 'l.opened_at'])
    .where('a.tenant_id', '=', tenantId)
    .$if(asked.accountId !== undefined, (s) => s.where('a.account_id', '=', asked.accountId!))
    .$if(asked.code !== undefined, (s) => s.where('a.code', '=', asked.code!))
    .$if(asked.after !== undefined, (s) => s.where('a.code', '>', asked.after!))
    .$if(asked.q !== undefined, (s) =>
      s.where((e) => e.or([e('a.code', 'ilike', anywhere(asked.q!)), e('a.name', 'ilike', anywhere(asked.q!))])),
    )
    .orderBy('a.code')
    .limit(asked.limit)
    .execute()
}

function accountRow(row: Row): wire.AccountRow {
  return {
    id: row.account_id,
    code: row.code,
    name: row.name,
    currency: lettersOf(row.currency),
    deckId: row.sell_deck_id,
    deck: row.deck ?? '',
    planId: row.plan_id,
    plan: row.plan ?? '',
    locale: row.locale,
    email: row.email,
    address: row.address,
    balance: row.amount ?? '0.000000',
    lastCallAt: isoOf(row.opened_at),
  }
}
