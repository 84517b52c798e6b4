// The versions of a deck, newest first: what each is and was, and the way back to any of them.

import type { DeckDetail, VersionRow, VersionState } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { rollBackTo, withdrawVersion } from '../../api/tariff-routes.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Dash } from '../../parts/figures.tsx'
import { useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { mayWrite } from '../../state/session.ts'
import { linkTo, type View } from '../../state/view.ts'
import { isFromStart } from './rate-words.ts'

/** As many as one looks back at without asking. */
const SHOWN = 6
const TONE: Record<VersionState, string> = {
  draft: 'warn',
  scheduled: '',
  'in-force': 'ok',
  superseded: '',
  withdrawn: '',
}

type Asked = { readonly deed: 'roll-back' | 'withdraw'; readonly version: VersionRow }

export function Versions({ view, detail, onChanged }: { view: View; detail: DeckDetail; onChanged: () => void }) {
  const m = messages()
  const [all, setAll] = useState(false)
  const [asked, setAsked] = useState<Asked | undefined>(undefined)
  const deed = useDeed()
  const { versions, deck, zone } = detail
  const shown = all ? versions : versions.slice(0, SHOWN)
  const go = async ({ deed: kind, version }: Asked) => {
    const slug = view.tenant.slug
    const work = kind === 'roll-back' ? rollBackTo : withdrawVersion
    if (!(await deed.run(() => work(slug, deck.id, version.version)))) return
    setAsked(undefined)
    onChanged()
  }
  return (
    <Section title={m.rates.versions} hint={m.rates.versionsHint}>
      {asked && (
        <Confirm
          kind={asked.deed === 'withdraw' ? 'stop' : 'go'}
          ask={askText(asked, zone)}
          go={(asked.deed === 'roll-back' ? m.rates.rollBackGo : m.rates.withdrawGo)(count(asked.version.version))}
          busy={deed.busy}
          onGo={() => void go(asked)}
          onCancel={() => setAsked(undefined)}
        />
      )}
      {deed.error && <Fault error={deed.error} what={m.rates.doing} done />}
      <TableBox label={m.rates.versions} keys>
        <table class="t">
          <thead>
            <tr>
              <th class="n">{m.rates.version}</th>
              <th>{m.rates.state}</th>
              <th class="wide">{m.rates.effective}</th>
              <th class="n wide">{m.rates.rates}</th>
              <th class="wide">{m.rates.made}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <Line view={view} detail={detail} one={one} onAsk={setAsked} />
            ))}
          </tbody>
        </table>
      </TableBox>
      {!all && versions.length > SHOWN && (
        <p class="under">
          <Button kind="quiet" onClick={() => setAll(true)}>
            {m.rates.more(versions.length - SHOWN)}
          </Button>
        </p>
      )}
    </Section>
  )
}

function Line(props: { view: View; detail: DeckDetail; one: VersionRow; onAsk: (asked: Asked) => void }) {
  const { view, detail, one, onAsk } = props
  const m = messages()
  const page = linkTo(view, `/rates/${detail.deck.id}/versions/${one.version}`)
  const from = one.effectiveFrom === null ? null : fromText(one.effectiveFrom, detail.zone)
  const writes = mayWrite(view.tenant)
  return (
    <tr>
      <td class="n">
        <a href={page} data-row aria-label={m.rates.ofVersion(count(one.version))}>
          {count(one.version)}
        </a>
      </td>
      <td>
        <span class={`tag ${TONE[one.state]}`}>{m.rates.states[one.state]}</span>
        <span class="sub narrow">
          {from !== null && `${m.rates.from(from)} · `}
          {m.rates.nRates(one.rates)}
        </span>
      </td>
      <td class="wide nw">{from ?? <Dash />}</td>
      <td class="n wide">{count(one.rates)}</td>
      <td class="wide any">
        {one.filename || m.rates.origins[one.origin]}
        <span class="sub">
          {[when('date', view.zone, one.createdAt), one.createdBy && m.rates.by(one.createdBy), one.note]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {one.problemCount > 0 && <span class="sub warn">{m.rates.problemsLeft(one.problemCount)}</span>}
      </td>
      <td class="n">
        {one.state === 'draft' && (
          <a class="link" href={page}>
            {m.rates.openDraft}
          </a>
        )}
        {one.state === 'scheduled' && writes && (
          <button type="button" class="link" onClick={() => onAsk({ deed: 'withdraw', version: one })}>
            {m.rates.withdraw}
          </button>
        )}
        {(one.state === 'superseded' || one.state === 'withdrawn') && writes && (
          <button type="button" class="link" onClick={() => onAsk({ deed: 'roll-back', version: one })}>
            {m.rates.rollBack}
          </button>
        )}
      </td>
    </tr>
  )
}

function askText({ deed, version }: Asked, zone: string): string {
  const { rates } = messages()
  const number = count(version.version)
  if (deed === 'roll-back') return rates.rollBackAsk(number, rates.nRates(version.rates))
  return rates.withdrawAsk(number, version.effectiveFrom === null ? '' : fromText(version.effectiveFrom, zone))
}

function fromText(instant: string, zone: string): string {
  return isFromStart(instant) ? messages().rates.fromStart : when('dateTime', zone, instant)
}
