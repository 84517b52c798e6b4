// What came in against what is counted: a call told twice is one call, and the table says how often that happened.

import type { DataHealth, WayHealth } from '@tollbook/api/wire-health'
import type { ComponentChildren as Kids } from 'preact'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { Section } from '../../parts/frame.tsx'
import { callsOf, type View } from '../../state/view.ts'

export function CountedOnce({ view, health, last }: { view: View; health: DataHealth; last: string }) {
  const m = messages()
  const ways = health.sources.flatMap((source) => source.ways)
  const sum = (of: (way: WayHealth) => number) => ways.reduce((total, way) => total + of(way), 0)
  const names = [...new Set(ways.map((way) => m.health.ways[way.way]))]
  const held = health.long.filter((call) => call.held).length
  const rows: readonly (readonly [string, string, number, string?])[] = [
    [m.health.received, m.health.receivedHint(names), sum((way) => way.received)],
    [m.health.inserted, m.health.insertedHint, sum((way) => way.inserted), callsOf({ ...view, filters: {} })],
    [m.health.matched, m.health.matchedHint, sum((way) => way.matched)],
    [m.health.duplicates, m.health.duplicatesHint, sum((way) => way.duplicates)],
    [m.health.late, m.health.lateHint, sum((way) => way.late)],
    [m.health.long, m.health.longHint(held), health.long.length, '#long'],
    [m.health.lost, m.health.lostHint, health.lost.length, '#lost'],
  ]
  return (
    <Section title={m.health.once} hint={last}>
      <table class="t once">
        <tbody>
          {rows.map(([name, hint, n, href]) => (
            <tr>
              <td>
                {name}
                <span class="sub">{hint}</span>
              </td>
              <td class="n b">{linked(n, href)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function linked(n: number, href: string | undefined): Kids {
  return n > 0 && href ? <a href={href}>{count(n)}</a> : count(n)
}
