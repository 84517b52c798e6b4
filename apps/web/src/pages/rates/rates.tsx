// Rate decks and their rates: what stands, how it was read, and the door for the next version.

import type { DeckRow } from '@tollbook/api/wire'
import { listDecks, listRates, setDefaultDeck } from '../../api/routes.ts'
import { currencySymbol } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Money } from '../../parts/figures.tsx'
import { useDeed } from '../../parts/form.tsx'
import { Await, Button, Empty, Fault, PageHead, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Pager, TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkHere, linkTo, useView, type View } from '../../state/view.ts'
import { DeckImport } from './deck-import.tsx'

const PAGE = 100

export function Rates() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const decks = useLoad(`decks/${slug}`, (signal) => listDecks(slug, signal))
  return (
    <>
      <PageHead title={m.nav.rates} />
      <div class="cols side">
        <Section title={m.rates.decks} hint={m.rates.decksHint}>
          <Await of={decks} what={m.rates.readingDecks} height={200}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty icon="tags" title={m.rates.noDecks} hint={m.rates.noDecksHint} />
              ) : (
                <DeckTable view={view} decks={items} onChanged={decks.again} />
              )
            }
          </Await>
        </Section>
        {mayWrite(view.tenant) ? (
          <DeckImport view={view} decks={decks.data?.items ?? []} onImported={decks.again} />
        ) : (
          <p class="hint pad-top">{m.word.readOnly}</p>
        )}
      </div>
      {decks.data && <RateSearch view={view} decks={decks.data.items} />}
    </>
  )
}

/** The deck looked at: the one in the URL, else the default, else the first. */
function deckShown(view: View, decks: readonly DeckRow[]): DeckRow | undefined {
  return decks.find((one) => String(one.id) === view.query.deck) ?? decks.find((one) => one.isDefault) ?? decks[0]
}

function DeckTable({ view, decks, onChanged }: { view: View; decks: readonly DeckRow[]; onChanged: () => void }) {
  const m = messages()
  const deed = useDeed()
  const shown = deckShown(view, decks)
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
              <th>{m.rates.side}</th>
              <th class="wide">{m.rates.currency}</th>
              <th class="n">{m.rates.version}</th>
              <th class="n">{m.rates.rates}</th>
              <th class="wide">{m.rates.imported}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {decks.map((deck) => (
              <tr class={deck.id === shown?.id ? 'sel' : undefined}>
                <td>
                  <a href={linkTo(view, '/rates', { deck: deck.id, q: view.query.q })} data-row>
                    {deck.name}
                  </a>
                  {deck.isDefault && <span class="tag ok">{m.rates.isDefault}</span>}
                </td>
                <td>{m.word.side[deck.side]}</td>
                <td class="wide">{deck.currency}</td>
                <td class="n">{deck.version}</td>
                <td class="n">{count(deck.rates)}</td>
                <td class="wide nw">
                  {deck.importedAt ? when('date', view.zone, deck.importedAt) : '–'}
                  <span class="sub">{deck.filename}</span>
                </td>
                <td class="n">
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

function RateSearch({ view, decks }: { view: View; decks: readonly DeckRow[] }) {
  const m = messages()
  const deck = deckShown(view, decks)
  const q = view.query.q ?? ''
  const query = { q, limit: PAGE, cursor: view.cursor }
  const loaded = useLoad(JSON.stringify([view.tenant.slug, deck?.id, deck?.version, query]), (signal) =>
    deck ? listRates(view.tenant.slug, deck.id, query, signal) : Promise.resolve({ items: [], next: null }),
  )
  if (!deck) return null
  const symbol = currencySymbol(deck.currency).trim()
  const submit = (event: Event) => {
    event.preventDefault()
    const text = new FormData(event.currentTarget as HTMLFormElement).get('q')
    view.go(linkHere(view, { q: String(text ?? '').trim() }), true)
  }
  return (
    <Section
      title={m.rates.mine(deck.name)}
      hint={`${m.rates.version} ${deck.version}`}
      tools={
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
      }
    >
      <Await of={loaded} what={m.rates.reading} height={400}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty icon="search" title={m.rates.noRates} hint={m.rates.noRatesHint}>
              {q && <Button onClick={() => view.go(linkHere(view, { q: null }), true)}>{m.filter.clear}</Button>}
            </Empty>
          ) : (
            <>
              <TableBox label={m.rates.mine(deck.name)}>
                <table class="t">
                  <thead>
                    <tr>
                      <th>{m.rates.prefix}</th>
                      <th>{m.rates.destination}</th>
                      <th class="n">
                        {m.rates.perMinute} <span class="u">{`${symbol}${m.rates.perMin}`}</span>
                      </th>
                      <th class="n wide">
                        {m.rates.connect} <span class="u">{symbol}</span>
                      </th>
                      <th class="n">
                        {m.rates.blocks} <span class="u">{m.word.seconds}</span>
                      </th>
                      <th class="n wide">{m.rates.from}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {page.items.map((rate) => (
                      <tr>
                        <td class="mono">{rate.prefix || m.rates.defaultRate}</td>
                        <td>{rate.destination}</td>
                        <td class="n">
                          <Money amount={rate.pricePerMinute} places="stored" />
                        </td>
                        <td class="n wide">
                          <Money amount={rate.connectFee} places="stored" />
                        </td>
                        <td class="n">
                          {rate.firstBlockSeconds} / {rate.incrementSeconds}
                        </td>
                        <td class="n wide nw">{when('date', view.zone, rate.effectiveFrom)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </TableBox>
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
