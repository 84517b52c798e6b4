// The rates of a deck: searched by prefix or destination, of any version; one can be changed, added or removed.

import type { DeckDetail, RateDetail } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { listRates } from '../../api/tariff-routes.ts'
import { currencySymbol } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Await, Button, Empty, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Pager, TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkHere, type View } from '../../state/view.ts'
import { RateEditor } from './rate-editor.tsx'
import { isFromStart, isZero, priceText, termWords } from './rate-words.ts'

const PAGE = 100

export function RateTable({ view, detail, onChanged }: { view: View; detail: DeckDetail; onChanged: () => void }) {
  const m = messages()
  const { deck } = detail
  const q = view.query.q ?? ''
  const asked = Number(view.query.version) || 0
  const version = asked > 0 ? asked : deck.version
  const query = { q, limit: PAGE, cursor: view.cursor, version: asked > 0 ? asked : null }
  const loaded = useLoad(JSON.stringify([view.tenant.slug, deck.id, deck.version, query]), (signal) =>
    listRates(view.tenant.slug, deck.id, query, signal),
  )
  // 'new' opens an empty form; a rate opens its own.
  const [editing, setEditing] = useState<RateDetail | 'new' | undefined>(undefined)
  const [saved, setSaved] = useState('')
  const mayEdit = mayWrite(view.tenant) && version === deck.version && detail.mode === 'plain'
  const done = (newVersion: number) => {
    setEditing(undefined)
    setSaved(m.rates.saved(count(newVersion)))
    onChanged()
    loaded.again()
  }
  const edit = (rate: RateDetail | 'new') => {
    setSaved('')
    setEditing(rate)
  }
  return (
    <Section
      title={m.rates.mine(deck.name)}
      hint={m.rates.ofVersion(count(version))}
      tools={
        <>
          {mayEdit && (
            <Button kind="quiet" icon="plus" onClick={() => edit('new')}>
              {m.rates.addRate}
            </Button>
          )}
          <Search view={view} q={q} />
        </>
      }
    >
      {asked > 0 && asked !== deck.version && (
        <p class="under">
          <a class="btn quiet" href={linkHere(view, { version: null })}>
            <Icon name="x" />
            {m.rates.showLive}
          </a>
        </p>
      )}
      <div role="status">{saved && <p class="note ok">{saved}</p>}</div>
      {editing && (
        <RateEditor
          key={editing === 'new' ? 'new' : `${editing.prefix}/${editing.windowId}/${editing.effectiveFrom}`}
          view={view}
          detail={detail}
          rate={editing === 'new' ? undefined : editing}
          onSaved={done}
          onCancel={() => setEditing(undefined)}
        />
      )}
      <Await of={loaded} what={m.rates.reading} height={400}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty icon="search" title={m.rates.noRates} hint={m.rates.noRatesHint}>
              {q && <Button onClick={() => view.go(linkHere(view, { q: null }), true)}>{m.filter.clear}</Button>}
            </Empty>
          ) : (
            <>
              <Table detail={detail} rates={page.items} onEdit={mayEdit ? edit : undefined} />
              {(view.cursor || page.next) && (
                <Pager
                  newer={view.cursor ? linkHere(view, { cursor: null }) : null}
                  newerWord={m.word.first}
                  older={page.next ? linkHere(view, { cursor: page.next }) : null}
                  olderWord={m.word.next}
                />
              )}
            </>
          )
        }
      </Await>
    </Section>
  )
}

function Search({ view, q }: { view: View; q: string }) {
  const m = messages()
  const submit = (event: Event) => {
    event.preventDefault()
    const text = new FormData(event.currentTarget as HTMLFormElement).get('q')
    view.go(linkHere(view, { q: String(text ?? '').trim() }), true)
  }
  return (
    <search>
      <form class="find small" onSubmit={submit}>
        <Icon name="search" />
        <input
          name="q"
          type="search"
          defaultValue={q}
          key={q}
          placeholder={m.rates.search}
          aria-label={m.rates.search}
        />
      </form>
    </search>
  )
}

function Table(props: {
  detail: DeckDetail
  rates: readonly RateDetail[]
  onEdit: ((rate: RateDetail) => void) | undefined
}) {
  const m = messages()
  const { detail, rates, onEdit } = props
  const symbol = currencySymbol(detail.deck.currency).trim()
  const windowed = detail.windows.length > 0
  return (
    <TableBox label={m.rates.mine(detail.deck.name)}>
      <table class="t">
        <thead>
          <tr>
            <th>{m.rates.prefix}</th>
            <th>{m.rates.destination}</th>
            {windowed && <th class="wide">{m.rates.window}</th>}
            <th class="n">
              {m.rates.perMinute} <span class="u">{`${symbol}${m.rates.perMin}`}</span>
            </th>
            <th class="n wide">
              {m.rates.connect} <span class="u">{symbol}</span>
            </th>
            <th class="n wide">
              {m.rates.blocks} <span class="u">{m.word.seconds}</span>
            </th>
            <th class="n wide">{m.rates.valid}</th>
            {onEdit && (
              <th>
                <span class="sr">{m.word.edit}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rates.map((rate) => (
            <Line detail={detail} rate={rate} windowed={windowed} onEdit={onEdit} />
          ))}
        </tbody>
      </table>
    </TableBox>
  )
}

function Line(props: {
  detail: DeckDetail
  rate: RateDetail
  windowed: boolean
  onEdit: ((rate: RateDetail) => void) | undefined
}) {
  const m = messages()
  const { detail, rate, windowed, onEdit } = props
  const terms = termWords(rate)
  const name = rate.match === 'default' ? m.rates.defaultRate : rate.prefix
  const from = isFromStart(rate.effectiveFrom) ? m.rates.always : when('date', detail.zone, rate.effectiveFrom)
  return (
    <tr>
      <td>
        <code class="nw">{name}</code>
        {rate.match !== 'prefix' && <span class="tag">{m.rates.matches[rate.match]}</span>}
      </td>
      <td class="any">
        {rate.destination}
        {terms.length > 0 && <span class="sub">{terms.join(' · ')}</span>}
        <span class="sub narrow">
          {rate.firstBlockSeconds}/{rate.incrementSeconds}
          {windowed && rate.window && ` · ${rate.window}`}
          {!isZero(rate.connectFee) && ` · ${m.rates.connect} ${priceText(rate.connectFee)}`}
        </span>
      </td>
      {windowed && <td class="wide">{rate.window || <span class="muted">{m.rates.always}</span>}</td>}
      <td class="n">{priceText(rate.pricePerMinute, 4)}</td>
      <td class="n wide">{isZero(rate.connectFee) ? <span class="frac">–</span> : priceText(rate.connectFee, 4)}</td>
      <td class="n wide">
        {rate.firstBlockSeconds} / {rate.incrementSeconds}
      </td>
      <td class="n wide nw">
        {from}
        {rate.validTo && <span class="sub">{m.rates.until(when('dateTime', detail.zone, rate.validTo))}</span>}
      </td>
      {onEdit && (
        <td class="n">
          <Button kind="quiet" icon="pencil" label={m.rates.editRate(name)} onClick={() => onEdit(rate)} />
        </td>
      )}
    </tr>
  )
}
