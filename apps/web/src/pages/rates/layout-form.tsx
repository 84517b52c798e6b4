// What holds for a whole sheet: where its header is, which mark splits a decimal, what prices and dates mean.

import type { SheetLayout } from '@tollbook/api/wire-tariffs'
import { messages } from '../../i18n/messages.ts'
import { Field, SelectField } from '../../parts/form.tsx'

type Part = Partial<SheetLayout>

export function LayoutForm(props: {
  layout: SheetLayout
  sheets: readonly string[]
  onChange: (layout: SheetLayout) => void
}) {
  const { layout, sheets } = props
  const m = messages()
  const words = m.sheet
  const change = (part: Part) => props.onChange({ ...layout, ...part })
  return (
    <div class="fields">
      {sheets.length > 1 && (
        <SelectField
          label={words.sheetOf}
          value={layout.sheet || (sheets[0] ?? '')}
          onChange={(sheet) => change({ sheet })}
          of={sheets.map((value) => ({ value, text: value }))}
        />
      )}
      {layout.delimiter !== '' && (
        <SelectField
          label={words.delimiter}
          value={layout.delimiter}
          onChange={(delimiter) => change({ delimiter })}
          of={([',', ';', '\t', '|'] as const).map((value) => ({ value, text: words.delimiters[value] }))}
        />
      )}
      <Whole
        label={`${words.header} (${words.headerHint})`}
        value={layout.headerLine}
        onPick={(headerLine) => change({ headerLine })}
      />
      {layout.mode === 'a2billing' && (
        <SelectField
          label={words.manner}
          value={layout.mode}
          onChange={(mode) => change({ mode })}
          of={(['a2billing', 'plain'] as const).map((value) => ({ value, text: m.rates.modes[value] }))}
        />
      )}
      <SelectField
        label={words.decimal}
        value={layout.decimalComma ? 'comma' : 'point'}
        onChange={(value) => change({ decimalComma: value === 'comma' })}
        of={(['point', 'comma'] as const).map((value) => ({ value, text: words.decimals[value] }))}
      />
      <SelectField
        label={words.unit}
        value={layout.unit}
        onChange={(unit) => change({ unit })}
        of={(['per-minute', 'per-second'] as const).map((value) => ({ value, text: words.units[value] }))}
      />
      <SelectField
        label={words.money}
        value={layout.cents ? 'cents' : 'whole'}
        onChange={(value) => change({ cents: value === 'cents' })}
        of={[
          { value: 'whole', text: words.whole },
          { value: 'cents', text: words.cents },
        ]}
      />
      <SelectField
        label={words.dates}
        value={layout.dateOrder}
        onChange={(dateOrder) => change({ dateOrder })}
        of={(['ymd', 'dmy', 'mdy'] as const).map((value) => ({ value, text: words.dateOrders[value] }))}
      />
      <Whole
        label={words.firstBlock}
        value={layout.firstBlockSeconds}
        onPick={(firstBlockSeconds) => change({ firstBlockSeconds })}
        hint={words.blocksHint}
      />
      <Whole
        label={words.increment}
        value={layout.incrementSeconds}
        onPick={(incrementSeconds) => change({ incrementSeconds })}
        hint={words.blocksHint}
      />
      <SelectField
        label={m.rates.anchor}
        value={layout.anchor}
        onChange={(anchor) => change({ anchor })}
        of={(['first-block', 'zero'] as const).map((value) => ({ value, text: m.rates.anchors[value] }))}
      />
    </div>
  )
}

/** A small whole number; asked for again only when the field is left, not with every digit. */
function Whole(props: { label: string; value: number; hint?: string; onPick: (value: number) => void }) {
  return (
    <Field label={props.label} hint={props.hint}>
      <input
        type="number"
        min={0}
        max={99999}
        value={props.value}
        onChange={(event) => {
          const value = event.currentTarget.valueAsNumber
          if (Number.isInteger(value) && value >= 0) props.onPick(value)
        }}
      />
    </Field>
  )
}
