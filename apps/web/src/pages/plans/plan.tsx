// One plan to edit: its decks in order with their markups, how one of them is chosen, what is not sold, what is free.

import type { DeckRow } from '@tollbook/api/wire'
import type { PlanInfo } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { useRoute } from 'preact-iso'
import { deletePlan, listDecks, listPlans, savePlan } from '../../api/tariff-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { TextField, useDeed } from '../../parts/form.tsx'
import { Await, Button, Empty, Fault, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { BlockedRows } from './blocked-rows.tsx'
import { PackageRows } from './package-rows.tsx'
import { PlanDecks } from './plan-decks.tsx'

const FRESH: PlanInfo = {
  id: 0,
  name: '',
  choice: 'order',
  expectedSeconds: 180,
  decks: [],
  blocked: [],
  packages: [],
}

export function Plan() {
  const view = useView()
  const m = messages()
  const { id } = useRoute().params
  const slug = view.tenant.slug
  const loaded = useLoad(`plan/${slug}`, async (signal) => {
    const [plans, decks] = await Promise.all([listPlans(slug, signal), listDecks(slug, signal)])
    return { plans: plans.items, decks: decks.items }
  })
  const plan = id === 'new' ? FRESH : loaded.data?.plans.find((one) => one.id === Number(id))
  return (
    <>
      <header class="head">
        <a href={linkTo(view, '/plans')} class="btn quiet" aria-label={m.plans.back}>
          <Icon name="arrow-left" />
        </a>
        <h1>{plan?.name || (id === 'new' ? m.plans.new : m.nav.plans)}</h1>
        {plan?.isDefault && <span class="tag ok">{m.plans.isDefault}</span>}
      </header>
      <Await of={loaded} what={m.plans.readingOne} height={600}>
        {({ decks }) =>
          plan ? (
            <PlanForm key={plan.id} view={view} plan={plan} decks={decks} onSaved={loaded.again} />
          ) : (
            <Empty icon="search" title={m.plans.notFound}>
              <a class="btn" href={linkTo(view, '/plans')}>
                {m.plans.back}
              </a>
            </Empty>
          )
        }
      </Await>
    </>
  )
}

function PlanForm(props: { view: View; plan: PlanInfo; decks: readonly DeckRow[]; onSaved: () => void }) {
  const { view, plan, decks } = props
  const m = messages()
  const [edit, setEdit] = useState(plan)
  const saving = useDeed()
  const change = (part: Partial<PlanInfo>) => {
    saving.clear()
    setEdit({ ...edit, ...part })
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    let saved: PlanInfo | undefined
    const worked = await saving.run(async () => {
      saved = await savePlan(view.tenant.slug, sendable(edit))
    })
    if (!worked) return
    if (plan.id === 0 && saved) view.go(linkTo(view, `/plans/${saved.id}`), true)
    props.onSaved()
  }
  const readOnly = !mayWrite(view.tenant)
  return (
    <div class="cols side">
      <form onSubmit={(event) => void submit(event)}>
        <fieldset class="plain" disabled={readOnly}>
          <div class="form pad-top">
            <TextField label={m.plans.name} value={edit.name} onInput={(name) => change({ name })} required />
          </div>
          <Section title={m.plans.decks} hint={m.plans.decksHint}>
            <PlanDecks decks={decks} rows={edit.decks} onChange={(rows) => change({ decks: rows })} />
          </Section>
          <Section title={m.plans.choice}>
            <ChoiceOf edit={edit} onChange={change} />
          </Section>
          <Section title={m.plans.packages} hint={m.plans.packagesHint}>
            <PackageRows rows={edit.packages} onChange={(packages) => change({ packages })} />
          </Section>
          <Section title={m.plans.blocked} hint={m.plans.blockedHint}>
            <BlockedRows rows={edit.blocked} onChange={(blocked) => change({ blocked })} />
          </Section>
        </fieldset>
        {readOnly ? (
          <p class="hint pad-top">{m.word.readOnly}</p>
        ) : (
          <>
            <span class="row pad-top">
              <Button kind="go" type="submit" disabled={saving.busy}>
                {m.plans.save}
              </Button>
              <span role="status" class="ok">
                {saving.done && m.word.saved}
              </span>
            </span>
            <p class="hint under">{m.plans.effect}</p>
          </>
        )}
        {saving.error && <Fault error={saving.error} what={m.plans.saving} done />}
      </form>
      {plan.id !== 0 && <Uses view={view} plan={plan} />}
    </div>
  )
}

function ChoiceOf({ edit, onChange }: { edit: PlanInfo; onChange: (part: Partial<PlanInfo>) => void }) {
  const m = messages()
  return (
    <fieldset class="radios" aria-label={m.plans.choice}>
      {(['order', 'longest', 'lcr', 'lcd'] as const).map((choice) => (
        <label class="radio">
          <input type="radio" name="choice" checked={edit.choice === choice} onChange={() => onChange({ choice })} />
          <span>
            {m.plans.choices[choice]}
            <span class="sub">{m.plans.choiceHint[choice]}</span>
          </span>
        </label>
      ))}
      {(edit.choice === 'lcr' || edit.choice === 'lcd') && (
        <div class="expected">
          <TextField
            label={m.plans.expected}
            hint={m.plans.expectedHint}
            value={String(edit.expectedSeconds)}
            onInput={(text) => onChange({ expectedSeconds: Number(text) || 0 })}
            inputMode="numeric"
            pattern="[1-9]\d{0,5}"
            required
          />
        </div>
      )}
    </fieldset>
  )
}

function Uses({ view, plan }: { view: View; plan: PlanInfo }) {
  const m = messages()
  const [asking, setAsking] = useState(false)
  const deleting = useDeed()
  const remove = async () => {
    if (await deleting.run(() => deletePlan(view.tenant.slug, plan.id))) view.go(linkTo(view, '/plans'))
  }
  const accounts = plan.accounts ?? 0
  return (
    <div>
      <Section title={m.plans.usedBy}>
        <ul class="lines">
          {accounts > 0 && (
            <li>
              <a class="link" href={linkTo(view, '/accounts')}>
                {m.plans.nAccounts(accounts)}
              </a>
            </li>
          )}
          {plan.isDefault && <li>{m.plans.useDefault}</li>}
          {accounts === 0 && !plan.isDefault && <li class="muted">{m.plans.unused}</li>}
        </ul>
        {mayWrite(view.tenant) &&
          (asking ? (
            <Confirm
              ask={m.plans.deleteAsk(plan.name, m.plans.nAccounts(accounts))}
              go={m.plans.deleteGo}
              busy={deleting.busy}
              onGo={() => void remove()}
              onCancel={() => setAsking(false)}
            />
          ) : (
            <p class="pad-top">
              <Button kind="stop" onClick={() => setAsking(true)}>
                {m.plans.delete}
              </Button>
            </p>
          ))}
        {deleting.error && <Fault error={deleting.error} what={m.plans.deleting} done />}
      </Section>
    </div>
  )
}

/** Without what is only answered, and without rows that were left empty. */
function sendable(plan: PlanInfo): PlanInfo {
  const decimal = (text: string) => text.trim().replace(',', '.') || '0'
  return {
    id: plan.id,
    name: plan.name.trim(),
    choice: plan.choice,
    expectedSeconds: plan.expectedSeconds,
    decks: plan.decks.map((one) => ({
      deckId: one.deckId,
      markupKind: one.markupKind,
      markupPercent: decimal(one.markupPercent),
      markupPerMinute: decimal(one.markupPerMinute),
      markupPerCall: decimal(one.markupPerCall),
      pricePlaces: one.pricePlaces,
    })),
    blocked: plan.blocked.filter((one) => one.prefix.trim() !== ''),
    packages: plan.packages,
  }
}
