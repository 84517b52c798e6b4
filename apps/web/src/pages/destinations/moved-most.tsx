// Destinations whose calls or answered share moved against the compared period by more than chance explains.

import type { StatsRow } from '@tollbook/api/wire'
import { change, count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { ChangeWhy } from '../../parts/change-why.tsx'
import { dimensionWord, nameOf } from '../../parts/dimension.ts'
import { FigureTools } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { FigureTold, FigureWhy } from '../../parts/figure-why.tsx'
import { Section } from '../../parts/frame.tsx'
import { metricText, metricWord } from '../../parts/metric.ts'
import { callsOf, type View } from '../../state/view.ts'
import { type Move, movesOf } from './moved.ts'

const MOST = 8

/** `before` null: nothing is compared. */
export function Moved(props: { view: View; now: readonly StatsRow[]; before: readonly StatsRow[] | null }) {
  const { view, now, before } = props
  const m = messages()
  const moves = before ? movesOf(now, before, MOST) : []
  return (
    <Section
      title={m.analyse.moved}
      hint={m.analyse.movedHint}
      tools={
        moves.length > 0 && <FigureTools data={dataOf(moves)} file={`moved-${view.span.token.replaceAll('..', '-')}`} />
      }
    >
      {moves.length === 0 && <p class="muted">{before ? m.analyse.movedNone : m.analyse.movedNoCompare}</p>}
      {moves.length > 0 && (
        <table class="t moved">
          <thead>
            <tr>
              <th>{dimensionWord('destination')}</th>
              <th class="n">{metricWord('calls')}</th>
              <th class="n">{m.overview.change}</th>
            </tr>
          </thead>
          <tbody>
            {moves.map((move) => (
              <MoveRow view={view} move={move} />
            ))}
          </tbody>
        </table>
      )}
      <p class="hint under">{m.analyse.movedRule}</p>
    </Section>
  )
}

function MoveRow({ view, move }: { view: View; move: Move }) {
  const m = messages().analyse
  const scope = nameOf('destination', move.row)
  const href = callsOf(view, { destination: move.row.key })
  const asr = move.asr && { before: count(move.asr.before, 1), now: count(move.asr.now, 1) }
  return (
    <tr>
      <td>
        <a href={href}>{scope}</a>
        {asr && (
          <span class="sub warn">
            <FigureTold
              view={view}
              href={callsOf(view, { destination: move.row.key, outcome: 'answered' })}
              scope={scope}
              told={{
                name: metricWord('asr'),
                formula: m.movedAsrF(asr.before, asr.now),
                about: messages().metric.asr.about,
              }}
            >
              {m.movedAsr(asr.before, asr.now)}
            </FigureTold>
          </span>
        )}
      </td>
      <td class="n">
        <FigureWhy view={view} metric="calls" values={{ calls: move.now }} currency="" href={href} scope={scope} />
      </td>
      <td class="n">
        <ChangeWhy view={view} now={move.now} before={move.before} href={href} scope={scope} />
      </td>
    </tr>
  )
}

function dataOf(moves: readonly Move[]): FigureData {
  const m = messages()
  const share = (value: string | number | null) => metricText('asr', value)
  const calls = (value: string | number | null) => metricText('calls', value)
  return {
    of: dimensionWord('destination'),
    ofKey: 'destination',
    columns: [
      { key: 'calls', name: metricWord('calls'), show: calls },
      { key: 'calls_before', name: metricWord('calls'), show: calls },
      { key: 'change_pct', name: m.overview.change, show: share },
      { key: 'asr', name: metricWord('asr'), show: share },
      { key: 'asr_before', name: metricWord('asr'), show: share },
    ],
    rows: moves.map((move) => ({
      name: nameOf('destination', move.row),
      key: nameOf('destination', move.row),
      values: [
        ...[move.now, move.before, change(move.now, move.before)],
        ...[move.asr?.now ?? null, move.asr?.before ?? null],
      ],
    })),
  }
}
