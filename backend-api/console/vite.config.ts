import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const modules = fileURLToPath(new URL('node_modules', import.meta.url));

/** Character maps and fonts that pdf.js reads when a document brings none of its own: no network. */
function pdfData(): Plugin {
  return {
    name: 'pdf-data',
    apply: 'build',
    generateBundle() {
      for (const folder of ['cmaps', 'standard_fonts']) {
        const from = join(modules, 'pdfjs-dist', folder);
        for (const file of readdirSync(from)) {
          this.emitFile({
            type: 'asset',
            fileName: `pdf/${folder}/${file}`,
            source: readFileSync(join(from, file)),
          });
        }
      }
    },
  };
}

export default defineConfig({
  base: '/console/',
  plugins: [react(), pdfData()],
  build: {
    // Browsers of Chinese offices are often a Chromium of some years ago.
    target: 'chrome90',
    // `scripts/first_load.mjs` reads it, and watches the size that matters.
    manifest: true,
    chunkSizeWarningLimit: 2000,
  },
  server: {
    proxy: {
      '/api': process.env.BACKEND ?? 'http://127.0.0.1:8080',
      '/files': process.env.BACKEND ?? 'http://127.0.0.1:8080',
      '/live': process.env.BACKEND ?? 'http://127.0.0.1:8080',
    },
  },
  test: {
    environment: 'node',
    // Far from China, with summer time: whatever shows the browser's zone fails.
    env: { TZ: 'America/New_York' },
    include: ['src/**/*.test.ts'],
  },
});
