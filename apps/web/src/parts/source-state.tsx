// The dot before a source's name: shape as well as colour says whether it is live.

import type { SourceRow } from '@tollbook/api/wire'

const SHAPE: Record<SourceRow['state'], string> = {
  live: '',
  connecting: 'late',
  reconnecting: 'late',
  refused: 'down',
  stopped: 'off',
  none: 'off',
}

export function StateDot({ state }: { state: SourceRow['state'] }) {
  return <span class={`dot ${SHAPE[state]}`} />
}
