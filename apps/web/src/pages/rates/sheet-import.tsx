// A rate sheet comes in: choose the file, check how it is read, make a draft. The draft's own page shows what it changes;
// nothing is in force before its button is pressed.

import type { DeckRow } from '@tollbook/api/wire'
import type { SheetLayout, SheetPreview } from '@tollbook/api/wire-tariffs'
import { useRef, useState } from 'preact/hooks'
import { draftSheet, listDecks, previewSheet } from '../../api/tariff-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { DropZone } from '../../parts/drop-zone.tsx'
import { type Deed, SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Await, Fault } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { SheetReading } from './sheet-reading.tsx'

/** Which deck the sheet is for; an existing name gets its next version. */
type Target = { name: string; side: 'sell' | 'buy'; currency: string; zone: string; note: string }

export function SheetImport() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const decks = useLoad(`decks/${slug}`, (signal) => listDecks(slug, signal))
  return (
    <>
      <header class="head">
        <a href={linkTo(view, '/rates')} class="btn quiet" aria-label={m.rates.back}>
          <Icon name="arrow-left" />
        </a>
        <h1>{m.sheet.title}</h1>
        <span class="muted">{m.sheet.safe}</span>
      </header>
      {mayWrite(view.tenant) ? (
        <Await of={decks} what={m.rates.readingDecks} height={400}>
          {({ items }) => <Steps view={view} decks={items} />}
        </Await>
      ) : (
        <p class="hint">{m.word.readOnly}</p>
      )}
    </>
  )
}

function Steps({ view, decks }: { view: View; decks: readonly DeckRow[] }) {
  const m = messages()
  const wanted = decks.find((one) => String(one.id) === view.query.deck)
  const [target, setTarget] = useState<Target>({
    name: wanted?.name ?? '',
    side: wanted?.side ?? 'sell',
    currency: wanted?.currency ?? view.tenant.currency,
    zone: view.tenant.zone,
    note: '',
  })
  const [file, setFile] = useState<File | undefined>(undefined)
  const [preview, setPreview] = useState<SheetPreview | undefined>(undefined)
  const reading = useDeed()
  const drafting = useDeed()
  /** Of several questions that are out, only the last one's answer counts. */
  const turn = useRef(0)

  const look = async (next: File, layout?: SheetLayout) => {
    const mine = ++turn.current
    reading.clear()
    await reading.run(async () => {
      const answer = await previewSheet(view.tenant.slug, formOf(next, settled(target, decks), layout))
      if (mine === turn.current) setPreview(answer)
    })
  }
  const take = ([one]: readonly File[]) => {
    if (!one) return
    setFile(one)
    setPreview(undefined)
    drafting.clear()
    if (target.name === '') setTarget({ ...target, name: nameOf(one.name) })
    void look(one)
  }
  const relay = (layout: SheetLayout) => {
    if (!file || !preview) return
    // The choice is seen at once; rows and counts follow.
    setPreview({ ...preview, layout })
    void look(file, layout)
  }
  const makeDraft = async (leaveOut: boolean) => {
    if (!file || !preview) return
    const form = formOf(file, settled(target, decks), preview.layout)
    if (leaveOut) form.set('allowProblems', 'true')
    await drafting.run(async () => {
      const { deckId, version } = await draftSheet(view.tenant.slug, form)
      view.go(linkTo(view, `/rates/${deckId}/versions/${version}`))
    })
  }
  return (
    <>
      <Progress at={preview ? 1 : 0} />
      {preview && file ? (
        <SheetReading
          preview={preview}
          busy={reading.busy}
          error={reading.error}
          onLayout={relay}
          onAnother={() => {
            setFile(undefined)
            setPreview(undefined)
          }}
          onDraft={(leaveOut) => void makeDraft(leaveOut)}
          drafting={drafting}
          ready={target.name.trim() !== ''}
        >
          <TargetForm decks={decks} target={target} onChange={setTarget} />
        </SheetReading>
      ) : (
        <Choose decks={decks} target={target} onChange={setTarget} file={file} reading={reading} onFiles={take} />
      )}
      <p class="sr" role="status">
        {preview && m.sheet.found(m.sheet.rows(preview.rows), m.rates.nRates(preview.rates))}
      </p>
    </>
  )
}

function Progress({ at }: { at: number }) {
  const m = messages()
  return (
    <ol class="wizard" aria-label={m.sheet.stepsLabel}>
      {m.sheet.steps.map((step, i) => (
        <li aria-current={i === at ? 'step' : undefined} class={i < at ? 'past' : undefined}>
          <span class="num">{i < at ? <Icon name="check" /> : i + 1}</span>
          {step}
        </li>
      ))}
    </ol>
  )
}

function Choose(props: {
  decks: readonly DeckRow[]
  target: Target
  onChange: (target: Target) => void
  file: File | undefined
  reading: Deed
  onFiles: (files: readonly File[]) => void
}) {
  const m = messages()
  const { file, reading } = props
  return (
    <div class="file-import pad-top">
      <DropZone
        icon="file-up"
        title={file ? file.name : m.sheet.drop}
        hint={m.sheet.dropHint}
        button={m.sheet.choose}
        accept=".csv,.txt,.tsv,.xlsx,.gz,text/csv"
        onFiles={props.onFiles}
      />
      <TargetForm decks={props.decks} target={props.target} onChange={props.onChange} />
      <div role="status">{reading.busy && <span class="hint">{m.fault.loading}</span>}</div>
      {reading.error && <Fault error={reading.error} what={m.sheet.reading} />}
    </div>
  )
}

function TargetForm(props: { decks: readonly DeckRow[]; target: Target; onChange: (target: Target) => void }) {
  const { decks, target } = props
  const m = messages()
  const known = decks.find((one) => one.name === target.name)
  const { side, currency } = settled(target, decks)
  const change = (part: Partial<Target>) => props.onChange({ ...target, ...part })
  return (
    <div class="form">
      <TextField
        label={m.sheet.name}
        hint={known ? m.sheet.nameKnown : m.sheet.nameHint}
        value={target.name}
        onInput={(name) => change({ name })}
        required
        list="deck-names"
      />
      <datalist id="deck-names">
        {decks.map((deck) => (
          <option value={deck.name} />
        ))}
      </datalist>
      <div class="row2">
        <SelectField
          label={m.rates.side}
          value={side}
          disabled={known !== undefined}
          onChange={(next) => change({ side: next })}
          of={[
            { value: 'sell', text: m.word.side.sell },
            { value: 'buy', text: m.word.side.buy },
          ]}
        />
        <TextField
          label={m.sheet.currency}
          value={currency}
          disabled={known !== undefined}
          onInput={(next) => change({ currency: next.toUpperCase() })}
          required
          pattern="[A-Z]{3}"
        />
      </div>
      {!known && <TextField label={m.sheet.zone} value={target.zone} onInput={(zone) => change({ zone })} required />}
      <TextField label={m.sheet.note} value={target.note} onInput={(note) => change({ note })} />
    </div>
  )
}

/** A deck that exists keeps its side and its currency. */
function settled(target: Target, decks: readonly DeckRow[]): Target {
  const known = decks.find((one) => one.name === target.name.trim())
  return known ? { ...target, side: known.side, currency: known.currency } : target
}

function formOf(file: File, target: Target, layout: SheetLayout | undefined): FormData {
  const form = new FormData()
  form.set('name', target.name.trim() || nameOf(file.name))
  form.set('side', target.side)
  form.set('currency', target.currency)
  form.set('zone', target.zone)
  if (target.note.trim() !== '') form.set('note', target.note.trim())
  if (layout) form.set('layout', JSON.stringify(layout))
  form.set('file', file)
  return form
}

function nameOf(filename: string): string {
  return filename.replace(/(\.gz)?$/i, '').replace(/\.(csv|txt|tsv|xlsx)$/i, '')
}
