// One account: its details to change, and doors to what it did.

import type { AccountRow, DeckRow } from '@tollbook/api/wire'
import type { PlanInfo } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { useRoute } from 'preact-iso'
import { listAccounts, saveAccount } from '../../api/routes.ts'
import { listDecks, listPlans } from '../../api/tariff-routes.ts'
import { currencySymbol, isNegative } from '../../format/money.ts'
import { messages } from '../../i18n/messages.ts'
import { Money } from '../../parts/figures.tsx'
import { Field, SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Await, Button, Empty, Fault, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, useView, type View } from '../../state/view.ts'

const LOCALES = [
  { value: 'en', text: 'English' },
  { value: 'zh-CN', text: '简体中文' },
] as const

export function Account() {
  const view = useView()
  const m = messages()
  const id = Number(useRoute().params.id)
  const slug = view.tenant.slug
  const loaded = useLoad(`account/${slug}`, async (signal) => {
    const [accounts, decks] = await Promise.all([listAccounts(slug, signal), listDecks(slug, signal)])
    return { accounts: accounts.items, decks: decks.items }
  })
  const account = loaded.data?.accounts.find((one) => one.id === id)
  return (
    <>
      <header class="head">
        <a href={linkTo(view, '/accounts')} class="btn quiet" aria-label={m.accounts.back}>
          <Icon name="arrow-left" />
        </a>
        <h1>{account ? account.name || account.code : m.nav.accounts}</h1>
        {account && <span class="tag mono">{account.code}</span>}
      </header>
      <Await of={loaded} what={m.accounts.reading} height={500}>
        {({ decks }) =>
          account ? (
            <Details key={account.id} view={view} account={account} decks={decks} onSaved={loaded.again} />
          ) : (
            <Empty icon="search" title={m.accounts.notFound}>
              <a class="btn" href={linkTo(view, '/accounts')}>
                {m.accounts.back}
              </a>
            </Empty>
          )
        }
      </Await>
    </>
  )
}

function Details(props: { view: View; account: AccountRow; decks: readonly DeckRow[]; onSaved: () => void }) {
  const { view, account, decks } = props
  const m = messages()
  const { slug } = view.tenant
  const plans: readonly PlanInfo[] = useLoad(`plans/${slug}`, (signal) => listPlans(slug, signal)).data?.items ?? []
  const [edit, setEdit] = useState({
    name: account.name,
    planId: account.planId ?? 0,
    deckId: account.deckId,
    locale: account.locale,
    email: account.email,
    address: account.address,
  })
  const deed = useDeed()
  const readOnly = !mayWrite(view.tenant)
  const sells = decks.filter((deck) => deck.side === 'sell')
  const usualPlan = plans.find((plan) => plan.isDefault)
  const usual = sells.find((deck) => deck.isDefault)
  const change = (part: Partial<typeof edit>) => {
    deed.clear()
    setEdit({ ...edit, ...part })
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (await deed.run(() => saveAccount(slug, account.id, edit))) props.onSaved()
  }
  return (
    <div class="cols side">
      <Section title={m.accounts.edit}>
        <form class="form" onSubmit={(event) => void submit(event)}>
          <fieldset class="plain" disabled={readOnly}>
            <TextField label={m.accounts.name} value={edit.name} onInput={(name) => change({ name })} required />
            <SelectField
              label={m.plans.plan}
              value={String(edit.planId)}
              onChange={(value) => change({ planId: Number(value) })}
              hint={edit.planId === 0 ? undefined : m.accounts.planHint}
              of={[
                { value: '0', text: usualPlan ? m.plans.noneDefault(usualPlan.name) : m.plans.none },
                ...plans.map((plan) => ({ value: String(plan.id), text: plan.name })),
              ]}
            />
            <SelectField
              label={m.accounts.deck}
              disabled={edit.planId !== 0}
              value={String(edit.deckId)}
              onChange={(value) => change({ deckId: Number(value) })}
              of={[
                { value: '0', text: m.accounts.deckDefault(usual?.name ?? '') },
                ...sells.map((deck) => ({ value: String(deck.id), text: deck.name })),
              ]}
            />
            <TextField
              label={m.accounts.email}
              type="email"
              inputMode="email"
              value={edit.email}
              onInput={(email) => change({ email })}
            />
            <Field label={m.accounts.address} hint={m.accounts.addressHint}>
              <textarea
                rows={4}
                value={edit.address}
                onInput={(event) => change({ address: event.currentTarget.value })}
              />
            </Field>
            <SelectField
              label={m.accounts.locale}
              value={edit.locale}
              onChange={(locale) => change({ locale })}
              of={
                LOCALES.some((one) => one.value === edit.locale)
                  ? LOCALES
                  : [...LOCALES, { value: edit.locale, text: edit.locale }]
              }
            />
          </fieldset>
          {readOnly ? (
            <p class="hint">{m.word.readOnly}</p>
          ) : (
            <span class="row">
              <Button kind="go" type="submit" disabled={deed.busy}>
                {m.word.save}
              </Button>
              <span role="status" class="ok">
                {deed.done && m.word.saved}
              </span>
            </span>
          )}
          {deed.error && <Fault error={deed.error} what={m.accounts.saving} done />}
        </form>
      </Section>
      <Section title={m.accounts.its}>
        <dl class="facts">
          <dt>{m.accounts.balance}</dt>
          <dd>
            <Money amount={account.balance} symbol={currencySymbol(account.currency)} />
            {isNegative(account.balance) && <span class="hint"> {m.accounts.credit}</span>}
          </dd>
          <dt>{m.nav.simulator}</dt>
          <dd>
            <a class="link" href={linkTo(view, '/simulator', { account: account.code })}>
              {m.accounts.open}
            </a>
          </dd>
          <dt>{m.accounts.itsCalls}</dt>
          <dd>
            <a class="link" href={linkTo(view, '/calls', { account: account.code })}>
              {m.accounts.open}
            </a>
          </dd>
          <dt>{m.accounts.itsUnrated}</dt>
          <dd>
            <a class="link" href={linkTo(view, '/calls', { account: account.code, rated: 'unrated' })}>
              {m.accounts.open}
            </a>
          </dd>
          <dt>{m.accounts.itsInvoices}</dt>
          <dd>
            <a class="link" href={linkTo(view, '/invoices', { account: account.code })}>
              {m.accounts.open}
            </a>
          </dd>
        </dl>
      </Section>
    </div>
  )
}
