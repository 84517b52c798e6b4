#!/usr/bin/env node
// The `tollbook` command: installs if need be, then runs apps/cli on the pinned Node.

import { join } from 'node:path'
import { ensureInstalled, nodeBinary, root, run } from './bootstrap.mjs'

ensureInstalled()
process.exitCode = await run(nodeBinary(), [join(root, 'apps/cli/src/main.ts'), ...process.argv.slice(2)])
