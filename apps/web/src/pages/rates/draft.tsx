// A version of a deck and what it changes: its worth by last month's calls, what looks odd, every change. For a draft
// also the button that puts it in force; nothing takes effect before it.

import type { DeckDetail, VersionDetail, VersionDiff } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { useRoute } from 'preact-iso'
import {
  activateVersion,
  diffVersion,
  discardDraft,
  listDecks,
  readDeck,
  readVersion,
  setDefaultDeck,
} from '../../api/tariff-routes.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { type Effect, EffectChoice, effectRequest, startEffect } from '../../parts/effect-choice.tsx'
import { useDeed } from '../../parts/form.tsx'
import { Await, Button, Empty, Fault, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Popover } from '../../parts/popover.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkHere, linkTo, useView, type View } from '../../state/view.ts'
import { Changes } from './changes.tsx'
import { Impact, useImpact } from './impact.tsx'
import { ProblemRows } from './problem-rows.tsx'
import { isFromStart } from './rate-words.ts'
import { fieldWords, letterOf } from './sheet-reading.tsx'

type Loaded = { readonly detail: DeckDetail; readonly version: VersionDetail; readonly mayBeDefault: boolean }

export function Draft() {
  const view = useView()
  const m = messages()
  const { params } = useRoute()
  const deckId = Number(params.id)
  const number = Number(params.version)
  const slug = view.tenant.slug
  const loaded = useLoad(`version/${slug}/${deckId}/${number}`, async (signal): Promise<Loaded> => {
    const [detail, version, decks] = await Promise.all([
      readDeck(slug, deckId, signal),
      readVersion(slug, deckId, number, signal),
      listDecks(slug, signal),
    ])
    // The first sell deck of a tenant: without a default, accounts of their own accord are charged by nothing.
    const mayBeDefault = detail.deck.side === 'sell' && !decks.items.some((one) => one.isDefault)
    return { detail, version, mayBeDefault }
  })
  const toDeck = linkTo(view, `/rates/${deckId}`)
  if (loaded.error?.status === 404) {
    return (
      <div class="pad-top">
        <h1 class="sr">{m.nav.rates}</h1>
        <Empty icon="search" title={m.rates.notFound}>
          <a class="btn" href={linkTo(view, '/rates')}>
            {m.rates.back}
          </a>
        </Empty>
      </div>
    )
  }
  return (
    <>
      {!loaded.data && <h1 class="sr">{m.nav.rates}</h1>}
      <Await of={loaded} what={m.draft.readingVersion} height={600}>
        {({ detail, version, mayBeDefault }) => (
          <>
            <Head view={view} detail={detail} version={version} mayBeDefault={mayBeDefault} toDeck={toDeck} />
            <Body view={view} detail={detail} version={version} />
          </>
        )}
      </Await>
    </>
  )
}

function Head({ view, detail, version, mayBeDefault, toDeck }: Loaded & { view: View; toDeck: string }) {
  const m = messages()
  const isDraft = version.state === 'draft'
  const number = count(version.version)
  const [effect, setEffect] = useState<Effect>(() =>
    startEffect(detail.zone, detail.deck.version === 0 ? 'always' : 'now'),
  )
  const [discarding, setDiscarding] = useState(false)
  const [makeDefault, setMakeDefault] = useState(mayBeDefault)
  const activating = useDeed()
  const dropping = useDeed()
  const effectiveFrom = effectRequest(effect, detail.zone)
  const later = effect.kind === 'date' && effectiveFrom !== undefined && Date.parse(effectiveFrom) > Date.now()
  const slug = view.tenant.slug
  const activate = async () => {
    if (effectiveFrom === undefined) return
    const worked = await activating.run(async () => {
      if (makeDefault) await setDefaultDeck(slug, detail.deck.id)
      await activateVersion(slug, detail.deck.id, version.version, { effectiveFrom })
    })
    if (worked) view.go(toDeck)
  }
  const discard = async () => {
    if (await dropping.run(() => discardDraft(slug, detail.deck.id, version.version))) view.go(toDeck)
  }
  const title = isDraft ? m.draft.title(detail.deck.name, number) : m.draft.titleOf(detail.deck.name, number)
  return (
    <>
      <header class="head ruled">
        <a href={toDeck} class="btn quiet" aria-label={m.draft.toDeck}>
          <Icon name="arrow-left" />
        </a>
        <h1>{title}</h1>
        <span class={`tag ${isDraft ? 'warn' : version.state === 'in-force' ? 'ok' : ''}`}>
          {isDraft ? m.draft.notLive : m.rates.states[version.state]}
        </span>
        <span class="muted">{sourceText(version, detail.zone)}</span>
        <span class="grow" />
        {isDraft && mayWrite(view.tenant) && (
          <span class="row">
            <Button kind="stop" disabled={dropping.busy} onClick={() => setDiscarding(true)}>
              {m.draft.discard}
            </Button>
            <Popover
              label={m.rates.when}
              panelClass="effect end"
              button={
                <>
                  <Icon name="calendar-days" />
                  {effectText(effect, detail.zone)}
                </>
              }
            >
              {() => <EffectChoice zone={detail.zone} effect={effect} onChange={setEffect} name="draft-effect" />}
            </Popover>
            <Button kind="go" disabled={activating.busy || effectiveFrom === undefined} onClick={() => void activate()}>
              {later ? m.draft.schedule(number) : m.draft.activate(number)}
            </Button>
          </span>
        )}
      </header>
      {isDraft && mayBeDefault && mayWrite(view.tenant) && (
        <label class="check under">
          <input
            type="checkbox"
            checked={makeDefault}
            onChange={(event) => setMakeDefault(event.currentTarget.checked)}
          />
          {m.draft.makeDefault}
        </label>
      )}
      {discarding && (
        <Confirm
          ask={m.draft.discardAsk(number)}
          go={m.draft.discardGo}
          busy={dropping.busy}
          onGo={() => void discard()}
          onCancel={() => setDiscarding(false)}
        />
      )}
      {activating.error && <Fault error={activating.error} what={m.draft.activating} done />}
      {dropping.error && <Fault error={dropping.error} what={m.draft.discarding} done />}
    </>
  )
}

function sourceText(version: VersionDetail, zone: string): string {
  const m = messages()
  const made = version.filename
    ? m.draft.fromFile(version.filename, m.rates.nRates(version.rates))
    : `${m.rates.origins[version.origin]}, ${m.rates.nRates(version.rates)}`
  if (version.effectiveFrom === null) return made
  const from = isFromStart(version.effectiveFrom) ? m.rates.fromStart : when('dateTime', zone, version.effectiveFrom)
  return `${made}, ${m.rates.from(from)}`
}

function effectText(effect: Effect, zone: string): string {
  const m = messages()
  const from = effectRequest(effect, zone)
  if (effect.kind !== 'date') return m.rates.effect[effect.kind]
  return from === undefined ? m.rates.effect.date : `${when('dateTime', zone, from)}, ${zone}`
}

function Body({ view, detail, version }: Omit<Loaded, 'mayBeDefault'> & { view: View }) {
  const m = messages()
  const slug = view.tenant.slug
  const { kind = '', q = '' } = view.query
  const impact = useImpact(view, detail.deck.id, version)
  const query = { kind, q, cursor: view.cursor }
  // When the count is there, the changes have last month's minutes and money.
  const counted = impact.shown?.state === 'ready' || impact.shown?.state === 'done'
  const key = JSON.stringify([slug, detail.deck.id, version.version, query, counted && impact.shown?.id])
  const diff = useLoad(key, (signal) => diffVersion(slug, detail.deck.id, version.version, query, signal))
  return (
    <>
      <div class="cols side pad-top">
        <Impact view={view} detail={detail} version={version} impact={impact} />
        {diff.data && <Warnings view={view} version={version} diff={diff.data} />}
      </div>
      <Await of={diff} what={m.draft.readingChanges} height={500}>
        {(data) => <Changes view={view} detail={detail} diff={data} impact={counted ? impact.shown : undefined} />}
      </Await>
      {version.problems.length > 0 && (
        <Section id="problems" title={m.rates.problemsLeft(version.problemCount)}>
          <ProblemRows problems={version.problems} total={version.problemCount} />
        </Section>
      )}
      {version.layout && <HowRead version={version} />}
    </>
  )
}

const WARN_TONE = { doubles: 'warn', 'below-cost': 'bad', 'closed-with-calls': 'warn', 'newly-rated': 'ok' } as const

function Warnings({ view, version, diff }: { view: View; version: VersionDetail; diff: VersionDiff }) {
  const m = messages()
  const none = diff.warnings.length === 0 && version.problemCount === 0
  return (
    <Section title={m.draft.warnings}>
      {none && (
        <p class="todo-none">
          <span class="ok">
            <Icon name="circle-check" />
          </span>
          {m.draft.noWarnings}
        </p>
      )}
      <ul class="todo">
        {version.problemCount > 0 && (
          <li>
            <span class="bad">
              <Icon name="circle-alert" />
            </span>
            <span>
              <b class="b">{m.rates.problemsLeft(version.problemCount)}</b>
            </span>
            <span />
            <a class="link act" href="#problems">
              {m.draft.show}
            </a>
          </li>
        )}
        {diff.warnings.map((one) => (
          <li>
            <span class={WARN_TONE[one.kind]}>
              <Icon name={one.kind === 'newly-rated' ? 'circle-check' : 'triangle-alert'} />
            </span>
            <span>
              {m.draft.warn[one.kind](one.prefix)}
              {one.text && <span class="sub">{one.text}</span>}
            </span>
            <span />
            <a class="link act" href={linkHere(view, { q: one.prefix, kind: null })}>
              {m.draft.check}
            </a>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** What each column was taken for when the sheet came in. */
function HowRead({ version }: { version: VersionDetail }) {
  const m = messages()
  const layout = version.layout
  if (!layout) return null
  const used = layout.columns.flatMap((field, at) => (field === 'ignore' ? [] : [{ field, at }]))
  const marks = [
    layout.sheet && `${m.sheet.sheetOf} ${layout.sheet}`,
    layout.delimiter && `${m.sheet.delimiter} ${m.sheet.delimiters[layout.delimiter]}`,
    m.sheet.decimals[layout.decimalComma ? 'comma' : 'point'],
    `${m.sheet.unit} ${m.sheet.units[layout.unit]}`,
    layout.cents && m.sheet.cents,
    m.sheet.dateOrders[layout.dateOrder],
  ].filter(Boolean)
  return (
    <Section title={m.draft.howRead} hint={m.draft.howReadHint}>
      <ul class="read-as">
        {used.map(({ field, at }) => (
          <li>
            <b class="b">{fieldWords(field)}</b>
            <span class="sub">{m.sheet.column(letterOf(at))}</span>
          </li>
        ))}
      </ul>
      <p class="hint under">{marks.join(' · ')}</p>
    </Section>
  )
}
