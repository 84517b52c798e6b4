// What the rules on the page would make of the calls of the last days, before anybody saves them.

import type { CallRules, RulesPreview } from '@tollbook/api/wire-rules'
import { useState } from 'preact/hooks'
import { previewRules } from '../../api/rules-routes.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { linkTo, type View } from '../../state/view.ts'

export function Preview({ view, source, rules }: { view: View; source: string; rules: CallRules }) {
  const m = messages()
  const [found, setFound] = useState<{ of: CallRules; preview: RulesPreview }>()
  const deed = useDeed()
  const ask = () =>
    deed.run(async () => setFound({ of: rules, preview: await previewRules(view.tenant.slug, source, rules) }))
  return (
    <Section title={m.rules.preview}>
      <div class="stack">
        <span class="row">
          <Button disabled={deed.busy} onClick={() => void ask()}>
            {m.rules.preview}
          </Button>
        </span>
        {/* What was found of other rules than those on the page would mislead. */}
        <div role="status">{found?.of === rules && <Found view={view} preview={found.preview} />}</div>
        {deed.error && <Fault error={deed.error} what={m.rules.previewing} done />}
      </div>
    </Section>
  )
}

function Found({ view, preview }: { view: View; preview: RulesPreview }) {
  const m = messages()
  return (
    <>
      <p>
        {m.rules.seen(preview.seen, preview.changed)} {!preview.complete && m.rules.more}
      </p>
      {preview.fields.length > 0 && (
        <p class="hint">
          {m.rules.byField}: {preview.fields.map(({ field, calls }) => `${field} ${count(calls)}`).join(', ')}
        </p>
      )}
      {preview.examples.length > 0 && <Examples view={view} preview={preview} />}
    </>
  )
}

function Examples({ view, preview }: { view: View; preview: RulesPreview }) {
  const m = messages()
  return (
    <TableBox label={m.rules.preview}>
      <table>
        <thead>
          <tr>
            <th scope="col">{m.rules.call}</th>
            <th scope="col">{m.rules.byField}</th>
            <th scope="col">{m.rules.was}</th>
            <th scope="col">{m.rules.becomes}</th>
          </tr>
        </thead>
        <tbody>
          {preview.examples.flatMap((one) =>
            Object.keys(one.after).map((field, i) => (
              <tr>
                <td>
                  {i === 0 && (
                    <a class="link" href={linkTo(view, `/calls/${one.key}`)}>
                      {one.from || '–'} → {one.to || '–'}
                    </a>
                  )}
                </td>
                <td>{field}</td>
                <td class="mono">{told(one.before[field])}</td>
                <td class="mono">{told(one.after[field])}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </TableBox>
  )
}

function told(value: unknown): string {
  return value === null || value === undefined || value === ''
    ? '–'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
}
