// Progress on standard error: a bar that redraws itself on a terminal, else a line now and then for a log to keep.

export type Progress = {
  /** `fraction` from 0 to 1 of the stage `label`. */
  show(label: string, fraction: number): void
  /** Ends the bar's line. */
  end(): void
}

/** A log gets a line when a stage begins and at each quarter of it. */
const STEPS_IN_A_LOG = 4
const WIDTH = 28
/** Redrawing more often than the eye can see would only cost time, milliseconds. */
const REDRAW_MS = 80

/** Progress for one command. `nowMs` is asked to keep redraws apart. */
export function createProgress(err: (text: string) => void, terminal: boolean, nowMs: () => number): Progress {
  return terminal ? bar(err, nowMs) : log(err)
}

function bar(err: (text: string) => void, nowMs: () => number): Progress {
  let drawnAt = Number.NEGATIVE_INFINITY
  let label = ''
  return {
    show(next, fraction) {
      const now = nowMs()
      if (next === label && fraction < 1 && now - drawnAt < REDRAW_MS) return
      if (next !== label && label !== '') err('\n')
      label = next
      drawnAt = now
      const full = Math.round(Math.min(1, fraction) * WIDTH)
      const percent = String(Math.floor(Math.min(1, fraction) * 100)).padStart(3)
      err(`\r${label.padEnd(12)} ${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent} %`)
    },
    end() {
      if (label !== '') err('\n')
      label = ''
    },
  }
}

function log(err: (text: string) => void): Progress {
  let label = ''
  let step = -1
  return {
    show(next, fraction) {
      const now = Math.floor(Math.min(1, fraction) * STEPS_IN_A_LOG)
      if (next === label && now <= step) return
      label = next
      step = now
      err(`${label}: ${Math.floor((now * 100) / STEPS_IN_A_LOG)} %\n`)
    },
    end() {
      label = ''
      step = -1
    },
  }
}
