// Invoices: the list, and the run that makes a month's.

import type { InvoiceRow, InvoiceRunReport } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { invoicePdf, listInvoices, runInvoices } from '../../api/routes.ts'
import { currencySymbol, sumMoney } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { localTime, startOfMonth } from '../../format/zone.ts'
import { messages } from '../../i18n/messages.ts'
import { Money } from '../../parts/figures.tsx'
import { Field, useDeed } from '../../parts/form.tsx'
import { Await, Button, Empty, Fault, PageHead } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Pager, TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkHere, linkTo, useView, type View } from '../../state/view.ts'

export function Invoices() {
  const view = useView()
  const m = messages()
  const query = { account: view.filters.account, cursor: view.cursor, limit: 100 }
  const loaded = useLoad(JSON.stringify([view.tenant.slug, query]), (signal) =>
    listInvoices(view.tenant.slug, query, signal),
  )
  return (
    <>
      <PageHead title={m.nav.invoices}>{mayWrite(view.tenant) && <Run view={view} onRan={loaded.again} />}</PageHead>
      <Await of={loaded} what={m.invoices.reading} height={500}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty icon="receipt" title={m.invoices.empty} hint={m.invoices.emptyHint} />
          ) : (
            <>
              <InvoiceTable view={view} invoices={items} closed={next === null && view.cursor === undefined} />
              {(next !== null || view.cursor !== undefined) && (
                <Pager
                  newer={view.cursor ? linkHere(view, { cursor: null }) : null}
                  newerWord={m.word.newest}
                  older={next ? linkHere(view, { cursor: next }) : null}
                />
              )}
            </>
          )
        }
      </Await>
    </>
  )
}

/** The month before this one is the usual wish: it has ended and has no invoice yet. */
function lastMonth(view: View): string {
  const { year, month } = localTime(view.zone, startOfMonth(view.zone, Date.now(), -1))
  return `${year}-${String(month).padStart(2, '0')}`
}

function Run({ view, onRan }: { view: View; onRan: () => void }) {
  const m = messages()
  const [month, setMonth] = useState(lastMonth(view))
  const [report, setReport] = useState<InvoiceRunReport | undefined>(undefined)
  const deed = useDeed()
  const submit = async (event: Event) => {
    event.preventDefault()
    const worked = await deed.run(async () => setReport(await runInvoices(view.tenant.slug, month)))
    if (worked) onRan()
  }
  return (
    <div class="run">
      <form class="row" onSubmit={(event) => void submit(event)}>
        <Field label={m.invoices.month}>
          <input
            type="month"
            value={month}
            required
            pattern="\d{4}-\d{2}"
            onInput={(event) => setMonth(event.currentTarget.value)}
          />
        </Field>
        <Button kind="go" type="submit" disabled={deed.busy || month === ''}>
          {m.invoices.run}
        </Button>
      </form>
      <span class="hint" role="status">
        {report && deed.done
          ? m.invoices.ran(report.month, count(report.created), count(report.unchanged))
          : m.invoices.runHint}
      </span>
      {deed.error && <Fault error={deed.error} what={m.invoices.running} done />}
    </div>
  )
}

function InvoiceTable({ view, invoices, closed }: { view: View; invoices: readonly InvoiceRow[]; closed: boolean }) {
  const m = messages()
  const currencies = [...new Set(invoices.map((one) => one.currency))]
  const one = currencies.length === 1
  const unit = one && <span class="u">{currencySymbol(currencies[0] ?? '').trim()}</span>
  return (
    <TableBox label={m.nav.invoices} keys>
      <table class="t">
        <thead>
          <tr>
            <th>{m.invoices.number}</th>
            <th>{m.invoices.account}</th>
            <th class="wide">{m.invoices.period}</th>
            <th class="wide">{m.invoices.due}</th>
            <th class="n wide">{m.invoices.calls}</th>
            <th class="n wide">
              {m.invoices.net} {unit}
            </th>
            <th class="n wide">
              {m.invoices.tax} {unit}
            </th>
            <th class="n">
              {m.invoices.total} {unit}
            </th>
            <th class="wide">
              <span class="sr">{m.invoices.pdf}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {invoices.map((invoice) => (
            <tr>
              <td class="nw">
                <a href={linkTo(view, `/invoices/${invoice.id}`)} data-row>
                  {invoice.number}
                </a>
                <span class="sub narrow">{when('month', view.zone, invoice.periodFrom)}</span>
              </td>
              <td>
                <a href={linkTo(view, `/accounts/${invoice.account.id}`)}>
                  {invoice.account.name || invoice.account.code}
                </a>
              </td>
              <td class="wide nw">{when('monthLong', view.zone, invoice.periodFrom)}</td>
              <td class="wide nw">{when('date', 'UTC', invoice.dueOn)}</td>
              <td class="n wide">{count(invoice.calls)}</td>
              <td class="n wide">
                <Money amount={invoice.net} />
              </td>
              <td class="n wide">
                <Money amount={invoice.tax} />
              </td>
              <td class="n b">
                <Money amount={invoice.total} {...(one ? {} : { symbol: currencySymbol(invoice.currency) })} />
              </td>
              <td class="n wide">
                <a class="btn quiet" href={invoicePdf(view.tenant.slug, invoice.id)} target="_blank" rel="noopener">
                  <Icon name="download" label={`${m.invoices.pdf} ${invoice.number}`} />
                </a>
              </td>
            </tr>
          ))}
        </tbody>
        {one && closed && (
          <tfoot>
            <tr>
              <td>{m.word.all}</td>
              <td />
              <td class="wide" colSpan={2} />
              <td class="n wide">{count(invoices.reduce((sum, row) => sum + row.calls, 0))}</td>
              <td class="n wide">
                <Money amount={sumMoney(invoices.map((row) => row.net))} />
              </td>
              <td class="n wide">
                <Money amount={sumMoney(invoices.map((row) => row.tax))} />
              </td>
              <td class="n">
                <Money amount={sumMoney(invoices.map((row) => row.total))} />
              </td>
              <td class="wide" />
            </tr>
          </tfoot>
        )}
      </table>
    </TableBox>
  )
}
