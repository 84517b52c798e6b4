// How far long work is: a bar on a terminal, a line every ten per cent elsewhere. Always on standard error.

export type Progress = {
  /** `fraction` from 0 to 1. */
  show(label: string, fraction: number): void
  /** Ends the bar, so that what follows starts on its own line. */
  end(): void
}

const WIDTH = 30
/** A terminal redraws often enough at this step, and a slow one is not flooded. */
const STEP = 0.005

/** A bar when `terminal`, else sparse lines through `say`. */
export function progressOn(terminal: boolean, say: (text: string) => void): Progress {
  return terminal ? bar() : sparse(say)
}

function bar(): Progress {
  let shown = ''
  let last = -1
  return {
    show(label, fraction) {
      const f = Math.min(1, Math.max(0, fraction))
      if (Math.abs(f - last) < STEP && f < 1) return
      last = f
      const full = Math.round(f * WIDTH)
      shown = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${String(Math.floor(f * 100)).padStart(3)} %  ${label}`
      process.stderr.write(`\r\u001b[2K${shown}`)
    },
    end() {
      if (shown !== '') process.stderr.write('\n')
      shown = ''
    },
  }
}

function sparse(say: (text: string) => void): Progress {
  let next = 0
  return {
    show(label, fraction) {
      const tenth = Math.floor(Math.min(1, fraction) * 10)
      if (tenth < next) return
      next = tenth + 1
      say(`${label}: ${tenth * 10} %`)
    },
    end() {},
  }
}
