#!/usr/bin/env node
// `npm run torture`: installs if need be, then runs the crash runs on the pinned Node. See CONTRIBUTING.md.

import { join } from 'node:path'
import { ensureInstalled, nodeBinary, root, run } from './bootstrap.mjs'

ensureInstalled()
const torture = join(root, 'apps/ingest/src/testing/torture.ts')
process.exitCode = await run(nodeBinary(), ['--disable-warning=ExperimentalWarning', torture, ...process.argv.slice(2)])
