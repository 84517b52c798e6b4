// The list of commands. Each is loaded only when it is asked for: `tollbook version` needs no database driver.

import type { Command } from './command.ts'

/** Commands by their one or two words, in the order in which help shows them. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./commands/up.ts')).upCommand,
  import: async () => (await import('./commands/import.ts')).importCommand,
  stats: async () => (await import('./commands/stats.ts')).statsCommand,
  'deck preview': async () => (await import('./commands/deck-preview.ts')).deckPreview,
  'deck import': async () => (await import('./commands/deck-import.ts')).deckImport,
  'deck list': async () => (await import('./commands/deck-list.ts')).deckList,
  'deck show': async () => (await import('./commands/deck-list.ts')).deckShow,
  'deck activate': async () => (await import('./commands/deck-versions.ts')).deckActivate,
  'deck withdraw': async () => (await import('./commands/deck-versions.ts')).deckWithdraw,
  'deck discard': async () => (await import('./commands/deck-versions.ts')).deckDiscard,
  'deck rollback': async () => (await import('./commands/deck-versions.ts')).deckRollback,
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand,
  'rating a2billing': async () => (await import('./commands/rating.ts')).ratingA2Billing,
  'invoice run': async () => (await import('./commands/invoice.ts')).invoiceRun,
  'invoice list': async () => (await import('./commands/invoice.ts')).invoiceList,
  'source connect': async () => (await import('./commands/source.ts')).sourceConnect,
  'source list': async () => (await import('./commands/source.ts')).sourceList,
  'sample create': async () => (await import('./commands/sample.ts')).sampleCreate,
  'sample delete': async () => (await import('./commands/sample.ts')).sampleDelete,
  signin: async () => (await import('./commands/signin.ts')).signinCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  bench: async () => (await import('./commands/bench.ts')).benchCommand,
  help: async () => (await import('./commands/help.ts')).helpOn(COMMANDS),
  version: async () => (await import('./commands/version.ts')).versionCommand,
}
