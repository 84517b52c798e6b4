// A channel, a context, a number: what they are by the rules on the page, and by which.

import type { CallRules, RulesTrial } from '@tollbook/api/wire-rules'
import { useState } from 'preact/hooks'
import { tryRules } from '../../api/rules-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import type { View } from '../../state/view.ts'

const NOTHING = { channel: '', context: '', app: '', number: '' }

export function Trial({ view, rules }: { view: View; rules: CallRules }) {
  const m = messages()
  const [asked, setAsked] = useState(NOTHING)
  const [found, setFound] = useState<RulesTrial>()
  const deed = useDeed()
  const change = (part: Partial<typeof NOTHING>) => {
    setFound(undefined)
    setAsked({ ...asked, ...part })
  }
  const ask = async (event: Event) => {
    event.preventDefault()
    await deed.run(async () => setFound(await tryRules(view.tenant.slug, { rules, ...asked })))
  }
  return (
    <Section title={m.rules.trial} hint={m.rules.trialHint}>
      <form class="form" onSubmit={(event) => void ask(event)}>
        <TextField
          label={m.rules.channelAsked}
          value={asked.channel}
          placeholder="PJSIP/trunk-0000001c"
          onInput={(channel) => change({ channel: channel.trim() })}
          mono
        />
        <TextField
          label={m.rules.contextAsked}
          value={asked.context}
          placeholder="from-pstn"
          onInput={(context) => change({ context: context.trim() })}
          mono
        />
        <TextField label={m.rules.appAsked} value={asked.app} onInput={(app) => change({ app: app.trim() })} mono />
        <TextField
          label={m.rules.numberAsked}
          value={asked.number}
          onInput={(number) => change({ number: number.trim() })}
          mono
        />
        <span class="row">
          <Button type="submit" disabled={deed.busy}>
            {m.rules.ask}
          </Button>
        </span>
        <div role="status">{found && <Found found={found} asked={asked} />}</div>
        {deed.error && <Fault error={deed.error} what={m.rules.trying} done />}
      </form>
    </Section>
  )
}

function Found({ found, asked }: { found: RulesTrial; asked: typeof NOTHING }) {
  const m = messages()
  const by = found.rule === 0 ? m.rules.byTrunk : m.rules.byRule(found.rule)
  return (
    <ul class="plain">
      {asked.channel !== '' && (
        <li>
          <code>{asked.channel}</code>: {found.kind === null ? m.rules.noRule : `${m.rules.kinds[found.kind]} (${by})`}
        </li>
      )}
      {found.direction !== null && (
        <li>
          {m.rules.way}: {m.word.direction[found.direction]}
        </li>
      )}
      {found.step !== null && (
        <li>
          {m.rules.step}: {m.rules.lists[found.step]}
        </li>
      )}
      {found.did && <li>{m.rules.isDid}</li>}
    </ul>
  )
}
