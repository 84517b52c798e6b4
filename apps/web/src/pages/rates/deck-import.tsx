// The door for rate sheets: drop a CSV, name the deck, see what could not be read. Nothing is changed before the button.

import type { DeckImportReport, DeckRow } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { importDeck } from '../../api/routes.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { DropZone } from '../../parts/drop-zone.tsx'
import { SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import type { View } from '../../state/view.ts'

const HEAD = 'prefix,destination,rate,connect_fee,first_block,increment,effective_from'
/** As many problem lines as one reads; the rest is counted. */
const SHOWN = 50

export function DeckImport({
  view,
  decks,
  onImported,
}: {
  view: View
  decks: readonly DeckRow[]
  onImported: () => void
}) {
  const m = messages()
  const [file, setFile] = useState<File | undefined>(undefined)
  const [name, setName] = useState('')
  const [side, setSide] = useState<'sell' | 'buy'>('sell')
  const [currency, setCurrency] = useState(view.tenant.currency)
  const [makeDefault, setMakeDefault] = useState(false)
  const [report, setReport] = useState<DeckImportReport | undefined>(undefined)
  const deed = useDeed()

  const take = ([one]: readonly File[]) => {
    if (!one) return
    setFile(one)
    setReport(undefined)
    deed.clear()
    if (name === '') setName(one.name.replace(/\.csv(\.gz)?$/i, ''))
    setMakeDefault(!decks.some((deck) => deck.isDefault))
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (!file) return
    const form = new FormData()
    form.set('name', name)
    form.set('side', side)
    form.set('currency', currency)
    form.set('makeDefault', String(side === 'sell' && makeDefault))
    form.set('file', file)
    const worked = await deed.run(async () => setReport(await importDeck(view.tenant.slug, form, () => undefined)))
    if (worked) {
      setFile(undefined)
      setName('')
      onImported()
    }
  }
  return (
    <Section title={m.rates.import}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <DropZone
          icon="tags"
          title={file ? file.name : m.rates.drop}
          hint={m.rates.dropHint}
          button={m.rates.choose}
          accept=".csv,.gz,text/csv"
          onFiles={take}
        />
        <p class="hint">{m.rates.importHint}</p>
        <pre class="code wrap">{HEAD}</pre>
        {file && (
          <>
            <TextField label={m.rates.name} value={name} onInput={setName} required list="deck-names" />
            <datalist id="deck-names">
              {decks.map((deck) => (
                <option value={deck.name} />
              ))}
            </datalist>
            <div class="row2">
              <SelectField
                label={m.rates.side}
                value={side}
                onChange={setSide}
                of={[
                  { value: 'sell', text: m.word.side.sell },
                  { value: 'buy', text: m.word.side.buy },
                ]}
              />
              <TextField label={m.rates.currency} value={currency} onInput={setCurrency} required pattern="[A-Z]{3}" />
            </div>
            {side === 'sell' && (
              <label class="check">
                <input
                  type="checkbox"
                  checked={makeDefault}
                  onChange={(event) => setMakeDefault(event.currentTarget.checked)}
                />
                {m.rates.makeDefault}
              </label>
            )}
            <Button kind="go" type="submit" icon="upload" disabled={deed.busy || name.trim() === ''}>
              {m.rates.importGo}
            </Button>
          </>
        )}
      </form>
      <div role="status">
        {report && <p class="note ok">{m.rates.done(report.name, String(report.version), count(report.rates))}</p>}
      </div>
      {deed.error && <Fault error={deed.error} what={m.rates.importing} done />}
      {report && report.problems.length > 0 && <Problems report={report} />}
    </Section>
  )
}

function Problems({ report }: { report: DeckImportReport }) {
  const m = messages()
  const rest = report.problems.length - SHOWN
  return (
    <div class="pad-top">
      <p>
        <b class="b warn">{m.rates.problems(report.problems.length)}.</b> {m.rates.problemsHint}
      </p>
      <TableBox label={m.rates.problems(report.problems.length)}>
        <table class="t">
          <thead>
            <tr>
              <th class="n">{m.rates.line}</th>
              <th>{m.rates.problem}</th>
            </tr>
          </thead>
          <tbody>
            {report.problems.slice(0, SHOWN).map((one) => (
              <tr>
                <td class="n">{count(one.line)}</td>
                <td>
                  {one.message}
                  <span class="sub mono">{one.raw}</span>
                </td>
              </tr>
            ))}
            {rest > 0 && (
              <tr class="rest">
                <td />
                <td>{m.word.others(rest)}</td>
              </tr>
            )}
          </tbody>
        </table>
      </TableBox>
    </div>
  )
}
