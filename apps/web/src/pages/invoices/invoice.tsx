// One invoice as the customer gets it, in the customer's language; beside it what only the operator sees.

import type { InvoiceDetail } from '@tollbook/api/wire'
import { useRoute } from 'preact-iso'
import { invoicePdf, readInvoice } from '../../api/routes.ts'
import { hms } from '../../format/duration.ts'
import { currencySymbol, isNegative } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Money } from '../../parts/figures.tsx'
import { Await, Button, Empty } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { paperWords } from './paper-words.ts'

export function Invoice() {
  const view = useView()
  const m = messages()
  const id = useRoute().params.id ?? ''
  const loaded = useLoad(`invoice/${view.tenant.slug}/${id}`, (signal) => readInvoice(view.tenant.slug, id, signal))
  const detail = loaded.data
  if (loaded.error?.status === 404 || loaded.error?.status === 400) {
    return (
      <div class="pad-top">
        <h1 class="sr">{m.nav.invoices}</h1>
        <Empty icon="receipt" title={m.invoices.notFound}>
          <a class="btn" href={linkTo(view, '/invoices')}>
            {m.invoices.back}
          </a>
        </Empty>
      </div>
    )
  }
  return (
    <>
      <header class="head noprint">
        <a href={linkTo(view, '/invoices')} class="btn quiet" aria-label={m.invoices.back}>
          <Icon name="arrow-left" />
        </a>
        <h1>
          {m.invoices.invoice} {detail?.invoice.number}
        </h1>
        {detail && <DueTag detail={detail} />}
        <span class="grow" />
        <span class="wide">
          <Button icon="printer" onClick={() => print()}>
            {m.invoices.print}
          </Button>
        </span>
        <a class="btn" href={invoicePdf(view.tenant.slug, id)} target="_blank" rel="noopener">
          <Icon name="download" />
          {m.invoices.pdf}
        </a>
      </header>
      <div class="desk">
        <Await of={loaded} what={m.invoices.readingOne} height={700}>
          {(one) => (
            <div class="cols paper">
              <Sheet view={view} detail={one} />
              <Beside view={view} detail={one} />
            </div>
          )}
        </Await>
      </div>
    </>
  )
}

function daysLeft(detail: InvoiceDetail): number {
  return Math.ceil((Date.parse(detail.invoice.dueOn) - Date.now()) / 86_400_000)
}

function DueTag({ detail }: { detail: InvoiceDetail }) {
  const days = daysLeft(detail)
  return <span class={`tag ${days < 0 ? 'bad' : days < 10 ? 'warn' : ''}`}>{messages().invoices.dueIn(days)}</span>
}

/** The paper. Its words are the customer's, whatever language the page is in. */
function Sheet({ view, detail }: { view: View; detail: InvoiceDetail }) {
  const { invoice, from, to, lines } = detail
  const words = paperWords(detail.locale)
  const locale = detail.locale === 'zh-CN' ? 'zh-CN' : 'en-IE'
  const symbol = currencySymbol(invoice.currency)
  const seconds = lines.reduce((sum, line) => sum + line.billedSeconds, 0)
  const lastMs = Date.parse(invoice.periodTo) - 1
  return (
    <article class="sheet" lang={detail.locale}>
      <div class="sheet-head">
        <div>
          <b class="from">{from.name}</b>
          <p class="soft">
            {[...from.address, from.taxId && `${words.taxId} ${from.taxId}`].filter(Boolean).join(' · ')}
          </p>
        </div>
        <div class="r">
          <b class="b">{words.invoice}</b>
          <p class="soft">
            {invoice.number}
            <br />
            {when('date', detail.zone, invoice.issuedAt, locale)}
          </p>
        </div>
      </div>
      <div class="sheet-head end">
        <div>
          <p class="soft">{words.to}</p>
          <b class="b">{to.name}</b>
          <p class="soft">
            {to.address.map((line) => (
              <>
                {line}
                <br />
              </>
            ))}
            {words.account} {invoice.account.code}
          </p>
        </div>
        <div class="r">
          <p class="soft">
            {words.due} {when('date', 'UTC', invoice.dueOn, locale)}
          </p>
          <p class="due">
            <Money amount={invoice.total} symbol={symbol} />
          </p>
        </div>
      </div>
      <table class="t">
        <thead>
          <tr>
            <th>
              {when('date', detail.zone, invoice.periodFrom, locale)} – {when('date', detail.zone, lastMs, locale)},{' '}
              {detail.zone}
            </th>
            <th class="n">{words.calls}</th>
            <th class="n wide">
              {words.billed} <span class="u">{words.hms}</span>
            </th>
            <th class="n">{symbol.trim()}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr>
              <td>
                <a class="dotted" href={linkTo(view, '/calls', { range: null, invoice: invoice.id, line: line.line })}>
                  {line.description}
                </a>
              </td>
              <td class="n">{count(line.calls)}</td>
              <td class="n wide">{hms(line.billedSeconds)}</td>
              <td class="n">
                <Money amount={line.amount} places="stored" />
              </td>
            </tr>
          ))}
          <tr class="sum">
            <td>{words.callsTotal}</td>
            <td class="n">{count(invoice.calls)}</td>
            <td class="n wide">{hms(seconds)}</td>
            <td class="n">
              <Money amount={invoice.net} />
            </td>
          </tr>
        </tbody>
      </table>
      <table class="totals">
        <tbody>
          <tr>
            <td>{words.net}</td>
            <td>
              <Money amount={invoice.net} />
            </td>
          </tr>
          <tr>
            <td>{words.taxAt(taxPercent(detail.taxRate))}</td>
            <td>
              <Money amount={invoice.tax} />
            </td>
          </tr>
          <tr class="res">
            <td>{words.total}</td>
            <td>
              <Money amount={invoice.total} symbol={symbol} />
            </td>
          </tr>
        </tbody>
      </table>
      <p class="foot">{words.foot}</p>
    </article>
  )
}

function Beside({ view, detail }: { view: View; detail: InvoiceDetail }) {
  const m = messages()
  const { invoice } = detail
  const days = daysLeft(detail)
  const steps = [
    {
      done: true,
      text: m.invoices.composed(m.word.calls(invoice.calls)),
      at: when('dateTime', view.zone, invoice.issuedAt),
    },
    { done: true, text: m.invoices.numbered, at: invoice.number },
    ...(isNegative(invoice.total) ? [] : [{ done: false, text: m.invoices.waiting, at: m.invoices.dueIn(days) }]),
  ]
  return (
    <aside class="stack noprint" aria-label={m.invoices.forYou}>
      <div>
        <h2>{m.invoices.state}</h2>
        <ol class="steps">
          {steps.map((step) => (
            <li>
              <span class={step.done ? 'ok' : 'warn'}>
                <Icon name={step.done ? 'circle-check' : 'circle-alert'} />
              </span>
              <span>
                {step.text}
                <span class="hint line">{step.at}</span>
              </span>
            </li>
          ))}
        </ol>
      </div>
      <div>
        <h2>{m.invoices.forYou}</h2>
        <ul class="doors">
          <li>
            <a class="link" href={linkTo(view, '/calls', { range: null, invoice: invoice.id })}>
              {m.invoices.openCalls}
            </a>
          </li>
          <li>
            <a class="link" href={linkTo(view, `/accounts/${invoice.account.id}`)}>
              {m.invoices.openAccount}: {invoice.account.name || invoice.account.code}
            </a>
          </li>
        </ul>
      </div>
    </aside>
  )
}

/** "0.23" → "23", "0.055" → "5.5"; text all the way. */
export function taxPercent(rate: string): string {
  const [whole = '0', fraction = ''] = rate.split('.')
  const digits = fraction.padEnd(2, '0')
  const percent = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '')
  const rest = digits.slice(2).replace(/0+$/, '')
  return rest ? `${percent}.${rest}` : percent
}
