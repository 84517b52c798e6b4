// What to change in the configuration of a PBX: why in one sentence, and the lines to take out and put in.

import type { ConfigAdvice, SourceHealth } from '@tollbook/api/wire-health'
import { messages } from '../../i18n/messages.ts'
import { CopyButton } from '../../parts/copy-block.tsx'
import { Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'

export function AdviceSections({ sources }: { sources: readonly SourceHealth[] }) {
  const m = messages()
  return (
    <div id="advice">
      {sources
        .filter((source) => source.advice.length > 0)
        .map((source) => (
          <Section title={m.health.advice(source.name)} hint={m.health.adviceHint}>
            {source.advice.map((advice) => (
              <One advice={advice} />
            ))}
          </Section>
        ))}
    </div>
  )
}

function One({ advice }: { advice: ConfigAdvice }) {
  const known: Readonly<Record<string, string>> = messages().health.adviceWhy
  const head = `${advice.section}\n`
  return (
    <div class="cols two advice">
      <p class="advice-why">
        <span class="warn">
          <Icon name="triangle-alert" />
        </span>
        <span>
          <b class="b">{advice.file}</b> {known[advice.kind] ?? advice.why}
        </span>
      </p>
      <div class="copyblock">
        <div class="copyhead">
          <h3 class="mono">/etc/asterisk/{advice.file}</h3>
          <CopyButton text={`${advice.section}\n${advice.add.join('\n')}\n`} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable by keyboard */}
        <pre class="code" tabIndex={0}>
          {head}
          {advice.remove.map((line) => (
            <del>{`- ${line}\n`}</del>
          ))}
          {advice.add.map((line) => (
            <ins>{`+ ${line}\n`}</ins>
          ))}
        </pre>
      </div>
    </div>
  )
}
