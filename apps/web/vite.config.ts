// How the pages are built: TSX by Vite's own transform, hashed files into dist/, nothing inlined (strict CSP).

import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    // For older targets the minifier rewrites light-dark() so that a nested color-scheme no longer works: the invoice
    // sheet would not stay paper in the dark theme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A data: URL would need an exception in the content-security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
  },
  plugins: [precompress()],
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8080' } },
})
