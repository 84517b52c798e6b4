// An empty tenant: three doors, each ends in figures. No tour, no modal.

import { listImports } from '../api/routes.ts'
import { messages } from '../i18n/messages.ts'
import { PageHead } from '../parts/frame.tsx'
import { Icon } from '../parts/icon.tsx'
import { useLoad } from '../state/load.ts'
import { mayWrite, session } from '../state/session.ts'
import { linkTo, useView } from '../state/view.ts'
import { FileImport } from './imports/file-import.tsx'

export function Welcome() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const imports = useLoad(`imports/${slug}`, (signal) => listImports(slug, signal), ['imports'])
  const busy = imports.data?.items.some((one) => one.state === 'queued' || one.state === 'running') ?? false
  const failed = imports.data?.items.find((one) => one.state === 'failed')
  const sample = session.value?.tenants.find((one) => one.isSample && one.slug !== slug)
  return (
    <>
      <PageHead title={m.welcome.title} />
      <p class="say">{m.welcome.say}</p>
      <div role="status">
        {busy && <p class="note">{m.welcome.importing}</p>}
        {!busy && failed && (
          <p class="note bad">
            <b class="b">{m.imports.refused(failed.filename)}.</b> {failed.error}
          </p>
        )}
      </div>
      <div class="ways">
        <section aria-labelledby="way-file">
          <h2 id="way-file">{m.welcome.file}</h2>
          {mayWrite(view.tenant, 'operator') ? (
            <FileImport view={view} onQueued={imports.again} plain />
          ) : (
            <p class="hint">{m.word.readOnly}</p>
          )}
        </section>
        <section aria-labelledby="way-asterisk">
          <h2 id="way-asterisk">{m.welcome.asterisk}</h2>
          <div class="drop calm">
            <Icon name="plug" />
            <b class="b">manager.conf, cdr.conf, cel.conf</b>
            <span class="hint">{m.welcome.asteriskHint}</span>
            <a class="btn" href={linkTo(view, '/live', { edit: 'new' })}>
              {m.welcome.toLive}
            </a>
          </div>
          <p class="hint">{m.live.connectHint}</p>
        </section>
        <section aria-labelledby="way-sheet">
          <h2 id="way-sheet">{m.welcome.sheet}</h2>
          <div class="drop calm">
            <Icon name="tags" />
            <b class="b">CSV, XLSX</b>
            <span class="hint">prefix, destination, rate, …</span>
            <a class="btn" href={linkTo(view, '/rates/import')}>
              {m.welcome.toRates}
            </a>
          </div>
          <p class="hint">{m.welcome.sheetHint}</p>
        </section>
      </div>
      {sample && (
        <p class="row look">
          <span class="muted">{m.welcome.look}</span>
          <a class="btn" href={`/?tenant=${sample.slug}`}>
            {m.welcome.sample} <Icon name="arrow-right" />
          </a>
        </p>
      )}
    </>
  )
}
