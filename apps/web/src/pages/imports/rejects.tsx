// Rows that could not be read: where, why, and their raw text, until a person retries or dismisses them.

import type { RejectRow } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { dismissRejects, listRejects, retryRejects } from '../../api/routes.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { useDeed } from '../../parts/form.tsx'
import { Await, Button, Empty, Fault, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import type { View } from '../../state/view.ts'

const PAGE = 100

export function Rejects({ view }: { view: View }) {
  const m = messages()
  const slug = view.tenant.slug
  const loaded = useLoad(`rejects/${slug}`, (signal) => listRejects(slug, { limit: PAGE }, signal), ['imports'])
  const deed = useDeed()
  const [said, setSaid] = useState('')
  const writes = mayWrite(view.tenant, 'operator')
  const rows = loaded.data?.items ?? []
  const retry = async (row?: RejectRow) => {
    const keys = row && [{ source: row.source, key: row.key }]
    const worked = await deed.run(async () => {
      const report = await retryRejects(slug, keys)
      setSaid(m.imports.retried(count(report.tried), count(report.recovered)))
    })
    if (worked) loaded.again()
  }
  const dismiss = async (row: RejectRow) => {
    const worked = await deed.run(() => dismissRejects(slug, [{ source: row.source, key: row.key }]))
    if (worked) {
      setSaid(m.imports.undo)
      loaded.again()
    }
  }
  return (
    <Section
      id="rejects"
      title={m.imports.rejects}
      hint={m.imports.rejectsHint}
      tools={
        writes && rows.length > 0 ? (
          <Button icon="rotate-ccw" disabled={deed.busy} onClick={() => void retry()}>
            {m.imports.retryAll}
          </Button>
        ) : null
      }
    >
      <div role="status">{said && <p class="note">{said}</p>}</div>
      {deed.error && <Fault error={deed.error} what={m.imports.retrying} done />}
      <Await of={loaded} what={m.imports.readingRejects} height={120}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty icon="circle-check" title={m.imports.noRejects} hint={m.imports.noRejectsHint} />
          ) : (
            <TableBox label={m.imports.rejects}>
              <table class="t cards rejects">
                <thead>
                  <tr>
                    <th>{m.imports.where}</th>
                    <th>{m.imports.why}</th>
                    <th class="n wide">{m.imports.seen}</th>
                    {writes && <th />}
                  </tr>
                </thead>
                <tbody>
                  {items.map((row) => (
                    <tr>
                      <td class="where">
                        {row.filename || m.imports.live}
                        <span class="sub">
                          {row.source}
                          {row.line > 0 && ` · ${m.imports.line(count(row.line))}`}
                        </span>
                      </td>
                      <td class="because">
                        {row.reason}
                        <span class="sub mono raw-line">{row.raw}</span>
                      </td>
                      <td class="n nw wide">{when('dayTime', view.zone, row.rejectedAt)}</td>
                      {writes && (
                        <td class="n nw acts">
                          <button type="button" class="link" disabled={deed.busy} onClick={() => void retry(row)}>
                            {m.imports.retry}
                          </button>{' '}
                          <button type="button" class="link" disabled={deed.busy} onClick={() => void dismiss(row)}>
                            {m.imports.dismiss}
                          </button>
                        </td>
                      )}
                    </tr>
                  ))}
                </tbody>
              </table>
              {next !== null && <p class="hint under">{m.imports.more(count(PAGE))}</p>}
            </TableBox>
          )
        }
      </Await>
    </Section>
  )
}
