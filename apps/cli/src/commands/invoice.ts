// tollbook invoice: one invoice per account and month.

import { hasMonthBegun, type InvoiceRow, isMonth, listInvoices, runInvoices } from '@tollbook/invoices'
import { assert } from '@tollbook/kernel'
import { type Answer, type Args, type Command, required, type TenantSurroundings, UsageError } from '../command.ts'
import { grouped, shortMoney, table } from '../text.ts'

export const invoiceRun: Command = {
  needs: 'tenant',
  help: `invoice run issues the invoices of a month: one for each account that has something to pay.

  tollbook invoice run --month YYYY-MM [--tenant SLUG] [--json]

What is on an invoice already is never invoiced again; what came late is on the next one.`,
  options: { month: { type: 'string' } },
  run: run,
}

export const invoiceList: Command = {
  needs: 'tenant',
  help: `invoice list shows the invoices, newest first.

  tollbook invoice list [--tenant SLUG] [--json]`,
  options: {},
  run: list,
}

async function run(args: Args, { db, clock, tenant }: TenantSurroundings): Promise<Answer> {
  const month = required(args, 'month')
  if (!isMonth(month)) throw new UsageError(`--month is "${month}"; write it as 2026-10`)
  if (!hasMonthBegun(month, tenant.zone, clock.now())) throw new UsageError(`--month ${month} has not begun`)
  const report = await runInvoices(db, { tenantId: tenant.tenantId, month, clock })
  const { created, unchanged, invoices } = report
  const text = [
    `${month}: ${grouped(created)} invoices issued, ${grouped(unchanged)} were there already.`,
    ...(invoices.length > 0 ? ['', tableOf(invoices)] : []),
    ...(created === 0 && unchanged === 0 ? ['No account has charges in that month.'] : []),
  ].join('\n')
  return { json: { month, created, unchanged, invoices }, text }
}

const PAGE = 200
/** Years of invoices; who has more asks the API page by page. */
const LISTED_MAX = 10_000

async function list(_args: Args, { db, tenant }: TenantSurroundings): Promise<Answer> {
  const invoices: InvoiceRow[] = []
  let cursor: string | undefined
  do {
    const page = await listInvoices(db, { tenantId: tenant.tenantId, cursor, limit: PAGE })
    assert(page.ok, 'a cursor of our own is good')
    invoices.push(...page.value.items)
    cursor = page.value.next ?? undefined
  } while (cursor !== undefined && invoices.length < LISTED_MAX)
  const none = 'There is no invoice. Next: tollbook invoice run --month YYYY-MM'
  return { json: { invoices }, text: invoices.length === 0 ? none : tableOf(invoices) }
}

function tableOf(invoices: readonly InvoiceRow[]): string {
  const right = { align: 'right' as const }
  const columns = [
    { title: 'number' },
    { title: 'account' },
    { title: 'net', ...right },
    { title: 'tax', ...right },
    { title: 'total', ...right },
    { title: '' },
    { title: 'due' },
  ]
  const money = (i: InvoiceRow) => [shortMoney(i.net), shortMoney(i.tax), shortMoney(i.total), i.currency]
  return table(
    columns,
    invoices.map((i) => [i.number, i.account.name, ...money(i), i.dueOn]),
  )
}
