// Files in: drop them, watch them being read, see what could not be. Everything repeats without harm.

import type { ImportRow } from '@tollbook/api/wire'
import { listImports } from '../../api/routes.ts'
import { bytes, count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Await, Empty, PageHead, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { callsOf, linkTo, useView, type View } from '../../state/view.ts'
import { FileImport } from './file-import.tsx'
import { Rejects } from './rejects.tsx'

export function Imports() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const loaded = useLoad(`imports/${slug}`, (signal) => listImports(slug, signal), ['imports', 'calls'])
  return (
    <>
      <PageHead title={m.nav.imports} />
      {mayWrite(view.tenant, 'operator') ? (
        <FileImport view={view} onQueued={loaded.again} />
      ) : (
        <p class="hint">{m.word.readOnly}</p>
      )}
      <Section title={m.imports.history}>
        <Await of={loaded} what={m.imports.reading} height={240}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon="upload" title={m.imports.empty} hint={m.imports.emptyHint} />
            ) : (
              <History view={view} imports={items} />
            )
          }
        </Await>
      </Section>
      <Rejects view={view} />
    </>
  )
}

/** Per cent of the bytes; an import that is done is done, whatever was counted. */
function progressOf(row: ImportRow): number {
  if (row.state === 'done') return 100
  return row.bytesTotal === 0 ? 0 : Math.min(99, Math.floor((100 * row.bytesDone) / row.bytesTotal))
}

function History({ view, imports }: { view: View; imports: readonly ImportRow[] }) {
  const m = messages()
  const running = imports.filter((row) => row.state === 'running')
  return (
    <>
      <span class="sr" role="status">
        {running
          .map((row) => m.imports.progress(row.filename, String(progressOf(row)), m.word.rows(row.read)))
          .join('; ')}
      </span>
      <TableBox label={m.imports.history}>
        <table class="t cards">
          <thead>
            <tr>
              <th>{m.imports.file}</th>
              <th>{m.imports.state}</th>
              <th class="n">{m.imports.rows}</th>
              <th class="n">{m.imports.inserted}</th>
              <th class="n">{m.imports.duplicates}</th>
              <th class="n">{m.imports.rejected}</th>
              <th class="n">{m.imports.calls}</th>
              <th class="n">
                {m.imports.rated}
                <span class="sub">{m.imports.atImport}</span>
              </th>
              <th class="n">
                {m.imports.unrated}
                <span class="sub">{m.imports.atImport}</span>
              </th>
              <th class="n">{m.imports.at}</th>
            </tr>
          </thead>
          <tbody>
            {imports.map((row) => (
              <HistoryRow view={view} row={row} />
            ))}
          </tbody>
        </table>
      </TableBox>
    </>
  )
}

function HistoryRow({ view, row }: { view: View; row: ImportRow }) {
  const m = messages()
  const n = (value: number) => (value > 0 ? count(value) : <span class="frac">0</span>)
  const about = [row.source, row.format, row.zone].filter(Boolean).join(' · ')
  return (
    <tr>
      <td class="narrow">
        <span class="b line">{row.filename}</span>
        {row.error ? (
          <span class="sub bad">{row.error}</span>
        ) : (
          <span class="sub">{m.imports.result(count(row.inserted), m.word.calls(row.calls), count(row.rated))}</span>
        )}
        {row.rejected > 0 && (
          <a class="warn sub" href="#rejects">
            {m.imports.rejected} {count(row.rejected)}
          </a>
        )}
      </td>
      <td class="narrow r">
        <State row={row} brief />
        <span class="hint line">{when('day', view.zone, row.createdAt)}</span>
      </td>
      <td class="x lead">
        {row.filename}
        <span class="sub">{about || bytes(row.bytesTotal)}</span>
      </td>
      <td class="x">
        <State row={row} />
      </td>
      <td class="n x">{n(row.read)}</td>
      <td class="n x">
        {n(row.inserted)}
        {row.cel + row.queueEvents > 0 && <span class="sub">{m.imports.events(count(row.cel + row.queueEvents))}</span>}
      </td>
      <td class="n x">{n(row.duplicates)}</td>
      <td class="n x">
        {row.rejected > 0 ? (
          <a class="warn" href="#rejects">
            {count(row.rejected)}
          </a>
        ) : (
          n(0)
        )}
      </td>
      <td class="n x">
        {row.calls > 0 ? <a href={linkTo(view, '/calls', { range: null })}>{count(row.calls)}</a> : n(0)}
      </td>
      <td class="n x">{n(row.rated)}</td>
      <td class="n x">
        {row.unrated > 0 ? (
          <a class="warn" href={callsOf(view, { rated: 'unrated', range: null })}>
            {count(row.unrated)}
          </a>
        ) : (
          n(0)
        )}
      </td>
      <td class="n x nw">{when('dateTime', view.zone, row.createdAt)}</td>
    </tr>
  )
}

function State({ row, brief }: { row: ImportRow; brief?: boolean }) {
  const m = messages()
  const kind = { queued: '', running: '', done: 'ok', failed: 'bad' }[row.state]
  if (row.state === 'running') {
    const percent = progressOf(row)
    return (
      <span class="progress">
        <progress max={100} value={percent} aria-label={m.imports.states.running} />
        <span class="hint nw">{percent}%</span>
      </span>
    )
  }
  return (
    <>
      <span class={`tag ${kind}`}>{m.imports.states[row.state]}</span>
      {row.error && !brief && <span class="sub bad">{row.error}</span>}
    </>
  )
}
