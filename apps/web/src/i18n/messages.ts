// The messages of the language chosen. English is here from the start; Chinese loads when somebody wants it.

import { signal } from '@preact/signals'
import { type Language, language } from '../state/preferences.ts'
import { en, type Messages } from './en.ts'

const loaded = signal<Messages>(en)

/** The sentences to draw with; components that read them draw again when the language changes. */
export function messages(): Messages {
  return loaded.value
}

/** Follows the language; resolves when the first one is here, so that nothing is drawn in the wrong one. */
export async function followLanguage(): Promise<void> {
  await show(language.value)
  language.subscribe((next) => void show(next))
}

async function show(next: Language): Promise<void> {
  if (next === 'en') {
    loaded.value = en
    return
  }
  const { zhCN } = await import('./zh-CN.ts')
  if (language.value === 'zh-CN') loaded.value = zhCN
}
