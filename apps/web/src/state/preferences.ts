// Language and theme, the only things the browser remembers; the view itself lives in the URL.

import { effect, signal } from '@preact/signals'

export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]
export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const language = signal<Language>(oneOf(LANGUAGES, recall('language')) ?? browserLanguage())
export const theme = signal<Theme>(oneOf(THEMES, recall('theme')) ?? 'auto')

/** Locale for Intl: day before month and 24 h in English too. */
export function localeTag(): string {
  return language.value === 'zh-CN' ? 'zh-CN' : 'en-IE'
}

/** Keeps the document and the browser's store in step with both; called once at start. */
export function applyPreferences(): void {
  effect(() => {
    document.documentElement.lang = language.value
    remember('language', language.value)
  })
  effect(() => {
    const root = document.documentElement
    if (theme.value === 'auto') delete root.dataset.theme
    else root.dataset.theme = theme.value
    remember('theme', theme.value)
  })
}

/** True once a person has chosen: then the account's own locale no longer decides. */
export function languageChosen(): boolean {
  return recall('language.chosen') === 'yes'
}

export function chooseLanguage(next: Language): void {
  remember('language.chosen', 'yes')
  language.value = next
}

function browserLanguage(): Language {
  const first = typeof navigator === 'undefined' ? '' : (navigator.language ?? '')
  return first.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

function oneOf<T extends string>(of: readonly T[], value: string | null): T | undefined {
  return of.find((one) => one === value)
}

// Storage may be forbidden or full; a preference is then for this page only.
function recall(key: string): string | null {
  try {
    return localStorage.getItem(`tollbook.${key}`)
  } catch {
    return null
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`tollbook.${key}`, value)
  } catch {}
}
