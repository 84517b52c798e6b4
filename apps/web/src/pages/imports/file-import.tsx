// The door for CDR files: source and zone first, then drop. Each file is sent by itself, so one that is refused does not
// hold up the others. Used by Imports and by the welcome page.

import { useState } from 'preact/hooks'
import { ApiError } from '../../api/client.ts'
import { listSources, startImport } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { DropZone } from '../../parts/drop-zone.tsx'
import { SelectField, TextField } from '../../parts/form.tsx'
import { Fault } from '../../parts/frame.tsx'
import { useLoad } from '../../state/load.ts'
import { refreshSession } from '../../state/session.ts'
import type { View } from '../../state/view.ts'

/** What the api calls a source nobody named. */
const DEFAULT_SOURCE = 'asterisk'
const NEW = '\u0000new'

type Sending = {
  readonly name: string
  readonly percent: number
  readonly error: ApiError | undefined
  readonly done: boolean
}

export function FileImport({ view, onQueued, plain }: { view: View; onQueued: () => void; plain?: boolean }) {
  const m = messages()
  const [sendings, setSendings] = useState<readonly Sending[]>([])
  const [source, setSource] = useState<string | undefined>(undefined)
  const [newName, setNewName] = useState('')
  const [zone, setZone] = useState('auto')
  const [columns, setColumns] = useState('')
  const slug = view.tenant.slug
  const { data } = useLoad(`sources/${slug}`, (signal) => listSources(slug, signal), ['sources'])
  const known = data?.items.map((one) => one.name) ?? []
  const chosen = source ?? known[0] ?? DEFAULT_SOURCE
  const names = [...new Set([...known, ...(known.length === 0 ? [DEFAULT_SOURCE] : [])])]

  const change = (at: number, part: Partial<Sending>) =>
    setSendings((all) => all.map((one, i) => (i === at ? { ...one, ...part } : one)))
  const sendAll = async (files: readonly File[]) => {
    setSendings(files.map((file) => ({ name: file.name, percent: 0, error: undefined, done: false })))
    for (const [at, file] of files.entries()) {
      const form = new FormData()
      form.set('source', chosen === NEW ? newName.trim() || DEFAULT_SOURCE : chosen)
      form.set('zone', zone)
      if (columns.trim() !== '') form.set('columns', columns.trim())
      form.set('file', file)
      try {
        await startImport(slug, form, (sent, total) => change(at, { percent: Math.floor((100 * sent) / total) }))
        change(at, { done: true })
        onQueued()
      } catch (cause) {
        const error =
          cause instanceof ApiError ? cause : new ApiError({ status: 0, kind: 'page', title: String(cause) })
        change(at, { error })
      }
    }
    void refreshSession()
  }

  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zones = [...new Set([view.tenant.zone, mine, 'UTC'])]
  return (
    <div class={plain ? 'file-import plain' : 'file-import'}>
      <DropZone
        icon="file-up"
        title={m.imports.drop}
        hint={m.imports.dropHint}
        button={m.imports.choose}
        accept=""
        multiple
        onFiles={(files) => void sendAll(files)}
      />
      <div class="form">
        <SelectField
          label={m.imports.source}
          value={chosen}
          onChange={setSource}
          of={[...names.map((name) => ({ value: name, text: name })), { value: NEW, text: m.imports.newSource }]}
          hint={m.imports.sourceHint}
        />
        {chosen === NEW && <TextField label={m.imports.sourceName} value={newName} onInput={setNewName} required />}
        <SelectField
          label={m.imports.zone}
          value={zone}
          onChange={setZone}
          of={[{ value: 'auto', text: m.imports.zoneAuto }, ...zones.map((one) => ({ value: one, text: one }))]}
        />
        {!plain && (
          <TextField label={m.imports.columns} hint={m.imports.columnsHint} value={columns} onInput={setColumns} mono />
        )}
        <p class="hint">
          {m.imports.usual} <code>/var/log/asterisk/cdr-csv/</code>. {m.imports.harmless}
        </p>
      </div>
      <ul class="sendings" role="status">
        {sendings
          .filter((one) => !one.done && !one.error)
          .map((one) => (
            <li>
              {one.name} <span class="hint">{m.imports.uploading(String(one.percent))}</span>
            </li>
          ))}
      </ul>
      {sendings
        .filter((one) => one.error)
        .map(
          (one) => one.error && <Fault error={one.error} what={one.name} title={m.imports.refused(one.name)} done />,
        )}
    </div>
  )
}
