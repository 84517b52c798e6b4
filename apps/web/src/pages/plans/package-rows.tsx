// Packages of a plan in order of priority: so many minutes or calls a period, to some numbers or to all.

import type { PackageInfo } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { messages } from '../../i18n/messages.ts'
import { SelectField, TextField } from '../../parts/form.tsx'
import { Button } from '../../parts/frame.tsx'
import { moved, RowTools } from './row-tools.tsx'

const FRESH: PackageInfo = { name: '', kind: 'seconds', amount: 6000, period: 'month', startDay: 1, prefixes: [] }

export function PackageRows(props: { rows: readonly PackageInfo[]; onChange: (rows: readonly PackageInfo[]) => void }) {
  const { rows, onChange } = props
  const m = messages()
  const change = (at: number, part: Partial<PackageInfo>) =>
    onChange(rows.map((row, i) => (i === at ? { ...row, ...part } : row)))
  return (
    <>
      <ol class="rows">
        {rows.map((row, at) => (
          <li>
            <span class="at">{at + 1}</span>
            <Fields row={row} onChange={(part) => change(at, part)} />
            <RowTools
              name={row.name || m.plans.packageName}
              at={at}
              of={rows.length}
              onMove={(by) => onChange(moved(rows, at, by))}
              onRemove={() => onChange(rows.filter((_, i) => i !== at))}
            />
          </li>
        ))}
      </ol>
      <Button kind="quiet" icon="plus" onClick={() => onChange([...rows, FRESH])}>
        {m.plans.addPackage}
      </Button>
    </>
  )
}

function Fields({ row, onChange }: { row: PackageInfo; onChange: (part: Partial<PackageInfo>) => void }) {
  const m = messages()
  // People think in minutes, the wire counts seconds.
  const per = row.kind === 'seconds' ? 60 : 1
  return (
    <div class="fields">
      <TextField label={m.plans.packageName} value={row.name} onInput={(name) => onChange({ name })} required />
      <SelectField
        label={m.plans.kind}
        value={row.kind}
        onChange={(kind) => onChange({ kind, amount: kind === 'unlimited' ? 0 : kind === 'seconds' ? 6000 : 100 })}
        of={(['seconds', 'calls', 'unlimited'] as const).map((value) => ({ value, text: m.plans.kinds[value] }))}
      />
      {row.kind !== 'unlimited' && (
        <TextField
          label={m.plans.amount}
          value={String(Math.floor(row.amount / per))}
          onInput={(text) => onChange({ amount: (Number(text) || 0) * per })}
          inputMode="numeric"
          pattern="[1-9]\d{0,6}"
          required
        />
      )}
      <SelectField
        label={m.plans.period}
        value={row.period}
        onChange={(period) => onChange({ period, startDay: 1 })}
        of={(['day', 'week', 'month'] as const).map((value) => ({ value, text: m.plans.periods[value] }))}
      />
      {row.period !== 'day' && (
        <TextField
          label={m.plans.startDay}
          hint={m.plans.startDays[row.period]}
          value={String(row.startDay)}
          onInput={(text) => onChange({ startDay: Number(text) || 0 })}
          inputMode="numeric"
          pattern={row.period === 'week' ? '[1-7]' : '[1-9]|[12]\\d|3[01]'}
          required
        />
      )}
      <Prefixes prefixes={row.prefixes} onChange={(prefixes) => onChange({ prefixes })} />
    </div>
  )
}

/** The list as it is typed: a comma at the end is kept while the next prefix is not there yet. */
function Prefixes(props: { prefixes: readonly string[]; onChange: (prefixes: readonly string[]) => void }) {
  const m = messages()
  const [typed, setTyped] = useState('')
  const listed = props.prefixes.join(', ')
  return (
    <TextField
      label={m.plans.to}
      hint={m.plans.toAll}
      value={prefixesOf(typed).join(', ') === listed ? typed : listed}
      onInput={(text) => {
        setTyped(text)
        props.onChange(prefixesOf(text))
      }}
      mono
    />
  )
}

function prefixesOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean)
}
