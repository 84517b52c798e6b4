// For whom telephone numbers are masked.

import type { TenantSettings } from '@tollbook/api/wire'
import { messages } from '../../i18n/messages.ts'
import { SelectField } from '../../parts/form.tsx'

type Who = NonNullable<TenantSettings['maskNumbers']>
const WHO: readonly Who[] = ['none', 'viewers', 'all-but-admin']

export function NumberMasks({ who, onPick }: { who: Who; onPick: (maskNumbers: Who) => void }) {
  const m = messages().settings
  return (
    <SelectField
      label={m.masks}
      hint={m.masksHint}
      value={who}
      onChange={(value) => onPick(WHO.find((one) => one === value) ?? 'none')}
      of={WHO.map((one) => ({ value: one, text: m.maskedFor[one] }))}
    />
  )
}
