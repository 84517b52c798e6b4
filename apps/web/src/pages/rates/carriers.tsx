// Carriers with the buy deck by which they ask, and which of them takes the calls of a trunk. A choice is saved at once.

import type { CarrierRow, DeckRow, TrunkRow } from '@tollbook/api/wire'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { addCarrier, listCarriers, listTrunks, saveCarrier, saveTrunk } from '../../api/tariff-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Await, Button, Empty, Fault, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import type { View } from '../../state/view.ts'

type Choice = { readonly value: string; readonly text: string }

export function Carriers({ view, decks }: { view: View; decks: readonly DeckRow[] }) {
  const m = messages()
  const slug = view.tenant.slug
  const loaded = useLoad(`carriers/${slug}`, async (signal) => {
    const [carriers, trunks] = await Promise.all([listCarriers(slug, signal), listTrunks(slug, signal)])
    return { carriers: carriers.items, trunks: trunks.items }
  })
  const buys = decks.filter((deck) => deck.side === 'buy')
  return (
    <Await of={loaded} what={m.carriers.reading} height={160}>
      {({ carriers, trunks }) => (
        <div class="cols two">
          <Section title={m.carriers.title} hint={m.carriers.hint}>
            {carriers.length === 0 ? (
              <Empty icon="route" title={m.carriers.empty} hint={m.carriers.emptyHint} />
            ) : (
              <CarrierTable view={view} carriers={carriers} buys={buys} onSaved={loaded.again} />
            )}
            {mayWrite(view.tenant) && <AddCarrier view={view} buys={buys} onSaved={loaded.again} />}
          </Section>
          <Section title={m.carriers.trunks} hint={m.carriers.trunksHint}>
            {trunks.length === 0 ? (
              <p class="muted">{m.carriers.noTrunks}</p>
            ) : (
              <TrunkTable view={view} trunks={trunks} carriers={carriers} onSaved={loaded.again} />
            )}
          </Section>
        </div>
      )}
    </Await>
  )
}

function CarrierTable(props: {
  view: View
  carriers: readonly CarrierRow[]
  buys: readonly DeckRow[]
  onSaved: () => void
}) {
  const m = messages()
  const rows = props.carriers.map((carrier) => ({
    id: carrier.id,
    name: carrier.name,
    sub: <span class="sub">{carrier.currency}</span>,
    label: m.carriers.deckOf(carrier.name),
    value: String(carrier.deckId),
    of: [
      { value: '0', text: m.carriers.noDeck },
      ...props.buys
        .filter((deck) => deck.currency === carrier.currency)
        .map((deck) => ({ value: String(deck.id), text: deck.name })),
    ],
  }))
  return (
    <PickTable
      view={props.view}
      title={m.carriers.title}
      heads={[m.carriers.carrier, m.carriers.deck]}
      saving={m.carriers.saving}
      rows={rows}
      save={(id, deckId) => saveCarrier(props.view.tenant.slug, id, { deckId })}
      onSaved={props.onSaved}
    />
  )
}

function TrunkTable(props: {
  view: View
  trunks: readonly TrunkRow[]
  carriers: readonly CarrierRow[]
  onSaved: () => void
}) {
  const m = messages()
  const of = [
    { value: '0', text: m.carriers.noCarrier },
    ...props.carriers.map((carrier) => ({ value: String(carrier.id), text: carrier.name })),
  ]
  const rows = props.trunks.map((trunk) => ({
    id: trunk.id,
    name: trunk.name,
    sub: <span class="sub mono">{trunk.peer}</span>,
    label: m.carriers.carrierOf(trunk.name),
    value: String(trunk.carrier?.id ?? 0),
    of,
  }))
  return (
    <PickTable
      view={props.view}
      title={m.carriers.trunks}
      heads={[m.carriers.trunk, m.carriers.carrier]}
      saving={m.carriers.savingTrunk}
      rows={rows}
      save={(id, carrierId) => saveTrunk(props.view.tenant.slug, id, { carrierId })}
      onSaved={props.onSaved}
    />
  )
}

type PickRow = {
  readonly id: number
  readonly name: string
  readonly sub: ComponentChildren
  readonly label: string
  readonly value: string
  readonly of: readonly Choice[]
}

/** Things by name, each with one choice that is saved as soon as it is made. */
function PickTable(props: {
  view: View
  title: string
  heads: readonly [string, string]
  saving: string
  rows: readonly PickRow[]
  save: (id: number, picked: number) => Promise<unknown>
  onSaved: () => void
}) {
  const deed = useDeed()
  const save = async (id: number, value: string) => {
    if (await deed.run(() => props.save(id, Number(value)))) props.onSaved()
  }
  return (
    <>
      {deed.error && <Fault error={deed.error} what={props.saving} done />}
      <TableBox label={props.title}>
        <table class="t">
          <thead>
            <tr>
              <th>{props.heads[0]}</th>
              <th>{props.heads[1]}</th>
            </tr>
          </thead>
          <tbody>
            {props.rows.map((row) => (
              <tr>
                <td class="any">
                  {row.name}
                  {row.sub}
                </td>
                <td>
                  <Pick
                    label={row.label}
                    value={row.value}
                    of={row.of}
                    disabled={deed.busy || !mayWrite(props.view.tenant)}
                    onPick={(value) => void save(row.id, value)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </>
  )
}

function Pick(props: {
  label: string
  value: string
  of: readonly Choice[]
  disabled: boolean
  onPick: (value: string) => void
}) {
  return (
    <select
      class="inp"
      aria-label={props.label}
      value={props.value}
      disabled={props.disabled}
      onChange={(event) => props.onPick(event.currentTarget.value)}
    >
      {props.of.map((one) => (
        <option value={one.value}>{one.text}</option>
      ))}
    </select>
  )
}

function AddCarrier({ view, buys, onSaved }: { view: View; buys: readonly DeckRow[]; onSaved: () => void }) {
  const m = messages()
  const [open, setOpen] = useState(false)
  const [edit, setEdit] = useState({ name: '', currency: view.tenant.currency, deckId: '0' })
  const deed = useDeed()
  const submit = async (event: Event) => {
    event.preventDefault()
    const carrier = { ...edit, deckId: Number(edit.deckId) }
    if (!(await deed.run(() => addCarrier(view.tenant.slug, carrier)))) return
    setOpen(false)
    setEdit({ ...edit, name: '', deckId: '0' })
    onSaved()
  }
  if (!open) {
    return (
      <p class="under">
        <Button icon="plus" onClick={() => setOpen(true)}>
          {m.carriers.add}
        </Button>
      </p>
    )
  }
  return (
    <form class="form pad-top" onSubmit={(event) => void submit(event)}>
      <div class="row2">
        <TextField label={m.carriers.name} value={edit.name} onInput={(name) => setEdit({ ...edit, name })} required />
        <TextField
          label={m.carriers.currency}
          value={edit.currency}
          onInput={(currency) => setEdit({ ...edit, currency: currency.toUpperCase() })}
          pattern="[A-Z]{3}"
          required
        />
      </div>
      <SelectField
        label={m.carriers.deck}
        value={edit.deckId}
        onChange={(deckId) => setEdit({ ...edit, deckId })}
        of={[
          { value: '0', text: m.carriers.noDeck },
          ...buys
            .filter((deck) => deck.currency === edit.currency)
            .map((deck) => ({ value: String(deck.id), text: deck.name })),
        ]}
      />
      <span class="row">
        <Button kind="go" type="submit" disabled={deed.busy}>
          {m.carriers.add}
        </Button>
        <Button onClick={() => setOpen(false)}>{m.word.cancel}</Button>
      </span>
      {deed.error && <Fault error={deed.error} what={m.carriers.saving} done />}
    </form>
  )
}
