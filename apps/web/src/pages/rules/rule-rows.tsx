// The rules in their order: channels and what they are, contexts and which way calls go that begin in them.

import type { ChannelRule, ContextRule } from '@tollbook/api/wire-rules'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { messages } from '../../i18n/messages.ts'
import { SelectField, TextField } from '../../parts/form.tsx'
import { Button } from '../../parts/frame.tsx'
import { moved, RowTools } from '../plans/row-tools.tsx'

type Rows<T> = { rows: readonly T[]; onChange: (rows: readonly T[]) => void }

const KINDS = ['person', 'hop', 'program', 'trunk'] as const
const WAYS = ['inbound', 'outbound', 'internal'] as const

export function ChannelRows({ rows, onChange }: Rows<ChannelRule>) {
  const m = messages()
  const change = (at: number, row: ChannelRule) => onChange(rows.map((one, i) => (i === at ? row : one)))
  return (
    <Folded count={rows.length}>
      <ol class="rows dense">
        {rows.map((row, at) => (
          <li>
            <span class="at">{at + 1}</span>
            <div class="fields">
              <TextField
                label={m.rules.match}
                value={row.match}
                onInput={(match) => change(at, { ...row, match })}
                required
                mono
              />
              <SelectField
                label={m.rules.is}
                value={row.is}
                onChange={(is) => change(at, { ...row, is })}
                of={KINDS.map((value) => ({ value, text: m.rules.kinds[value] }))}
              />
              <TextField
                label={m.rules.context}
                value={row.context ?? ''}
                placeholder={m.rules.any}
                onInput={(text) => change(at, narrowed(row, 'context', text))}
                mono
              />
              <TextField
                label={m.rules.app}
                value={row.app ?? ''}
                placeholder={m.rules.any}
                onInput={(text) => change(at, narrowed(row, 'app', text))}
                mono
              />
            </div>
            <RowTools
              name={row.match}
              at={at}
              of={rows.length}
              onMove={(by) => onChange(moved(rows, at, by))}
              onRemove={() => onChange(rows.filter((_, i) => i !== at))}
            />
          </li>
        ))}
      </ol>
      <Button kind="quiet" icon="plus" onClick={() => onChange([...rows, { match: '', is: 'trunk' }])}>
        {m.rules.addChannel}
      </Button>
    </Folded>
  )
}

/** So many are taken in at a glance; more are opened by whoever wants to change them. */
const AT_A_GLANCE = 12

function Folded({ count, children }: { count: number; children: ComponentChildren }) {
  const [wasMany] = useState(count > AT_A_GLANCE)
  if (!wasMany) return <>{children}</>
  return (
    <details class="folded">
      <summary>{messages().rules.many(count)}</summary>
      {children}
    </details>
  )
}

/** An empty field means any, which a rule says by not having it. */
function narrowed(row: ChannelRule, key: 'context' | 'app', text: string): ChannelRule {
  const { [key]: _, ...rest } = row
  return text === '' ? rest : { ...rest, [key]: text }
}

export function ContextRows({ rows, onChange }: Rows<ContextRule>) {
  const m = messages()
  const change = (at: number, part: Partial<ContextRule>) =>
    onChange(rows.map((one, i) => (i === at ? { ...one, ...part } : one)))
  return (
    <Folded count={rows.length}>
      <ol class="rows dense">
        {rows.map((row, at) => (
          <li>
            <span class="at">{at + 1}</span>
            <div class="fields">
              <TextField
                label={m.rules.contextName}
                value={row.context}
                onInput={(context) => change(at, { context })}
                required
                mono
              />
              <SelectField
                label={m.rules.direction}
                value={row.direction}
                onChange={(direction) => change(at, { direction })}
                of={WAYS.map((value) => ({ value, text: m.word.direction[value] }))}
              />
            </div>
            <RowTools
              name={row.context}
              at={at}
              of={rows.length}
              onMove={(by) => onChange(moved(rows, at, by))}
              onRemove={() => onChange(rows.filter((_, i) => i !== at))}
            />
          </li>
        ))}
      </ol>
      <Button kind="quiet" icon="plus" onClick={() => onChange([...rows, { context: '', direction: 'inbound' }])}>
        {m.rules.addContext}
      </Button>
    </Folded>
  )
}
