// The decks of a plan in their order, each as it stands or with something put on top of a buy deck.

import type { DeckRow } from '@tollbook/api/wire'
import type { PlanDeckInfo } from '@tollbook/api/wire-tariffs'
import { messages } from '../../i18n/messages.ts'
import { TextField } from '../../parts/form.tsx'
import { Button } from '../../parts/frame.tsx'
import { moved, RowTools } from './row-tools.tsx'

const DECIMAL = '-?\\d{1,7}([.,]\\d{1,10})?'

export function PlanDecks(props: {
  decks: readonly DeckRow[]
  rows: readonly PlanDeckInfo[]
  onChange: (rows: readonly PlanDeckInfo[]) => void
}) {
  const { decks, rows, onChange } = props
  const m = messages()
  const change = (at: number, part: Partial<PlanDeckInfo>) =>
    onChange(rows.map((row, i) => (i === at ? { ...row, ...part } : row)))
  const first = decks.find((one) => one.side === 'sell') ?? decks[0]
  return (
    <>
      {rows.length === 0 && <p class="warn">{m.plans.noDecks}</p>}
      <ol class="rows">
        {rows.map((row, at) => {
          const deck = decks.find((one) => one.id === row.deckId)
          const name = deck?.name ?? row.deck ?? ''
          return (
            <li>
              <span class="at">{at + 1}</span>
              <div class="fields">
                <DeckPick decks={decks} deckId={row.deckId} onPick={(next) => change(at, pricedBy(row, next))} />
                <label class="fld">
                  {m.plans.markup}
                  <select
                    value={row.markupKind}
                    onChange={(event) =>
                      change(at, { markupKind: event.currentTarget.value as PlanDeckInfo['markupKind'] })
                    }
                  >
                    {(['none', 'markup', 'margin'] as const).map((kind) => (
                      <option value={kind}>{m.plans.markups[kind]}</option>
                    ))}
                  </select>
                  {row.markupKind !== 'none' && <span class="hint">{m.plans.markupHint[row.markupKind]}</span>}
                </label>
                {row.markupKind !== 'none' && <MarkupFields row={row} onChange={(part) => change(at, part)} />}
              </div>
              <RowTools
                name={name}
                at={at}
                of={rows.length}
                onMove={(by) => onChange(moved(rows, at, by))}
                onRemove={() => onChange(rows.filter((_, i) => i !== at))}
              />
            </li>
          )
        })}
      </ol>
      {first && (
        <Button kind="quiet" icon="plus" onClick={() => onChange([...rows, pricedBy(undefined, first)])}>
          {m.plans.addDeck}
        </Button>
      )}
    </>
  )
}

function DeckPick(props: { decks: readonly DeckRow[]; deckId: number; onPick: (deck: DeckRow) => void }) {
  const m = messages()
  return (
    <label class="fld">
      {m.plans.deck}
      <select
        value={String(props.deckId)}
        onChange={(event) => {
          const deck = props.decks.find((one) => String(one.id) === event.currentTarget.value)
          if (deck) props.onPick(deck)
        }}
      >
        {props.decks.map((one) => (
          <option value={String(one.id)}>
            {one.name} ({m.plans.side[one.side]}, {one.currency})
          </option>
        ))}
      </select>
    </label>
  )
}

function MarkupFields({ row, onChange }: { row: PlanDeckInfo; onChange: (part: Partial<PlanDeckInfo>) => void }) {
  const m = messages()
  return (
    <>
      <TextField
        label={m.plans.percent}
        value={row.markupPercent}
        onInput={(markupPercent) => onChange({ markupPercent })}
        inputMode="decimal"
        pattern={DECIMAL}
        required
      />
      <TextField
        label={m.plans.perMinute}
        value={row.markupPerMinute}
        onInput={(markupPerMinute) => onChange({ markupPerMinute })}
        inputMode="decimal"
        pattern={DECIMAL}
        required
      />
      <TextField
        label={m.plans.perCall}
        value={row.markupPerCall}
        onInput={(markupPerCall) => onChange({ markupPerCall })}
        inputMode="decimal"
        pattern={DECIMAL}
        required
      />
      <TextField
        label={m.plans.places}
        value={String(row.pricePlaces)}
        onInput={(text) => onChange({ pricePlaces: Number(text) || 0 })}
        inputMode="numeric"
        pattern="\d|10"
        required
      />
    </>
  )
}

/** A buy deck is sold with something on top, a sell deck as it stands; what was typed is kept. */
function pricedBy(row: PlanDeckInfo | undefined, deck: DeckRow): PlanDeckInfo {
  return {
    markupPercent: '20',
    markupPerMinute: '0',
    markupPerCall: '0',
    pricePlaces: 4,
    ...row,
    deckId: deck.id,
    deck: deck.name,
    side: deck.side,
    currency: deck.currency,
    markupKind: deck.side === 'buy' ? (row && row.markupKind !== 'none' ? row.markupKind : 'markup') : 'none',
  }
}
