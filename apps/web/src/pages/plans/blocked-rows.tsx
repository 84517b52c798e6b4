// What a plan does not sell: digits prefixes or Asterisk patterns, each with why.

import type { PlanInfo } from '@tollbook/api/wire-tariffs'
import { messages } from '../../i18n/messages.ts'
import { TextField } from '../../parts/form.tsx'
import { Button } from '../../parts/frame.tsx'
import { RowTools } from './row-tools.tsx'

type Row = PlanInfo['blocked'][number]

export function BlockedRows({ rows, onChange }: { rows: readonly Row[]; onChange: (rows: readonly Row[]) => void }) {
  const m = messages()
  const change = (at: number, part: Partial<Row>) =>
    onChange(rows.map((row, i) => (i === at ? { ...row, ...part } : row)))
  return (
    <>
      <ul class="rows">
        {rows.map((row, at) => (
          <li>
            <span class="at" />
            <div class="fields">
              <TextField
                label={m.plans.prefix}
                value={row.prefix}
                onInput={(prefix) => change(at, { prefix: prefix.trim() })}
                pattern="\+?\d{1,15}|_.+"
                mono
              />
              <TextField label={m.plans.note} value={row.note} onInput={(note) => change(at, { note })} />
            </div>
            <RowTools
              name={row.prefix || m.plans.prefix}
              at={at}
              of={rows.length}
              onRemove={() => onChange(rows.filter((_, i) => i !== at))}
            />
          </li>
        ))}
      </ul>
      <Button kind="quiet" icon="plus" onClick={() => onChange([...rows, { prefix: '', note: '' }])}>
        {m.plans.addBlocked}
      </Button>
    </>
  )
}
