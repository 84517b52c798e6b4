// Runs before the first paint, so that a dark page never flashes white. A file of its own: the policy forbids inline script.
{
  const root = document.documentElement
  try {
    const theme = localStorage.getItem('tollbook.theme')
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
    const language = localStorage.getItem('tollbook.language')
    if (language) root.lang = language
  } catch {
    // Storage can be forbidden; the system's theme then rules.
  }
}
