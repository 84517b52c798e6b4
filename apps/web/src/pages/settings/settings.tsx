// Settings: what a tenant is called and how it counts and bills, the reader's own password, and the end of the sample.

import type { TenantSettings } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { readTenant, saveTenant } from '../../api/routes.ts'
import { listPlans } from '../../api/tariff-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Field, SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Await, Button, Fault, PageHead, Section } from '../../parts/frame.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite, refreshSession, session } from '../../state/session.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { taxPercent } from '../invoices/invoice.tsx'
import { NumberMasks } from './number-masks.tsx'
import { NumberPlan } from './number-plan.tsx'
import { Password } from './password.tsx'
import { Profile } from './profile.tsx'
import { SampleRemoval } from './sample-removal.tsx'

export function Settings() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const loaded = useLoad(`tenant/${slug}`, (signal) => readTenant(slug, signal))
  const sample = session.value?.tenants.find((one) => one.isSample)
  return (
    <>
      <PageHead title={m.nav.settings} note={view.tenant.name} />
      <div class="cols side">
        <Await of={loaded} what={m.settings.reading} height={600}>
          {(settings) => <TenantForm key={slug} view={view} settings={settings} onSaved={loaded.again} />}
        </Await>
        <div>
          <Section title={m.rules.title}>
            <a class="link" href={linkTo(view, '/settings/rules')}>
              {m.rules.link}
            </a>
          </Section>
          <Profile />
          <Password />
          {sample && mayWrite(sample) && <SampleRemoval sample={sample} />}
          <Section title={m.settings.about}>
            <p class="muted">{m.settings.version(session.value?.version ?? '')}</p>
          </Section>
        </div>
      </div>
    </>
  )
}

function TenantForm(props: { view: View; settings: TenantSettings; onSaved: () => void }) {
  const { view, settings } = props
  const m = messages()
  const deed = useDeed()
  const [edit, setEdit] = useState({
    ...settings,
    international: settings.internationalPrefixes.join(', '),
    strip: (settings.stripPrefixes ?? []).join(', '),
    planId: settings.planId ?? 0,
    address: settings.legal.address.join('\n'),
    taxId: settings.legal.taxId,
    taxPercent: taxPercent(settings.legal.taxRate),
    iban: settings.legal.iban,
  })
  const change = (part: Partial<typeof edit>) => {
    deed.clear()
    setEdit({ ...edit, ...part })
  }
  const readOnly = !mayWrite(view.tenant)
  const submit = async (event: Event) => {
    event.preventDefault()
    const next: TenantSettings = {
      name: edit.name,
      zone: edit.zone,
      currency: edit.currency,
      countryCode: edit.countryCode,
      internationalPrefixes: edit.international.split(/[\s,;]+/).filter(Boolean),
      nationalPrefix: edit.nationalPrefix,
      stripPrefixes: edit.strip.split(/[\s,;]+/).filter(Boolean),
      planId: edit.planId,
      maskNumbers: edit.maskNumbers ?? 'none',
      legal: {
        address: edit.address
          .split('\n')
          .map((line) => line.trim())
          .filter(Boolean),
        taxId: edit.taxId,
        taxRate: rateOfPercent(edit.taxPercent),
        iban: edit.iban,
      },
    }
    if (await deed.run(() => saveTenant(view.tenant.slug, next))) {
      await refreshSession()
      props.onSaved()
    }
  }
  const zones = typeof Intl.supportedValuesOf === 'function' ? ['UTC', ...Intl.supportedValuesOf('timeZone')] : ['UTC']
  return (
    <form onSubmit={(event) => void submit(event)}>
      <fieldset class="plain" disabled={readOnly}>
        <Section title={m.settings.tenant}>
          <div class="form">
            <TextField label={m.settings.name} value={edit.name} onInput={(name) => change({ name })} required />
            <TextField
              label={m.settings.zone}
              hint={m.settings.zoneHint}
              value={edit.zone}
              onInput={(zone) => change({ zone })}
              list="zones"
              required
            />
            <datalist id="zones">
              {zones.map((zone) => (
                <option value={zone} />
              ))}
            </datalist>
            <TextField
              label={m.settings.currency}
              value={edit.currency}
              onInput={(currency) => change({ currency: currency.toUpperCase() })}
              required
              pattern="[A-Z]{3}"
            />
            <NumberMasks who={edit.maskNumbers ?? 'none'} onPick={(maskNumbers) => change({ maskNumbers })} />
            <DefaultPlan view={view} planId={edit.planId} onPick={(planId) => change({ planId })} />
          </div>
        </Section>
        <NumberPlan edit={edit} onChange={change} />
        <Section title={m.settings.legal}>
          <div class="form">
            <Field label={m.settings.address}>
              <textarea
                rows={4}
                value={edit.address}
                onInput={(event) => change({ address: event.currentTarget.value })}
              />
            </Field>
            <div class="row2">
              <TextField label={m.settings.taxId} value={edit.taxId} onInput={(taxId) => change({ taxId })} />
              <TextField
                label={`${m.settings.taxRate} ${m.settings.taxRateUnit}`}
                value={edit.taxPercent}
                onInput={(value) => change({ taxPercent: value })}
                inputMode="decimal"
                pattern="\d{1,2}(\.\d{1,2})?"
                required
              />
            </div>
            <TextField label={m.settings.iban} value={edit.iban} onInput={(iban) => change({ iban })} mono />
          </div>
        </Section>
      </fieldset>
      {readOnly ? (
        <p class="hint">{m.word.readOnly}</p>
      ) : (
        <span class="row pad-top">
          <Button kind="go" type="submit" disabled={deed.busy}>
            {m.settings.save}
          </Button>
          <span role="status" class="ok">
            {deed.done && m.word.saved}
          </span>
        </span>
      )}
      {deed.error && <Fault error={deed.error} what={m.settings.saving} done />}
    </form>
  )
}

function DefaultPlan({ view, planId, onPick }: { view: View; planId: number; onPick: (planId: number) => void }) {
  const m = messages()
  const { slug } = view.tenant
  const plans = useLoad(`plans/${slug}`, (signal) => listPlans(slug, signal)).data?.items ?? []
  return (
    <SelectField
      label={m.settings.defaultPlan}
      hint={m.settings.defaultPlanHint}
      value={String(planId)}
      onChange={(value) => onPick(Number(value))}
      of={[
        { value: '0', text: m.settings.noPlan },
        ...plans.map((plan) => ({ value: String(plan.id), text: plan.name })),
      ]}
    />
  )
}

/** "23" → "0.23", "5.5" → "0.055"; text all the way. */
export function rateOfPercent(percent: string): string {
  const [whole = '0', fraction = ''] = percent.split('.')
  const digits = `${whole.padStart(2, '0')}${fraction}`.replace(/0+$/, '')
  return digits === '' ? '0' : `0.${digits}`
}
