// Starts the pages: fonts and styles, the language, who is signed in, then the first drawing.

import './css/app.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { followLanguage } from './i18n/messages.ts'
import { applyPreferences } from './state/preferences.ts'
import { refreshSession } from './state/session.ts'

applyPreferences()
await Promise.all([refreshSession(), followLanguage()])
render(<App />, document.getElementById('app') as HTMLElement)
