// Which figures a table by groups has: any that /stats knows. They stand in the URL, so that a link and a saved view have them.

import { messages } from '../../i18n/messages.ts'
import { Icon } from '../../parts/icon.tsx'
import { METRIC_NAMES, type MetricName, metricWord } from '../../parts/metric.ts'
import { Popover } from '../../parts/popover.tsx'
import { linkHere, type View } from '../../state/view.ts'

const USUAL: readonly MetricName[] = ['calls', 'answered', 'asr', 'minutes', 'acd', 'revenue', 'margin']

/** Those of the URL that there are, in the order of the menu; the usual ones where it names none. */
export function figuresOf(view: Pick<View, 'query'>): readonly MetricName[] {
  const asked = view.query.figures?.split(',') ?? []
  const known = METRIC_NAMES.filter((name) => asked.includes(name))
  return known.length > 0 ? known : USUAL
}

export function FigureMenu({ view }: { view: View }) {
  const m = messages()
  const shown = figuresOf(view)
  const set = (names: readonly MetricName[]) => view.go(linkHere(view, { figures: names.join() }), true)
  return (
    <Popover
      label={m.calls.figures}
      panelClass="pick end"
      name={m.calls.figures}
      button={
        <>
          <Icon name="table-2" />
          <span class="wide">{m.calls.figures}</span>
        </>
      }
    >
      {() => (
        <>
          <ul class="picks choices">
            {METRIC_NAMES.map((name) => (
              <li>
                <label title={m.metric[name].about}>
                  <input
                    type="checkbox"
                    checked={shown.includes(name)}
                    disabled={shown.length === 1 && shown[0] === name}
                    onChange={(event) =>
                      set(event.currentTarget.checked ? [...shown, name] : shown.filter((one) => one !== name))
                    }
                  />
                  {metricWord(name)}
                </label>
              </li>
            ))}
          </ul>
          {view.query.figures && (
            <button type="button" class="back" onClick={() => view.go(linkHere(view, { figures: null }), true)}>
              <Icon name="rotate-ccw" />
              {m.calls.usualFigures}
            </button>
          )}
        </>
      )}
    </Popover>
  )
}
