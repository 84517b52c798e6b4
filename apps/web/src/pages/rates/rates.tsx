// Rate decks: what is in force, what follows, what waits as a draft; and which carrier asks by which of them.

import type { DeckRow } from '@tollbook/api/wire'
import { listDecks, setDefaultDeck } from '../../api/tariff-routes.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Dash } from '../../parts/figures.tsx'
import { useDeed } from '../../parts/form.tsx'
import { Await, Empty, Fault, PageHead, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { Carriers } from './carriers.tsx'
import { DeckPage } from './deck.tsx'

/** Links of other pages name the deck in the query; they end on its page. */
export function Rates() {
  const view = useView()
  const deck = Number(view.query.deck)
  return Number.isInteger(deck) && deck > 0 ? <DeckPage deckId={deck} /> : <Decks view={view} />
}

function Decks({ view }: { view: View }) {
  const m = messages()
  const slug = view.tenant.slug
  const decks = useLoad(`decks/${slug}`, (signal) => listDecks(slug, signal))
  const writes = mayWrite(view.tenant)
  const toImport = (
    <a class="btn go" href={linkTo(view, '/rates/import')}>
      <Icon name="upload" />
      {m.rates.import}
    </a>
  )
  return (
    <>
      <PageHead title={m.nav.rates}>{writes && (decks.data?.items.length ?? 0) > 0 && toImport}</PageHead>
      <Section title={m.rates.decks} hint={m.rates.decksHint}>
        <Await of={decks} what={m.rates.readingDecks} height={200}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon="tags" title={m.rates.noDecks} hint={m.rates.noDecksHint}>
                {writes && toImport}
              </Empty>
            ) : (
              <DeckTable view={view} decks={items} onChanged={decks.again} />
            )
          }
        </Await>
      </Section>
      {decks.data && decks.data.items.length > 0 && <Carriers view={view} decks={decks.data.items} />}
    </>
  )
}

function DeckTable({ view, decks, onChanged }: { view: View; decks: readonly DeckRow[]; onChanged: () => void }) {
  const m = messages()
  const deed = useDeed()
  const q = view.query.q
  const makeDefault = async (deck: DeckRow) => {
    if (await deed.run(() => setDefaultDeck(view.tenant.slug, deck.id))) onChanged()
  }
  return (
    <>
      {deed.error && <Fault error={deed.error} what={m.rates.makeDefault} done />}
      <TableBox label={m.rates.decks} keys>
        <table class="t">
          <thead>
            <tr>
              <th>{m.rates.deck}</th>
              <th class="wide">{m.rates.side}</th>
              <th class="wide">{m.rates.currency}</th>
              <th>{m.rates.inForce}</th>
              <th>{m.rates.next}</th>
              <th class="wide">{m.rates.imported}</th>
              <th class="wide" />
            </tr>
          </thead>
          <tbody>
            {decks.map((deck) => (
              <tr>
                <td class="any">
                  <a href={linkTo(view, `/rates/${deck.id}`, { q })} data-row class="mid">
                    {deck.name}
                  </a>
                  {deck.isDefault && <span class="tag ok">{m.rates.isDefault}</span>}
                  <span class="sub narrow">
                    {m.word.side[deck.side]} · {deck.currency}
                  </span>
                </td>
                <td class="wide">{m.word.side[deck.side]}</td>
                <td class="wide">{deck.currency}</td>
                <td>
                  {deck.version > 0 ? m.rates.ofVersion(count(deck.version)) : <Dash />}
                  <span class="sub">{m.rates.nRates(deck.rates)}</span>
                </td>
                <td>
                  <Next view={view} deck={deck} />
                </td>
                <td class="wide nw">
                  {deck.importedAt ? when('date', view.zone, deck.importedAt) : <Dash />}
                  <span class="sub">{deck.filename}</span>
                </td>
                <td class="n wide">
                  {deck.side === 'sell' && !deck.isDefault && mayWrite(view.tenant) && (
                    <button type="button" class="link" disabled={deed.busy} onClick={() => void makeDefault(deck)}>
                      {m.rates.makeDefault}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
      <p class="hint under">{m.rates.defaultHint}</p>
    </>
  )
}

/** What follows: a version that begins later, and a draft that waits for a person. */
function Next({ view, deck }: { view: View; deck: DeckRow }) {
  const m = messages()
  if (!deck.scheduled && !deck.draft) return <Dash />
  return (
    <>
      {deck.scheduled && (
        <a class="line" href={linkTo(view, `/rates/${deck.id}/versions/${deck.scheduled.version}`)}>
          {m.rates.ofVersion(count(deck.scheduled.version))}
          <span class="sub">{m.rates.from(when('dateTime', view.zone, deck.scheduled.effectiveFrom))}</span>
        </a>
      )}
      {deck.draft && (
        <span class="line">
          <a class="tag warn" href={linkTo(view, `/rates/${deck.id}/versions/${deck.draft}`)}>
            {m.rates.draftWaits(count(deck.draft))}
          </a>
        </span>
      )}
    </>
  )
}
