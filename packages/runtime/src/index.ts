export { type Config, ConfigError, type LogLevel, loadConfig } from './config.ts'
export { armFailPoint, type FailPointSpec, parseFailPoint } from './fail-point.ts'
export { type Lifecycle, takeLifecycle } from './lifecycle.ts'
export { createLog, type Log } from './log.ts'
export {
  createDurations,
  type Durations,
  type MetricFamily,
  type MetricSample,
  metricsText,
  processFamilies,
} from './metrics.ts'
export { type NodeLimits, nodeLimits } from './node-limits.ts'
export { backoffMs, pause } from './retry.ts'
export { loadSecretKey, openSecret, sealSecret } from './secret-box.ts'
