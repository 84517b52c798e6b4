// How a sheet is read: what each column was taken for and why, the first rows, and the rows that cannot be read. Every
// choice can be changed; the rows follow.

import type { SheetField, SheetLayout, SheetPreview } from '@tollbook/api/wire-tariffs'
import type { ComponentChildren as Kids } from 'preact'
import { useState } from 'preact/hooks'
import type { ApiError } from '../../api/client.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import type { Deed } from '../../parts/form.tsx'
import { Button, Empty, Fault, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { LayoutForm } from './layout-form.tsx'
import { ProblemRows } from './problem-rows.tsx'

export function SheetReading(props: {
  preview: SheetPreview
  busy: boolean
  error: ApiError | undefined
  onLayout: (layout: SheetLayout) => void
  onAnother: () => void
  onDraft: (leaveOut: boolean) => void
  drafting: Deed
  ready: boolean
  /** Which deck it is for. */
  children: Kids
}) {
  const { preview, drafting } = props
  const m = messages()
  const [leaveOut, setLeaveOut] = useState(false)
  const blocked = preview.rates === 0 || (preview.problemCount > 0 && !leaveOut)
  return (
    <>
      <div class="cols side">
        <div class={props.busy ? 'stale' : undefined} aria-busy={props.busy}>
          <Section title={preview.filename}>
            <p class="say">
              {m.sheet.found(m.sheet.rows(preview.rows), m.rates.nRates(preview.rates))}{' '}
              <span class="muted">
                {[
                  preview.blankRows > 0 && m.sheet.blank(preview.blankRows),
                  preview.duplicateRows > 0 && m.sheet.duplicate(preview.duplicateRows),
                ]
                  .filter(Boolean)
                  .join(m.rates.list)}
              </span>
            </p>
            {preview.problemCount > 0 && (
              <p class="under">
                <a class="bad mid" href="#problems">
                  {m.sheet.problems(preview.problemCount)}
                </a>
              </p>
            )}
          </Section>
          <Section title={m.sheet.readAs}>
            <LayoutForm layout={preview.layout} sheets={preview.sheets} onChange={props.onLayout} />
          </Section>
        </div>
        <Section title={m.sheet.name}>
          {props.children}
          <div class="stack tight pad-top">
            {preview.problemCount > 0 && (
              <label class="check">
                <input
                  type="checkbox"
                  checked={leaveOut}
                  onChange={(event) => setLeaveOut(event.currentTarget.checked)}
                />
                {m.sheet.leaveOut(preview.problemCount)}
              </label>
            )}
            <span class="row">
              <Button
                kind="go"
                icon="git-compare"
                disabled={drafting.busy || props.busy || blocked || !props.ready}
                onClick={() => props.onDraft(leaveOut)}
              >
                {m.sheet.makeDraft}
              </Button>
              <Button kind="quiet" onClick={props.onAnother}>
                {m.sheet.another}
              </Button>
            </span>
            <span class="hint">{m.sheet.safe}</span>
            {drafting.error && <Fault error={drafting.error} what={m.sheet.drafting} done />}
          </div>
        </Section>
      </div>
      {props.error && <Fault error={props.error} what={m.sheet.reading} />}
      {preview.rates === 0 && <Empty icon="table-2" title={m.sheet.noRates} hint={m.sheet.noRatesHint} />}
      <Sample preview={preview} busy={props.busy} onLayout={props.onLayout} />
      {preview.problemCount > 0 && (
        <Section id="problems" title={m.sheet.problems(preview.problemCount)} hint={m.sheet.problemsHint}>
          <ProblemRows problems={preview.problems} total={preview.problemCount} />
        </Section>
      )}
    </>
  )
}

function Sample(props: { preview: SheetPreview; busy: boolean; onLayout: (layout: SheetLayout) => void }) {
  const { preview, onLayout } = props
  const { layout } = preview
  const m = messages()
  const choose = (at: number, field: SheetField) =>
    onLayout({ ...layout, columns: layout.columns.map((one, i) => (i === at ? field : one)) })
  return (
    <Section title={m.sheet.sample}>
      <div class={props.busy ? 'stale' : undefined}>
        <TableBox label={m.sheet.sample}>
          <table class="t sheetrows">
            <thead>
              <tr>
                <th class="n">{m.sheet.line}</th>
                {layout.columns.map((field, at) => (
                  <th class={field === 'ignore' ? 'off' : undefined}>
                    <span class="sub">
                      {letterOf(at)} {preview.header[at] ?? ''}
                    </span>
                    <select
                      class="inp"
                      aria-label={m.sheet.column(letterOf(at))}
                      value={field}
                      onChange={(event) => choose(at, event.currentTarget.value as SheetField)}
                    >
                      {choicesFor(field).map((one) => (
                        <option value={one}>{fieldWords(one)}</option>
                      ))}
                    </select>
                    <span class="sub why-so">{preview.reasons[at] || (field === 'ignore' ? '' : m.sheet.chosen)}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.sample.map((row) => (
                <tr class={row.problem ? 'wrong' : undefined}>
                  <td class="n">{count(row.line)}</td>
                  {layout.columns.map((field, at) => (
                    <td class={`mono ${field === 'ignore' ? 'off' : ''}`}>
                      {row.cells[at] ?? ''}
                      {at === 0 && row.problem && <span class="sub bad">{row.problem}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </TableBox>
      </div>
    </Section>
  )
}

/** Columns that only an A2Billing sheet has are named as there, and offered only where one was found. */
export function fieldWords(field: SheetField): string {
  const words: Readonly<Record<string, string>> = messages().sheet.fields
  return words[field] ?? field
}

function choicesFor(field: SheetField): readonly SheetField[] {
  const usual = Object.keys(messages().sheet.fields) as SheetField[]
  return usual.includes(field) ? usual : [...usual, field]
}

/** A, B, … Z, AA: as spreadsheets name their columns. */
export function letterOf(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26))
  return column < 26 ? letter : letterOf(Math.floor(column / 26) - 1) + letter
}
