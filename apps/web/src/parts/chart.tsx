// Chart.js dressed in the tokens: axes, tooltip, weekend wash, and a canvas with a name for screen readers.
// Knows nothing of calls; the page hands in the configuration.

import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  Tooltip,
} from 'chart.js'
import { useEffect, useRef } from 'preact/hooks'
import { language, theme } from '../state/preferences.ts'

// One by one: `chart.js/auto` is 12 kB gzip more.
Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)
Chart.defaults.animation = false
Chart.defaults.maintainAspectRatio = false

/** Colour of a token as the canvas understands it. */
export type Paint = (token: string) => string

/** Draws what `make` returns; draws again when it, the theme or the language changes. */
export function ChartBox(props: { make: (paint: Paint) => ChartConfiguration; height: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { make } = props
  useEffect(() => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily
    const draw = () => new Chart(canvas.current as HTMLCanvasElement, make(paintNow()))
    let chart = draw()
    const again = () => {
      chart.destroy()
      chart = draw()
    }
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', again)
    let gone = false
    // Labels measured before the font is here would be cut.
    if (document.fonts.status !== 'loaded') void document.fonts.ready.then(() => gone || again())
    return () => {
      gone = true
      dark.removeEventListener('change', again)
      chart.destroy()
    }
  }, [make, theme.value, language.value])
  return (
    <div class="cv" style={{ '--h': `${props.height}px` }}>
      <canvas ref={canvas} role="img" aria-label={props.label} />
    </div>
  )
}

/** A token that holds light-dark() does not resolve by itself: a probe element makes the browser compute it. */
function paintNow(): Paint {
  const probe = document.createElement('span')
  document.body.append(probe)
  const colors = new Map<string, string>()
  queueMicrotask(() => probe.remove())
  return (token) => {
    let color = colors.get(token)
    if (color === undefined) {
      if (!probe.isConnected) document.body.append(probe)
      probe.style.color = `var(${token})`
      color = getComputedStyle(probe).color
      colors.set(token, color)
      queueMicrotask(() => probe.remove())
    }
    return color
  }
}

/** No vertical rules, at most five horizontal ones, zero always on the axis. */
export function axes(paint: Paint) {
  const font = { size: 12 }
  return {
    x: {
      grid: { display: false },
      border: { color: paint('--rule-2') },
      ticks: { color: paint('--ink-3'), maxRotation: 0, autoSkipPadding: 14, font },
    },
    y: {
      beginAtZero: true,
      border: { display: false },
      grid: { color: paint('--rule'), drawTicks: false },
      ticks: { color: paint('--ink-3'), maxTicksLimit: 5, padding: 8, precision: 0, font },
    },
  }
}

export function tooltipLook(paint: Paint) {
  return {
    backgroundColor: paint('--raised'),
    borderColor: paint('--rule-2'),
    borderWidth: 1,
    titleColor: paint('--ink'),
    bodyColor: paint('--ink-2'),
    footerColor: paint('--ink-3'),
    footerFont: { weight: 'normal' as const, size: 12 },
    padding: 12,
    cornerRadius: 6,
    caretPadding: 14,
    caretSize: 0,
    boxWidth: 9,
    boxHeight: 9,
    boxPadding: 6,
    titleMarginBottom: 8,
  }
}

/** Washes Saturdays and Sundays and marks midnights below the axis, so that a week reads without labels. */
export function dayPlugin(paint: Paint, points: readonly { weekend: boolean; midnight: boolean }[]): Plugin {
  return {
    id: 'days',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea } = chart
      const x = chart.scales.x
      if (!x) return
      const width = chartArea.width / points.length
      const left = (i: number) => x.getPixelForValue(i) - width / 2
      // A weekend is one rectangle: side by side, their edges would show as stripes.
      for (let i = 0; i < points.length; i++) {
        if (!points[i]?.weekend) continue
        const from = i
        while (points[i + 1]?.weekend) i++
        ctx.fillStyle = paint('--wash')
        ctx.fillRect(left(from), chartArea.top, width * (i - from + 1), chartArea.height)
      }
      ctx.fillStyle = paint('--rule-2')
      points.forEach((point, i) => {
        if (point.midnight && i > 0) ctx.fillRect(Math.round(left(i)), chartArea.bottom - 5, 1, 10)
      })
    },
  }
}

/** A band between two heights, drawn behind the lines; a gap where either is unknown. */
export function bandPlugin(
  paint: Paint,
  points: readonly { readonly low: number | null; readonly high: number | null }[],
): Plugin {
  return {
    id: 'band',
    beforeDatasetsDraw({ ctx, scales: { x, y } }) {
      if (!x || !y) return
      ctx.fillStyle = paint('--seq-1')
      for (let i = 0; i < points.length; i++) {
        const run = points.slice(i)
        const end = run.findIndex((one) => one.low === null || one.high === null)
        const known = end < 0 ? run : run.slice(0, end)
        ctx.beginPath()
        for (let at = 0; at < known.length; at++)
          ctx.lineTo(x.getPixelForValue(i + at), y.getPixelForValue(known[at]?.high ?? 0))
        for (let at = known.length - 1; at >= 0; at--)
          ctx.lineTo(x.getPixelForValue(i + at), y.getPixelForValue(known[at]?.low ?? 0))
        ctx.fill()
        i += known.length
      }
    },
  }
}

/** The same band for bars, each step as wide as its bar's place: behind them where they end below it, its edges over them. */
export function bandOfBarsPlugin(
  paint: Paint,
  points: readonly { readonly low: number | null; readonly high: number | null }[],
): Plugin {
  const steps = (chart: Chart, draw: (left: number, top: number, width: number, bottom: number) => void) => {
    const { x, y } = chart.scales
    if (!x || !y) return
    const width = chart.chartArea.width / points.length
    points.forEach(({ low, high }, i) => {
      if (low === null || high === null || high === 0) return
      draw(x.getPixelForValue(i) - width / 2, y.getPixelForValue(high), width, y.getPixelForValue(low))
    })
  }
  return {
    id: 'band-of-bars',
    beforeDatasetsDraw(chart) {
      chart.ctx.fillStyle = paint('--seq-2')
      chart.ctx.globalAlpha = 0.6
      steps(chart, (left, top, width, bottom) => chart.ctx.fillRect(left, top, width, bottom - top))
      chart.ctx.globalAlpha = 1
    },
    afterDatasetsDraw(chart) {
      chart.ctx.fillStyle = paint('--ink')
      chart.ctx.globalAlpha = 0.4
      steps(chart, (left, top, width, bottom) => {
        chart.ctx.fillRect(left, top, width, 1)
        chart.ctx.fillRect(left, bottom - 1, width, 1)
      })
      chart.ctx.globalAlpha = 1
    },
  }
}
