// From when a version is in force: for all calls not charged yet, from now, or from a date in the deck's zone.

import type { ActivateRequest } from '@tollbook/api/wire-tariffs'
import { wallInput, wallInstant } from '../format/wall-time.ts'
import { messages } from '../i18n/messages.ts'
import { Field } from './form.tsx'

/** `at` is what the clock on the wall shows in the deck's zone; it counts only with `kind` "date". */
export type Effect = { readonly kind: 'always' | 'now' | 'date'; readonly at: string }

export function startEffect(zone: string, kind: Effect['kind'] = 'now'): Effect {
  return { kind, at: `${wallInput(zone, Date.now() + 86_400_000).slice(0, 11)}00:00` }
}

/** What the api is asked for; undefined while the date cannot be read. */
export function effectRequest(effect: Effect, zone: string): ActivateRequest['effectiveFrom'] | undefined {
  if (effect.kind !== 'date') return effect.kind
  const ms = wallInstant(zone, effect.at)
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

export function EffectChoice(props: {
  zone: string
  effect: Effect
  onChange: (effect: Effect) => void
  /** Several on a page need names of their own. */
  name: string
}) {
  const { zone, effect, onChange } = props
  const words = messages().rates
  return (
    <fieldset class="radios">
      <legend>{words.when}</legend>
      {(['always', 'now', 'date'] as const).map((kind) => (
        <label class="radio">
          <input
            type="radio"
            name={props.name}
            checked={effect.kind === kind}
            onChange={() => onChange({ ...effect, kind })}
          />
          <span>
            {words.effect[kind]}
            <span class="sub">{words.effectHint[kind]}</span>
          </span>
        </label>
      ))}
      {effect.kind === 'date' && (
        <Field label={words.beginsAt(zone)}>
          <input
            type="datetime-local"
            value={effect.at}
            required
            onInput={(event) => onChange({ ...effect, at: event.currentTarget.value })}
          />
        </Field>
      )}
    </fieldset>
  )
}
