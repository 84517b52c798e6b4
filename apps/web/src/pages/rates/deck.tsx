// One deck: what is in force, its versions, its terms, and its rates to search and change.

import type { DeckDetail } from '@tollbook/api/wire-tariffs'
import { useRoute } from 'preact-iso'
import { priceListCsv, priceListPdf, ratesCsv, readDeck } from '../../api/tariff-routes.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Await, Empty, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Popover } from '../../parts/popover.tsx'
import { useLoad } from '../../state/load.ts'
import { localeTag } from '../../state/preferences.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { RateTable } from './rate-table.tsx'
import { isFromStart } from './rate-words.ts'
import { Versions } from './versions.tsx'
import { Windows } from './windows.tsx'

export function Deck() {
  return <DeckPage deckId={Number(useRoute().params.id)} />
}

export function DeckPage({ deckId }: { deckId: number }) {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const loaded = useLoad(`deck/${slug}/${deckId}`, (signal) => readDeck(slug, deckId, signal))
  const detail = loaded.data
  return (
    <>
      <header class="head">
        <a href={linkTo(view, '/rates')} class="btn quiet" aria-label={m.rates.back}>
          <Icon name="arrow-left" />
        </a>
        <h1>{detail ? detail.deck.name : m.nav.rates}</h1>
        {detail?.deck.isDefault && <span class="tag ok">{m.rates.isDefault}</span>}
        {detail && (
          <span class="muted">
            {m.word.side[detail.deck.side]} · {detail.deck.currency}
          </span>
        )}
        <span class="grow" />
        {detail && <Tools view={view} detail={detail} />}
      </header>
      {loaded.error?.status === 404 ? (
        <Empty icon="search" title={m.rates.notFound}>
          <a class="btn" href={linkTo(view, '/rates')}>
            {m.rates.back}
          </a>
        </Empty>
      ) : (
        <Await of={loaded} what={m.rates.readingDeck} height={600}>
          {(deck) => (
            <>
              <Sentence view={view} detail={deck} />
              <div class="cols side">
                <Versions view={view} detail={deck} onChanged={loaded.again} />
                <Terms view={view} detail={deck} onChanged={loaded.again} />
              </div>
              <RateTable view={view} detail={deck} onChanged={loaded.again} />
            </>
          )}
        </Await>
      )}
    </>
  )
}

function Tools({ view, detail }: { view: View; detail: DeckDetail }) {
  const m = messages()
  const slug = view.tenant.slug
  const { id, side } = detail.deck
  return (
    <span class="row">
      <Popover
        label={m.rates.export}
        panelClass="pick end"
        buttonClass="btn quiet"
        button={
          <>
            <Icon name="download" />
            {m.word.download}
          </>
        }
      >
        {() => (
          <ul class="picks">
            <li>
              <a href={ratesCsv(slug, id)} download>
                <span>
                  {m.rates.export}
                  <span class="sub">{m.rates.exportHint}</span>
                </span>
              </a>
            </li>
            {side === 'sell' && (
              <>
                <li>
                  <a href={priceListCsv(slug, id)} download>
                    <span>
                      {m.rates.priceList}, {m.rates.priceCsv}
                      <span class="sub">{m.rates.priceHint}</span>
                    </span>
                  </a>
                </li>
                <li>
                  <a href={priceListPdf(slug, id, localeTag())} download>
                    <span>
                      {m.rates.priceList}, {m.rates.pricePdf}
                      <span class="sub">{m.rates.priceHint}</span>
                    </span>
                  </a>
                </li>
              </>
            )}
          </ul>
        )}
      </Popover>
      {mayWrite(view.tenant) && (
        <a class="btn" href={linkTo(view, '/rates/import', { deck: id })}>
          <Icon name="upload" />
          {m.rates.importNext}
        </a>
      )}
    </span>
  )
}

function Sentence({ view, detail }: { view: View; detail: DeckDetail }) {
  const m = messages()
  const live = detail.versions.find((one) => one.state === 'in-force')
  const next = detail.versions.filter((one) => one.state === 'scheduled').at(-1)
  const draft = detail.versions.find((one) => one.state === 'draft')
  const link = (version: number) => (
    <a href={linkTo(view, `/rates/${detail.deck.id}/versions/${version}`)}>
      <b>{count(version)}</b>
    </a>
  )
  const since =
    live?.effectiveFrom && !isFromStart(live.effectiveFrom) ? when('dateTime', detail.zone, live.effectiveFrom) : ''
  return (
    <p class="say">
      {live ? m.rates.say.live(link(live.version), since, m.rates.nRates(live.rates)) : m.rates.say.none}
      {next?.effectiveFrom && m.rates.say.next(link(next.version), when('dateTime', detail.zone, next.effectiveFrom))}
      {draft && m.rates.say.draft(link(draft.version))}
    </p>
  )
}

function Terms({ view, detail, onChanged }: { view: View; detail: DeckDetail; onChanged: () => void }) {
  const m = messages()
  const modes = m.steps.modes
  return (
    <div>
      <Section title={m.rates.terms}>
        <dl class="facts">
          <dt>{m.rates.zone}</dt>
          <dd>{detail.zone}</dd>
          <dt>{m.rates.rounding}</dt>
          <dd>{m.rates.roundingOf(modes[detail.rounding], String(detail.places))}</dd>
          {detail.windows.length > 0 && (
            <>
              <dt>{m.rates.choiceOf}</dt>
              <dd>{m.rates.choices[detail.windowChoice]}</dd>
            </>
          )}
          {detail.mode !== 'plain' && (
            <>
              <dt>{m.rates.mode}</dt>
              <dd>{m.rates.modes[detail.mode]}</dd>
            </>
          )}
        </dl>
      </Section>
      <Windows view={view} detail={detail} onChanged={onChanged} />
      <Section title={m.rates.usedBy}>
        {detail.usedBy.length === 0 ? (
          <p class="muted">{m.rates.unused}</p>
        ) : (
          <ul class="lines">
            {detail.usedBy.map((one) => (
              <li>
                <span class="muted">{m.rates.uses[one.kind]}</span>{' '}
                {one.kind === 'plan' ? <a href={linkTo(view, '/plans')}>{one.name}</a> : one.name}
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  )
}
