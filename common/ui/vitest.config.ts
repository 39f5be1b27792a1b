import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: [vue()],
  test: {
    include: ['common/ui/src/**/*.test.ts', 'zones/*/web/src/**/*.test.ts', 'tests/departments/identity/web/src/**/*.test.ts'],
    reporters: ['tap-flat']
  }
});
