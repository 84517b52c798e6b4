// One rate changed, added or removed by hand: always a new version of the deck, with its own beginning.

import type { DeckDetail, RateDetail, TierInfo } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { editRates } from '../../api/tariff-routes.ts'
import { wallInput, wallInstant } from '../../format/wall-time.ts'
import { messages } from '../../i18n/messages.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { EffectChoice, effectRequest, startEffect } from '../../parts/effect-choice.tsx'
import { Field, SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault } from '../../parts/frame.tsx'
import type { View } from '../../state/view.ts'
import { isZero, priceText, termWords } from './rate-words.ts'
import { Tiers } from './tiers.tsx'

const DECIMAL = '-?\\d{1,9}([.,]\\d{1,10})?'
const SECONDS = '\\d{1,5}'

/** What the fields hold: text, until it is sent. */
type Edit = {
  prefix: string
  destination: string
  windowId: string
  price: string
  connectFee: string
  firstBlock: string
  increment: string
  anchor: RateDetail['anchor']
  minimum: string
  maximum: string
  afterMaximum: RateDetail['afterMaximum']
  grace: string
  disconnectFee: string
  disconnectAfter: string
  validTo: string
  tiers: readonly TierInfo[]
}

export function RateEditor(props: {
  view: View
  detail: DeckDetail
  rate: RateDetail | undefined
  onSaved: (version: number) => void
  onCancel: () => void
}) {
  const { view, detail, rate } = props
  const m = messages()
  const [edit, setEdit] = useState(() => editOf(rate, detail.zone))
  const [effect, setEffect] = useState(() => startEffect(detail.zone))
  const [note, setNote] = useState('')
  const [removing, setRemoving] = useState(false)
  const deed = useDeed()
  const change = (part: Partial<Edit>) => setEdit({ ...edit, ...part })
  const effectiveFrom = effectRequest(effect, detail.zone)
  const send = async (what: 'set' | 'remove') => {
    if (effectiveFrom === undefined) return
    const body =
      what === 'set'
        ? { set: [rateOf(edit, rate, detail.zone)] }
        : { remove: [{ prefix: edit.prefix, windowId: Number(edit.windowId) }] }
    let version = 0
    const worked = await deed.run(async () => {
      version = (await editRates(view.tenant.slug, detail.deck.id, { effectiveFrom, note, ...body })).version
    })
    if (worked) props.onSaved(version)
  }
  const name = rate?.match === 'default' ? m.rates.defaultRate : edit.prefix
  return (
    <form
      class="editor"
      aria-label={rate ? m.rates.editing(name) : m.rates.adding}
      onSubmit={(event) => {
        event.preventDefault()
        void send('set')
      }}
    >
      <h3>{rate ? m.rates.editing(name) : m.rates.adding}</h3>
      <div class="fields">
        {!rate && (
          <TextField label={m.rates.prefix} value={edit.prefix} onInput={(prefix) => change({ prefix })} mono />
        )}
        <TextField
          label={m.rates.destination}
          value={edit.destination}
          onInput={(destination) => change({ destination })}
          required
        />
        <NumberField
          label={`${m.rates.perMinute} ${m.rates.perMin}`}
          value={edit.price}
          decimal
          onInput={(price) => change({ price })}
        />
        <NumberField
          label={m.rates.connect}
          value={edit.connectFee}
          decimal
          onInput={(connectFee) => change({ connectFee })}
        />
        <NumberField
          label={m.rates.firstBlock}
          value={edit.firstBlock}
          onInput={(firstBlock) => change({ firstBlock })}
        />
        <NumberField label={m.rates.increment} value={edit.increment} onInput={(increment) => change({ increment })} />
        {detail.windows.length > 0 && (
          <SelectField
            label={m.rates.window}
            value={edit.windowId}
            disabled={rate !== undefined}
            onChange={(windowId) => change({ windowId })}
            of={[
              { value: '0', text: m.rates.always },
              ...detail.windows.map((one) => ({ value: String(one.id), text: one.name })),
            ]}
          />
        )}
      </div>
      <MoreTerms
        edit={edit}
        open={rate !== undefined && termWords(rate).length > 0}
        onChange={change}
        zone={detail.zone}
      />
      <EffectChoice zone={detail.zone} effect={effect} onChange={setEffect} name="rate-effect" />
      <TextField label={m.rates.note} value={note} onInput={setNote} />
      {removing ? (
        <Confirm
          ask={m.rates.removeAsk(name)}
          go={m.rates.removeRate}
          busy={deed.busy}
          onGo={() => void send('remove')}
          onCancel={() => setRemoving(false)}
        />
      ) : (
        <span class="row">
          <Button kind="go" type="submit" disabled={deed.busy || effectiveFrom === undefined}>
            {m.rates.saveRate}
          </Button>
          <Button onClick={props.onCancel}>{m.word.cancel}</Button>
          {rate && (
            <Button kind="stop" onClick={() => setRemoving(true)}>
              {m.rates.removeRate}
            </Button>
          )}
        </span>
      )}
      {deed.error && <Fault error={deed.error} what={m.rates.saving} done />}
    </form>
  )
}

function MoreTerms(props: { edit: Edit; open: boolean; zone: string; onChange: (part: Partial<Edit>) => void }) {
  const { edit, onChange } = props
  const m = messages()
  return (
    <details open={props.open}>
      <summary>{m.rates.moreTerms}</summary>
      <div class="fields pad-top">
        <SelectField
          label={m.rates.anchor}
          value={edit.anchor}
          onChange={(anchor) => onChange({ anchor })}
          of={(['first-block', 'zero'] as const).map((value) => ({ value, text: m.rates.anchors[value] }))}
        />
        <NumberField label={m.rates.grace} value={edit.grace} onInput={(grace) => onChange({ grace })} />
        <NumberField
          label={m.rates.minimum}
          value={edit.minimum}
          decimal
          optional
          onInput={(minimum) => onChange({ minimum })}
        />
        <NumberField
          label={m.rates.maximum}
          value={edit.maximum}
          decimal
          optional
          onInput={(maximum) => onChange({ maximum })}
        />
        <SelectField
          label={m.rates.afterMaximum}
          value={edit.afterMaximum}
          disabled={edit.maximum === ''}
          onChange={(afterMaximum) => onChange({ afterMaximum })}
          of={(['free', 'stop'] as const).map((value) => ({ value, text: m.rates.after[value] }))}
        />
        <NumberField
          label={m.rates.disconnect}
          value={edit.disconnectFee}
          decimal
          optional
          onInput={(disconnectFee) => onChange({ disconnectFee })}
        />
        <NumberField
          label={m.rates.disconnectAfter}
          value={edit.disconnectAfter}
          onInput={(disconnectAfter) => onChange({ disconnectAfter })}
        />
        <Field label={m.rates.validTo}>
          <input
            type="datetime-local"
            value={edit.validTo}
            onInput={(event) => onChange({ validTo: event.currentTarget.value })}
          />
        </Field>
      </div>
      <Tiers tiers={edit.tiers} onChange={(tiers) => onChange({ tiers })} />
    </details>
  )
}

function NumberField(props: {
  label: string
  value: string
  decimal?: boolean
  optional?: boolean
  onInput: (value: string) => void
}) {
  return (
    <TextField
      label={props.label}
      value={props.value}
      onInput={props.onInput}
      inputMode={props.decimal ? 'decimal' : 'numeric'}
      pattern={props.decimal ? DECIMAL : SECONDS}
      required={!props.optional}
    />
  )
}

function editOf(rate: RateDetail | undefined, zone: string): Edit {
  const text = (decimal: string | null | undefined) => (decimal == null || isZero(decimal) ? '' : priceText(decimal))
  return {
    prefix: rate?.prefix ?? '',
    destination: rate?.destination ?? '',
    windowId: String(rate?.windowId ?? 0),
    price: rate ? priceText(rate.pricePerMinute) : '',
    connectFee: rate ? priceText(rate.connectFee) : '0',
    firstBlock: String(rate?.firstBlockSeconds ?? 60),
    increment: String(rate?.incrementSeconds ?? 60),
    anchor: rate?.anchor ?? 'first-block',
    minimum: text(rate?.minimumCharge),
    maximum: rate?.maximumCharge == null ? '' : priceText(rate.maximumCharge),
    afterMaximum: rate?.afterMaximum ?? 'free',
    grace: String(rate?.graceSeconds ?? 0),
    disconnectFee: text(rate?.disconnectFee),
    disconnectAfter: String(rate?.disconnectAfterSeconds ?? 0),
    validTo: rate?.validTo ? wallInput(zone, Date.parse(rate.validTo)) : '',
    tiers: (rate?.tiers ?? []).map((tier) => ({
      ...tier,
      pricePerMinute: priceText(tier.pricePerMinute),
      entryFee: priceText(tier.entryFee),
    })),
  }
}

function rateOf(edit: Edit, rate: RateDetail | undefined, zone: string) {
  const decimal = (text: string) => text.trim().replace(',', '.') || '0'
  const validToMs = wallInstant(zone, edit.validTo)
  return {
    prefix: edit.prefix.trim(),
    match: matchOf(edit.prefix.trim()),
    destination: edit.destination.trim(),
    windowId: Number(edit.windowId),
    effectiveFrom: rate?.effectiveFrom ?? new Date(0).toISOString(),
    pricePerMinute: decimal(edit.price),
    connectFee: decimal(edit.connectFee),
    firstBlockSeconds: Number(edit.firstBlock),
    incrementSeconds: Number(edit.increment),
    anchor: edit.anchor,
    minimumCharge: decimal(edit.minimum),
    maximumCharge: edit.maximum.trim() === '' ? null : decimal(edit.maximum),
    afterMaximum: edit.afterMaximum,
    graceSeconds: Number(edit.grace),
    disconnectFee: decimal(edit.disconnectFee),
    disconnectAfterSeconds: Number(edit.disconnectAfter),
    validTo: validToMs === undefined ? null : new Date(validToMs).toISOString(),
    tiers: edit.tiers.map((tier) => ({
      ...tier,
      pricePerMinute: decimal(tier.pricePerMinute),
      entryFee: decimal(tier.entryFee),
    })),
  }
}

/** An empty prefix is the default rate; "_NXX." an Asterisk pattern. */
function matchOf(prefix: string): RateDetail['match'] {
  return prefix === '' ? 'default' : prefix.startsWith('_') ? 'pattern' : 'prefix'
}
