// The tiers of a rate as rows to edit: so many seconds at a price, then the next.

import type { TierInfo } from '@tollbook/api/wire-tariffs'
import { messages } from '../../i18n/messages.ts'
import { Button } from '../../parts/frame.tsx'

const FRESH: TierInfo = { seconds: 60, pricePerMinute: '0', entryFee: '0', incrementSeconds: 60 }

export function Tiers({
  tiers,
  onChange,
}: {
  tiers: readonly TierInfo[]
  onChange: (tiers: readonly TierInfo[]) => void
}) {
  const m = messages()
  const change = (at: number, part: Partial<TierInfo>) =>
    onChange(tiers.map((tier, i) => (i === at ? { ...tier, ...part } : tier)))
  const cell = (label: string, at: number, value: string, take: (text: string) => Partial<TierInfo>) => (
    <td>
      <input
        class="inp"
        aria-label={label}
        value={value}
        inputMode="decimal"
        required
        onInput={(event) => change(at, take(event.currentTarget.value))}
      />
    </td>
  )
  return (
    <div class="pad-top">
      <h4 class="mid">
        {m.rates.tiers} <span class="hint">{m.rates.tiersHint}</span>
      </h4>
      {tiers.length > 0 && (
        <div class="tw">
          <table class="t edit">
            <thead>
              <tr>
                <th>{m.rates.tierSeconds}</th>
                <th>{m.rates.tierPrice}</th>
                <th>{m.rates.tierFee}</th>
                <th>{m.rates.tierStep}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {tiers.map((tier, at) => (
                <tr>
                  {cell(m.rates.tierSeconds, at, String(tier.seconds), (text) => ({ seconds: Number(text) || 0 }))}
                  {cell(m.rates.tierPrice, at, tier.pricePerMinute, (pricePerMinute) => ({ pricePerMinute }))}
                  {cell(m.rates.tierFee, at, tier.entryFee, (entryFee) => ({ entryFee }))}
                  {cell(m.rates.tierStep, at, String(tier.incrementSeconds), (text) => ({
                    incrementSeconds: Number(text) || 0,
                  }))}
                  <td class="n">
                    <Button
                      kind="quiet"
                      icon="trash-2"
                      label={m.rates.removeTier(String(at + 1))}
                      onClick={() => onChange(tiers.filter((_, i) => i !== at))}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Button kind="quiet" icon="plus" onClick={() => onChange([...tiers, FRESH])}>
        {m.rates.addTier}
      </Button>
    </div>
  )
}
