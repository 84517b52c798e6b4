// The rules by which legs become calls: of the tenant or of one PBX, edited, tried, previewed, saved and applied.

import type { CallRules, RulesAnswer } from '@tollbook/api/wire-rules'
import { useState } from 'preact/hooks'
import { listSources } from '../../api/routes.ts'
import { readRules, resetRules, saveRules } from '../../api/rules-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { TextField, useDeed } from '../../parts/form.tsx'
import { Await, Button, Fault, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkHere, linkTo, useView, type View } from '../../state/view.ts'
import { Applied } from './applied.tsx'
import { ChannelRows, ContextRows } from './rule-rows.tsx'
import { Preview } from './rules-preview.tsx'
import { Trial } from './rules-trial.tsx'
import { StepLists } from './step-lists.tsx'

export function Rules() {
  const view = useView()
  const m = messages()
  const { slug } = view.tenant
  const source = view.query.source ?? ''
  const loaded = useLoad(`rules/${slug}/${source}`, (signal) => readRules(slug, source, signal), ['calls'])
  return (
    <>
      <header class="head">
        <a href={linkTo(view, '/settings')} class="btn quiet" aria-label={m.nav.settings}>
          <Icon name="arrow-left" />
        </a>
        <h1>{m.rules.title}</h1>
      </header>
      <p class="say">{m.rules.intro}</p>
      <Whose view={view} source={source} />
      <Await of={loaded} what={m.rules.reading} height={600}>
        {(answer) => (
          <RulesForm key={`${slug}/${source}/${answer.revision}`} view={view} answer={answer} onSaved={loaded.again} />
        )}
      </Await>
    </>
  )
}

/** One rule set for all, or another for a PBX whose dialplan is its own. */
function Whose({ view, source }: { view: View; source: string }) {
  const m = messages()
  const { slug } = view.tenant
  const sources = useLoad(`sources/${slug}`, (signal) => listSources(slug, signal)).data?.items ?? []
  return (
    <label class="fld whose">
      {m.rules.of}
      <select
        value={source}
        onChange={(event) => view.go(linkHere(view, { source: event.currentTarget.value || null }))}
      >
        <option value="">{m.rules.all}</option>
        {sources.map((one) => (
          <option value={one.name}>{one.name}</option>
        ))}
      </select>
    </label>
  )
}

function RulesForm({ view, answer, onSaved }: { view: View; answer: RulesAnswer; onSaved: () => void }) {
  const m = messages()
  const { slug } = view.tenant
  const { source } = answer
  const [edit, setEdit] = useState(answer.rules)
  const saving = useDeed()
  const change = (part: Partial<CallRules>) => {
    saving.clear()
    setEdit({ ...edit, ...part })
  }
  const readOnly = !mayWrite(view.tenant)
  const done = (work: () => Promise<unknown>) => async () => {
    if (await saving.run(work)) onSaved()
  }
  const save = done(() => saveRules(slug, source, edit))
  const whole = (text: string) => Number(text.replace(/\D/g, '')) || 0
  return (
    <div class="cols side">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <p class="hint pad-top">
          {answer.own ? m.rules.own : source === '' ? m.rules.byDefault : m.rules.inherited}. {m.rules.patterns}
        </p>
        <fieldset class="plain" disabled={readOnly}>
          <Section title={m.rules.channels} hint={m.rules.matchHint}>
            <ChannelRows rows={edit.channels} onChange={(channels) => change({ channels })} />
          </Section>
          <Section title={m.rules.contexts} hint={m.rules.contextsHint}>
            <ContextRows rows={edit.contexts} onChange={(contexts) => change({ contexts })} />
          </Section>
          <Section title={m.rules.steps} hint={m.rules.stepsHint}>
            <StepLists rules={edit} onChange={change} />
          </Section>
          <Section title={m.rules.limits}>
            <div class="form">
              <TextField
                label={m.rules.review}
                hint={m.rules.reviewHint}
                value={String(edit.reviewAfterHours)}
                onInput={(text) => change({ reviewAfterHours: whole(text) })}
                inputMode="numeric"
                required
              />
              <TextField
                label={m.rules.final}
                hint={m.rules.finalHint}
                value={String(edit.finalAfterMinutes)}
                onInput={(text) => change({ finalAfterMinutes: whole(text) })}
                inputMode="numeric"
                required
              />
            </div>
          </Section>
        </fieldset>
        {readOnly ? (
          <p class="hint pad-top">{m.word.readOnly}</p>
        ) : (
          <span class="row pad-top">
            <Button kind="go" type="submit" disabled={saving.busy}>
              {m.rules.save}
            </Button>
            {answer.own && (
              <Button disabled={saving.busy} onClick={() => void done(() => resetRules(slug, source))()}>
                {m.rules.reset}
              </Button>
            )}
          </span>
        )}
        <Applied answer={answer} />
        {saving.error && <Fault error={saving.error} what={m.rules.saving} done />}
      </form>
      <div>
        {!readOnly && <Trial view={view} rules={edit} />}
        {!readOnly && <Preview view={view} source={source} rules={edit} />}
      </div>
    </div>
  )
}
