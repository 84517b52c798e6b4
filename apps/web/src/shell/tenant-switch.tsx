// Which tenant is looked at, and the way out. The sample is always marked as such.

import { messages } from '../i18n/messages.ts'
import { Icon } from '../parts/icon.tsx'
import { Popover } from '../parts/popover.tsx'
import { session, signOut } from '../state/session.ts'
import type { View } from '../state/view.ts'

export function TenantSwitch({ view }: { view: View }) {
  const m = messages()
  const tenants = session.value?.tenants ?? []
  return (
    <Popover
      label={m.app.tenant}
      panelClass="pick up tenants"
      buttonClass="btn quiet tenant"
      button={
        <>
          <span class="sr">{m.app.tenant}: </span>
          <b class="b" title={view.tenant.name}>
            {view.tenant.name}
          </b>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => (
        <ul class="picks">
          {tenants.map((one) => (
            <li>
              <a
                href={`/?tenant=${one.slug}`}
                aria-current={one.slug === view.tenant.slug ? 'true' : undefined}
                onClick={() => close()}
              >
                <span>{one.name}</span>
                {one.isSample && <span class="tag warn">{m.app.sampleMark}</span>}
              </a>
            </li>
          ))}
          <li class="out">
            <button type="button" onClick={() => void signOut()}>
              <span>{m.app.signOut}</span>
              <Icon name="log-out" />
            </button>
          </li>
        </ul>
      )}
    </Popover>
  )
}

/** Across the top of every page of the sample, so that nobody takes invented figures for their own. */
export function SampleBand({ view }: { view: View }) {
  const m = messages()
  if (!view.tenant.isSample) return null
  const own = session.value?.tenants.find((one) => !one.isSample)
  return (
    <p class="band noprint">
      <b class="b">{m.app.sampleMark}</b>
      <span class="wide">{m.app.sampleBand}</span>
      <span class="grow" />
      {own && <a href={`/?tenant=${own.slug}`}>{m.app.toOwn(own.name)}</a>}
    </p>
  )
}
