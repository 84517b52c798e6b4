// By which way a PBX is reached: transport, login, certificate, path. Shows only what the way chosen has.

import type { AmiAuth, AmiTransport, SourceRow } from '@tollbook/api/wire'
import { messages } from '../../i18n/messages.ts'
import { Field, SelectField, TextField } from '../../parts/form.tsx'

export type Reach = {
  readonly transport: AmiTransport
  readonly auth: AmiAuth
  readonly caPem: string
  readonly serverName: string
  readonly httpPath: string
}

export const USUAL_PORT: Readonly<Record<AmiTransport, number>> = { tcp: 5038, tls: 5039, http: 8088, https: 8089 }

export function reachOf(ami: SourceRow['ami']): Reach {
  const { transport = 'tcp', auth = 'auto', caPem = '', serverName = '', httpPath = '' } = ami ?? {}
  return { transport, auth, caPem, serverName, httpPath }
}

export function ReachFields({ reach, onChange }: { reach: Reach; onChange: (reach: Reach) => void }) {
  const m = messages()
  const secure = reach.transport === 'tls' || reach.transport === 'https'
  const http = reach.transport === 'http' || reach.transport === 'https'
  const set = (change: Partial<Reach>) => onChange({ ...reach, ...change })
  return (
    <>
      <div class="row2">
        <SelectField
          label={m.live.transport}
          value={reach.transport}
          onChange={(transport) => set({ transport })}
          of={(['tcp', 'tls', 'http', 'https'] as const).map((value) => ({ value, text: m.live.transports[value] }))}
          hint={m.live.transportHint[reach.transport]}
        />
        <SelectField
          label={m.live.auth}
          value={reach.auth}
          onChange={(auth) => set({ auth })}
          of={(['auto', 'md5', 'plain'] as const).map((value) => ({ value, text: m.live.auths[value] }))}
        />
      </div>
      {http && (
        <TextField
          label={m.live.httpPath}
          hint={m.live.httpPathHint}
          value={reach.httpPath}
          onInput={(httpPath) => set({ httpPath })}
          pattern="[\w.\/~\-]*"
          mono
        />
      )}
      {secure && (
        <>
          <TextField
            label={m.live.serverName}
            hint={m.live.serverNameHint}
            value={reach.serverName}
            onInput={(serverName) => set({ serverName })}
            mono
          />
          <Field label={m.live.ca} hint={m.live.caHint}>
            <textarea
              class="mono"
              rows={4}
              spellcheck={false}
              value={reach.caPem}
              placeholder="-----BEGIN CERTIFICATE-----"
              onInput={(event) => set({ caPem: event.currentTarget.value })}
            />
          </Field>
        </>
      )}
    </>
  )
}
