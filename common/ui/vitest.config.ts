import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: [vue()],
  test: {
    setupFiles: [fileURLToPath(new URL('vitest.setup.mjs', import.meta.url))],
    include: ['common/ui/src/**/*.test.ts', 'zones/*/web/src/**/*.test.ts', 'tests/departments/identity/web/src/**/*.test.ts'],
    reporters: ['tap-flat']
  }
});
