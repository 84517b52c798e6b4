// Which calls to look at again. Sending it only counts; the preview's page has the button that charges.

import type { UnratedReason } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { listAccounts } from '../../api/routes.ts'
import { listDecks, startRevaluation } from '../../api/tariff-routes.ts'
import { wallInput, wallInstant } from '../../format/wall-time.ts'
import { startOfMonth } from '../../format/zone.ts'
import { messages } from '../../i18n/messages.ts'
import { Field, SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import { useLoad } from '../../state/load.ts'
import { linkTo, type View } from '../../state/view.ts'

const REASONS: readonly UnratedReason[] = [
  'no-rate',
  'no-deck',
  'no-account',
  'expired',
  'ambiguous',
  'blocked',
  'not-a-number',
  'held',
]
const DAY_MS = 86_400_000

export function RerateForm({ view }: { view: View }) {
  const m = messages()
  const { slug, zone } = view.tenant
  const choices = useLoad(`rerate-scope/${slug}`, async (signal) => {
    const [accounts, decks] = await Promise.all([listAccounts(slug, signal), listDecks(slug, signal)])
    return { accounts: accounts.items, decks: decks.items }
  })
  const [edit, setEdit] = useState(() => ({
    account: view.query.account ?? '0',
    deck: view.query.deck ?? '0',
    from: wallInput(zone, startOfMonth(zone, Date.now())).slice(0, 10),
    to: wallInput(zone, Date.now()).slice(0, 10),
    reasons: [] as readonly UnratedReason[],
    reason: '',
  }))
  const deed = useDeed()
  const fromMs = wallInstant(zone, edit.from)
  // The day is meant to its end: the wire's end is exclusive. A day and a half on is always within the next one.
  const lastMs = wallInstant(zone, edit.to)
  const toMs =
    lastMs === undefined ? undefined : wallInstant(zone, wallInput(zone, lastMs + 1.25 * DAY_MS).slice(0, 10))
  const backwards = fromMs !== undefined && toMs !== undefined && toMs <= fromMs
  const change = (part: Partial<typeof edit>) => {
    deed.clear()
    setEdit({ ...edit, ...part })
  }
  const accountId = choices.data?.accounts.find(
    (one) => String(one.id) === edit.account || one.code === edit.account,
  )?.id
  const submit = async (event: Event) => {
    event.preventDefault()
    if (fromMs === undefined || toMs === undefined || backwards) return
    await deed.run(async () => {
      const run = await startRevaluation(slug, {
        kind: 'rerate',
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        reason: edit.reason.trim(),
        ...(accountId === undefined ? {} : { accountId }),
        ...(edit.deck === '0' ? {} : { deckId: Number(edit.deck) }),
        ...(edit.reasons.length === 0 ? {} : { reasons: edit.reasons }),
      })
      view.go(linkTo(view, `/rerate/${run.id}`))
    })
  }
  return (
    <Section title={m.rerate.new}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <SelectField
          label={m.rerate.account}
          value={accountId === undefined ? '0' : String(accountId)}
          onChange={(account) => change({ account })}
          of={[
            { value: '0', text: m.rerate.allAccounts },
            ...(choices.data?.accounts ?? []).map((one) => ({ value: String(one.id), text: one.name || one.code })),
          ]}
        />
        <SelectField
          label={m.rerate.deck}
          value={edit.deck}
          onChange={(deck) => change({ deck })}
          of={[
            { value: '0', text: m.rerate.allDecks },
            ...(choices.data?.decks ?? []).map((one) => ({ value: String(one.id), text: one.name })),
          ]}
        />
        <div class="row2">
          <Field label={m.rerate.from}>
            <input
              type="date"
              required
              value={edit.from}
              onInput={(event) => change({ from: event.currentTarget.value })}
            />
          </Field>
          <Field label={m.rerate.to}>
            <input
              type="date"
              required
              value={edit.to}
              onInput={(event) => change({ to: event.currentTarget.value })}
            />
          </Field>
        </div>
        {backwards && (
          <p class="bad" role="alert">
            {m.rerate.backwards}
          </p>
        )}
        <fieldset class="checks-of">
          <legend>{m.rerate.reasons}</legend>
          {REASONS.map((reason) => (
            <label class="check">
              <input
                type="checkbox"
                checked={edit.reasons.includes(reason)}
                onChange={(event) =>
                  change({
                    reasons: event.currentTarget.checked
                      ? [...edit.reasons, reason]
                      : edit.reasons.filter((one) => one !== reason),
                  })
                }
              />
              {m.word.unrated[reason]}
            </label>
          ))}
          <span class="hint">{m.rerate.reasonsHint}</span>
        </fieldset>
        <TextField
          label={m.rerate.why}
          placeholder={m.rerate.whyPlaceholder}
          value={edit.reason}
          onInput={(reason) => change({ reason })}
        />
        <Button kind="go" type="submit" disabled={deed.busy || backwards}>
          {m.rerate.preview}
        </Button>
        <p class="hint">{m.rerate.previewHint}</p>
        {deed.error && <Fault error={deed.error} what={m.rerate.starting} done />}
      </form>
    </Section>
  )
}
