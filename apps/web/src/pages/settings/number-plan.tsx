// The number plan: how dialled digits become an international number.

import { messages } from '../../i18n/messages.ts'
import { TextField } from '../../parts/form.tsx'
import { Section } from '../../parts/frame.tsx'

/** As the fields hold it; lists are separated by commas. */
type Edit = {
  readonly countryCode: string
  readonly international: string
  readonly nationalPrefix: string
  readonly strip: string
}

export function NumberPlan({ edit, onChange }: { edit: Edit; onChange: (part: Partial<Edit>) => void }) {
  const m = messages()
  return (
    <Section title={m.settings.plan} hint={m.settings.planHint}>
      <div class="form three">
        <TextField
          label={m.settings.country}
          value={edit.countryCode}
          onInput={(countryCode) => onChange({ countryCode })}
          inputMode="numeric"
          pattern="\d{0,4}"
          placeholder="353"
        />
        <TextField
          label={m.settings.international}
          hint={m.settings.internationalHint}
          value={edit.international}
          onInput={(international) => onChange({ international })}
          pattern="[\d\s,;]*"
        />
        <TextField
          label={m.settings.national}
          value={edit.nationalPrefix}
          onInput={(nationalPrefix) => onChange({ nationalPrefix })}
          inputMode="numeric"
          pattern="\d{0,4}"
          placeholder="0"
        />
        <TextField
          label={m.settings.strip}
          hint={m.settings.stripHint}
          value={edit.strip}
          onInput={(strip) => onChange({ strip })}
          pattern="[\d*#\s,;]*"
        />
      </div>
    </Section>
  )
}
