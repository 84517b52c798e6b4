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

export function ChannelRows(given: Rows<ChannelRule>) {
  const m = messages()
  return (
    <RuleRows {...given} nameOf={(row) => row.match} add={m.rules.addChannel} blank={{ match: '', is: 'trunk' }}>
      {(row, change) => (
        <>
          <TextField
            label={m.rules.match}
            value={row.match}
            onInput={(match) => change({ ...row, match })}
            required
            mono
          />
          <SelectField
            label={m.rules.is}
            value={row.is}
            onChange={(is) => change({ ...row, is })}
            of={KINDS.map((value) => ({ value, text: m.rules.kinds[value] }))}
          />
          <TextField
            label={m.rules.context}
            value={row.context ?? ''}
            placeholder={m.rules.any}
            onInput={(text) => change(narrowed(row, 'context', text))}
            mono
          />
          <TextField
            label={m.rules.app}
            value={row.app ?? ''}
            placeholder={m.rules.any}
            onInput={(text) => change(narrowed(row, 'app', text))}
            mono
          />
        </>
      )}
    </RuleRows>
  )
}

/** An empty field means any, which a rule says by not having it. */
function narrowed(row: ChannelRule, key: 'context' | 'app', text: string): ChannelRule {
  const { [key]: _, ...rest } = row
  return text === '' ? rest : { ...rest, [key]: text }
}

export function ContextRows(given: Rows<ContextRule>) {
  const m = messages()
  const blank: ContextRule = { context: '', direction: 'inbound' }
  return (
    <RuleRows {...given} nameOf={(row) => row.context} add={m.rules.addContext} blank={blank}>
      {(row, change) => (
        <>
          <TextField
            label={m.rules.contextName}
            value={row.context}
            onInput={(context) => change({ ...row, context })}
            required
            mono
          />
          <SelectField
            label={m.rules.direction}
            value={row.direction}
            onChange={(direction) => change({ ...row, direction })}
            of={WAYS.map((value) => ({ value, text: m.word.direction[value] }))}
          />
        </>
      )}
    </RuleRows>
  )
}

type RuleRowsProps<T> = Rows<T> & {
  nameOf: (row: T) => string
  /** The button that adds a row, and the row it adds. */
  add: string
  blank: T
  children: (row: T, change: (row: T) => void) => ComponentChildren
}

/** So many are taken in at a glance; more are opened by whoever wants to change them. */
const AT_A_GLANCE = 12

function RuleRows<T>({ rows, onChange, nameOf, add, blank, children }: RuleRowsProps<T>) {
  const [wasMany] = useState(rows.length > AT_A_GLANCE)
  const list = (
    <>
      <ol class="rows dense">
        {rows.map((row, at) => (
          <li>
            <span class="at">{at + 1}</span>
            <div class="fields">
              {children(row, (changed) => onChange(rows.map((one, i) => (i === at ? changed : one))))}
            </div>
            <RowTools
              name={nameOf(row)}
              at={at}
              of={rows.length}
              onMove={(by) => onChange(moved(rows, at, by))}
              onRemove={() => onChange(rows.filter((_, i) => i !== at))}
            />
          </li>
        ))}
      </ol>
      <Button kind="quiet" icon="plus" onClick={() => onChange([...rows, blank])}>
        {add}
      </Button>
    </>
  )
  if (!wasMany) return list
  return (
    <details class="folded">
      <summary>{messages().rules.many(rows.length)}</summary>
      {list}
    </details>
  )
}
