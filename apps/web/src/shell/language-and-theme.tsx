// Language and theme, in the reader's reach on every page.

import { messages } from '../i18n/messages.ts'
import { Icon } from '../parts/icon.tsx'
import { Popover } from '../parts/popover.tsx'
import { LANGUAGES, type Language, language, THEMES, theme } from '../state/preferences.ts'
import { keepLanguage } from '../state/session.ts'

/** A language is named in itself: whoever needs it can read it. */
const OWN_NAME: Record<Language, string> = { en: 'English', 'zh-CN': '简体中文' }

export function LanguageAndTheme() {
  const m = messages()
  return (
    <span class="prefs">
      <Popover
        label={m.app.language}
        panelClass="pick up"
        buttonClass="btn quiet"
        button={
          <>
            <Icon name="languages" />
            <span class="sr">
              {m.app.language}: {OWN_NAME[language.value]}
            </span>
          </>
        }
      >
        {(close) => (
          <ul class="picks">
            {LANGUAGES.map((one) => (
              <li>
                <button
                  type="button"
                  lang={one}
                  aria-pressed={one === language.value}
                  onClick={() => {
                    keepLanguage(one)
                    close()
                  }}
                >
                  <span>{OWN_NAME[one]}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Popover>
      <Popover
        label={m.app.theme}
        panelClass="pick up"
        buttonClass="btn quiet"
        button={
          <>
            <Icon name="sun-moon" />
            <span class="sr">
              {m.app.theme}: {m.app.themes[theme.value]}
            </span>
          </>
        }
      >
        {(close) => (
          <ul class="picks">
            {THEMES.map((one) => (
              <li>
                <button
                  type="button"
                  aria-pressed={one === theme.value}
                  onClick={() => {
                    theme.value = one
                    close()
                  }}
                >
                  <span>{m.app.themes[one]}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Popover>
    </span>
  )
}
